import { assertEquals } from "../std/assert.ts";
import { parsePipelineTests } from "./pipeline_tests.ts";

function parse(text: string): ReturnType<typeof parsePipelineTests> {
  return parsePipelineTests({ file: "orders_test.yaml", text }, "file");
}

function problems(text: string): readonly string[] {
  return parse(text).diagnostics.map(({ code, message, span }) =>
    `${span.line}:${span.column} ${code} ${message}`
  );
}

Deno.test("parsePipelineTests() reads a list of tests with their places", () => {
  const { tests, diagnostics } = parse(
    "tests:\n  - name: One\n    order: { orderid: 1 }\n    expect: { skipped: parked }\n" +
      "  - order: { orderid: 2 }\n    expect: { linked: 1 }\n",
  );
  assertEquals(diagnostics, []);
  assertEquals(tests.map(({ name, path, span }) => [name, path, span.line]), [
    ["One", ["tests", 0], 2],
    ["Test 2", ["tests", 1], 5],
  ]);
  assertEquals(tests[0]?.steps[0]?.orders, [{ orderid: 1 }]);
  assertEquals(tests[0]?.steps[0]?.expectPath, ["tests", 0, "expect"]);
  assertEquals(tests[0]?.steps[0]?.expect?.contacts, []);
});

Deno.test("parsePipelineTests() takes a file with one test by itself and names it after the file", () => {
  const { tests } = parse("order: { orderid: 1 }\nexpect: { skipped: parked }\n");
  assertEquals(tests.map(({ name, path }) => [name, path]), [["orders test", []]]);
});

Deno.test("parsePipelineTests() puts what is expected at the end after the last step", () => {
  const [test] = parse(
    "steps:\n  - order: { orderid: 1 }\n    expect: { waiting: open }\n  - wait: 2h\n" +
      "    orders: [{ orderid: 1 }]\nexpect: { matches: { id: a } }\n",
  ).tests;
  assertEquals(test?.steps.map(({ wait, orders, expectPath }) => [wait, orders, expectPath]), [
    [undefined, [{ orderid: 1 }], ["steps", 0, "expect"]],
    [7_200_000, [{ orderid: 1 }], ["steps", 1, "expect"]],
    [undefined, [], ["expect"]],
  ]);
});

Deno.test("parsePipelineTests() looks at nothing but tests in a pipeline file", () => {
  const text = "name: [broken\ntests:\n  - order: { orderid: 1 }\n    expect: {}\n";
  const source = { file: "pipeline.yaml", text: text.replace("[broken", "x") };
  const { diagnostics, tests } = parsePipelineTests(source, "pipeline");
  assertEquals(tests, []);
  assertEquals(diagnostics.map(({ message }) => message), [
    'Invalid value for "expect": expected an outcome',
  ]);
  assertEquals(parsePipelineTests({ file: "p", text: "name: x\n" }, "pipeline").tests, []);
});

Deno.test("parsePipelineTests() says what is wrong, and where", () => {
  assertEquals(
    problems("tests:\n  - order: { orderid: 1 }\n    expct: { skipped: parked }\n"),
    ['3:5 unknown-key Unknown key "expct" in "tests[0]"'],
  );
  assertEquals(problems("tests:\n  - order: 5\n    expect: { skipped: parked }\n"), [
    '2:12 wrong-type Invalid value 5 for "order": expected a map',
  ]);
  assertEquals(problems("expect: { skipped: parked }\n"), [
    '1:1 missing-key Key "order" is missing',
  ]);
  assertEquals(problems("order: [\n").map((line) => line.split(" ")[1]), ["yaml-syntax"]);
  assertEquals(problems("- a\n"), ["1:1 wrong-type The file has to be a map of keys and values"]);
});

Deno.test("parsePipelineTests() refuses orders beside steps, and outcomes beside orders", () => {
  const outcome = 'expect: { skipped: parked, orders: { "1": { linked: 2 } } }\n';
  const hints = [
    ...problems(
      `order: { orderid: 1 }\nsteps: [{ order: { orderid: 1 } }]\nexpect: { linked: 2 }\n`,
    ),
    ...problems(`order: { orderid: 1 }\n${outcome}`),
  ];
  assertEquals(hints.map((line) => line.includes("expected either")), [true, true]);
});
