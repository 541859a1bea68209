import { assertEquals, assertThrows } from "../../../std/assert.ts";
import { namesInExpression, orderFieldsNamed, problemOfNames } from "./expression_names.ts";

Deno.test("namesInExpression() finds the fields of the record, not those of its parts", () => {
  const cases: [string, string[]][] = [
    ["email", ["email"]],
    ["additionaldata.`crm-x`", ["additionaldata"]],
    ["orderitems[quantity > 0].sku", ["orderitems"]],
    ["orderitems.(quantity & sku)", ["orderitems"]],
    ["orderitems{sku: quantity}", ["orderitems"]],
    ["orderitems^(quantity).sku", ["orderitems"]],
    ["$.comment", ["comment"]],
    ["orderitems.($$.comment)", ["comment", "orderitems"]],
    ["comment ? customerref : company", ["comment", "company", "customerref"]],
    ["$map(orderitems, function($line) { $line.sku & phone })", ["orderitems", "phone"]],
    ["($x := namefirst; $x & namelast)", ["namefirst", "namelast"]],
    ['{"a": email, "b": [phone]}', ["email", "phone"]],
    ["email ~> $uppercase", ["email"]],
    ["'complete'", []],
    ["$sum(orderitems.quantity)", ["orderitems"]],
    ["(orderitems)[sku = 'a']", ["orderitems"]],
    ["$join(orderitems.sku, comment)", ["comment", "orderitems"]],
    ["$ ~> |orderitems|{'a': sku}, vatvalue|", ["orderitems"]],
  ];
  for (const [text, names] of cases) assertEquals(namesInExpression(text), names, text);
});

Deno.test("namesInExpression() refuses what is no JSONata", () => {
  assertThrows(() => namesInExpression("email &"), SyntaxError, "Cannot use the expression");
});

Deno.test("problemOfNames() asks for quotes around what is no field", () => {
  const fields = new Set(["email"]);
  assertEquals(problemOfNames("email", fields), undefined);
  assertEquals(
    problemOfNames("complete", fields),
    "A Sitoo order has no field complete; for text write 'complete' in quotes",
  );
});

Deno.test("orderFieldsNamed() finds fields of the Sitoo order wherever it stands, and none that are left out", () => {
  const cases: [string, string[]][] = [
    ["comment = 'gift'", ["comment"]],
    ["sitoo.comment = 'gift'", ["comment"]],
    ["($from := sitoo; $from.customerref)", ["customerref"]],
    ["$exists(sitoo.(company or comment))", ["comment", "company"]],
    ["'comment' = comment2 or \"company\" = $phone", []],
    ["order.grand_total > 10 and order.store = 'S-014'", []],
    ["sitoo.personalid = '' or sitoo.payments[0].card = 1", []],
  ];
  for (const [text, names] of cases) assertEquals(orderFieldsNamed(text), names, text);
  assertThrows(() => orderFieldsNamed("a +"), SyntaxError, "Cannot use the expression");
});
