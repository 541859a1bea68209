import { Decimal } from "../../records/money.ts";
import { assertEquals } from "../../std/assert.ts";
import { type Finding, Findings } from "./findings.ts";

function finding(orderId: number, fields: Partial<Finding> = {}): Finding {
  return {
    orderId,
    place: { store: "S-1", currency: "SEK", day: "2025-03-01" },
    money: Decimal.parse("1.50"),
    cause: "never-seen",
    fix: [orderId],
    ...fields,
  };
}

Deno.test("Findings counts all and keeps the first ones, by order id", () => {
  const findings = new Findings(2);
  for (const id of [3, 1, 2]) findings.add(finding(id));
  findings.add(finding(4, { cause: "dead", rule: "x", detail: "x: y", fix: [] }));
  assertEquals(findings.isEmpty, false);
  assertEquals(findings.causes(), [
    { cause: "never-seen", orders: 3, fixable: 3 },
    { cause: "dead", orders: 1, fixable: 0 },
  ]);
  assertEquals(findings.differences().map(({ orderId, money }) => [orderId, money]), [
    [1, "1.50"],
    [3, "1.50"],
  ]);
  assertEquals([...findings.toFix.keys()], [3, 1, 2]);
});

Deno.test("Findings makes an order due once, by force when one finding needs that", () => {
  const findings = new Findings();
  findings.add(finding(1, { cause: "changed-since" }));
  findings.add(finding(9, { cause: "refund-not-joined", fix: [1] }));
  findings.add(finding(1, { cause: "changed-since" }));
  assertEquals([...findings.toFix], [[1, true]]);
});
