import { assert, assertEquals, assertRejects, assertThrows } from "../std/assert.ts";
import {
  compileExpression,
  ExpressionError,
  expressionText,
  problemOfExpression,
} from "./expression.ts";

Deno.test("compileExpression evaluates over what it is given", async () => {
  const total = compileExpression("$sum(lines.total) > 3");
  assertEquals(await total.evaluate({ lines: [{ total: 2 }, { total: 3 }] }), true);
  assertEquals(await total.evaluate({ lines: [{ total: 2 }] }), false);
  assertEquals(await compileExpression("nothing.here").evaluate({}), undefined);
});

for (
  const text of [
    "$now()",
    "lines[$random() > 0.5]",
    "$map(lines, $millis)",
    "a^(>$millis())",
    'a ~> |b|{"c": $now()}|',
    "function($x){ $now() }",
    '$eval("$now()")',
    "$shuffle(lines)",
    "( $f := $random; $f() )",
    "{ $now(): 1 }",
  ]
) {
  Deno.test(`problemOfExpression refuses ${text}`, () => {
    const problem = problemOfExpression(text);
    assert(problem?.includes("is refused"), problem);
    assertThrows(() => compileExpression(text), SyntaxError);
  });
}

Deno.test("problemOfExpression takes fields that are only called like that", () => {
  assertEquals(problemOfExpression("now = `random`.millis"), undefined);
});

Deno.test("problemOfExpression says what is wrong and where", () => {
  assertEquals(problemOfExpression("a + "), "Unexpected end of expression, at character 4");
});

Deno.test("evaluate fails without a word of the record", async () => {
  const expression = compileExpression("$number(email)");
  const error = await assertRejects(
    () => expression.evaluate({ email: "maja.ek@example.com" }),
    ExpressionError,
  );
  assertEquals(
    error.message,
    "Cannot evaluate the expression: a value cannot be read as a number (JSONata D3030), " +
      "at character 8",
  );
});

Deno.test("evaluate ends what has no end", async () => {
  const endless = compileExpression("( $f := function($x) { $f($x + 1) + 1 }; $f(1) )");
  const error = await assertRejects(() => endless.evaluate({}), ExpressionError);
  assert(error.message.includes("nested too deeply"), error.message);
});

Deno.test("expressionText puts the problem into the hint", () => {
  const parsed = expressionText().safeParse("a +");
  assertEquals(parsed.error?.issues.map((issue) => issue.message), [
    "Expected a JSONata expression\nUnexpected end of expression, at character 3",
  ]);
  assertEquals(expressionText().parse("a = 1"), "a = 1");
  assertEquals(expressionText().safeParse(3).success, false);
});

Deno.test("expressionText() says what it wants of anything but text, and leaves what is missing to others", () => {
  const messageOf = (value: unknown): string | undefined =>
    expressionText().safeParse(value).error?.issues[0]?.message;
  assertEquals(messageOf(5)?.split("\n")[0], "Expected a JSONata expression");
  assertEquals(messageOf(undefined), "Invalid input: expected string, received undefined");
});

Deno.test("an expression may call itself forty times, and not without end", async () => {
  const deep = (times: number): string =>
    `($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(${times}))`;
  assertEquals(await compileExpression(deep(40)).evaluate({}), 40);
  await assertRejects(() => compileExpression(deep(5000)).evaluate({}), ExpressionError);
});
