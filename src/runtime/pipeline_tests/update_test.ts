import { assertEquals } from "../../std/assert.ts";
import { updateExpectations } from "./update.ts";

const text = `# Tests of the till
tests:
  - name: One            # the first
    order: {orderid: 1,  eshopid: 2}   # as it comes
    expect:
      # what is held
      record:
        grand_total: 249.00   # with VAT
        odd: true
        lineitems: [{ sku: A }, { sku: B }]
      receipts: []
`;

const at = ["tests", 0, "expect"];

function changed(
  ...differences: readonly [path: readonly (string | number)[], actual?: unknown][]
): string {
  return updateExpectations(text, [{
    at,
    differences: differences.map(([path, actual]) => ({
      path,
      ...(actual === undefined ? {} : { actual }),
    })),
  }]).text;
}

Deno.test("updateExpectations() changes one value and leaves every other character alone", () => {
  assertEquals(
    changed([["record", "grand_total"], 250.5]),
    text.replace("249.00 ", "250.50 "),
  );
});

Deno.test("updateExpectations() takes out what is not there and puts in what is", () => {
  const result = changed([["record", "odd"]], [["record", "tax"], 49.8]);
  assertEquals(result.includes("odd"), false);
  assertEquals(/grand_total: 249.00 +# with VAT\n/.test(result), true);
  assertEquals(result.includes("\n        tax: 49.8\n"), true);
  assertEquals(result.startsWith(text.slice(0, text.indexOf("      record:"))), true);
});

Deno.test("updateExpectations() changes lists from their end", () => {
  const result = changed([["record", "lineitems", 0, "sku"], "C"], [["record", "lineitems", 1]]);
  assertEquals(/lineitems: \[ ?\{ ?sku: C ?\} ?\]/.test(result), true);
});

Deno.test("updateExpectations() changes the kind of an outcome", () => {
  const result = changed([["record"]], [["skipped"], "parked"]);
  assertEquals(result.includes("record:"), false);
  assertEquals(result.includes("      skipped: parked"), true);
});

Deno.test("updateExpectations() adds lists that were left out", () => {
  const result = changed([["contacts", 0], { email: "a@example.com" }]);
  assertEquals(/contacts:\n +- email: a@example.com/.test(result), true);
});

Deno.test("updateExpectations() leaves alone, and names, what an alias stands for", () => {
  const aliased = "a: &a { x: 1 }\nexpect: *a\n";
  const result = updateExpectations(aliased, [{
    at: ["expect"],
    differences: [{ path: ["x"], expected: 1, actual: 2 }],
  }]);
  assertEquals(result.left, [["expect", "x"]]);
  assertEquals(result.text, aliased);
});

Deno.test("updateExpectations() writes a record over several lines, and short parts of it on one", () => {
  const text = [
    "tests:",
    "  - name: One # kept",
    "    order: { orderid: 1 }",
    "    expect:",
    "      record: {}",
    "",
  ].join("\n");
  const record = {
    "@type": "order",
    id: "till-1",
    customer: { email: "maja.ek@example.com", firstname: "Maja", lastname: "Ek" },
    lineitems: [{ sku: "TEE-RED-M", quantity: 1, total: 249 }],
  };
  const differences = Object.entries(record).map(([key, actual]) => ({
    path: ["record", key],
    actual,
  }));
  const updated = updateExpectations(text, [{ at: ["tests", 0, "expect"], differences }]).text;
  assertEquals(
    updated,
    [
      "tests:",
      "  - name: One # kept",
      "    order: { orderid: 1 }",
      "    expect:",
      "      record:",
      '        "@type": order',
      "        id: till-1",
      "        customer:",
      "          email: maja.ek@example.com",
      "          firstname: Maja",
      "          lastname: Ek",
      "        lineitems:",
      "          - sku: TEE-RED-M",
      "            quantity: 1",
      "            total: 249",
      "",
    ].join("\n"),
  );
});
