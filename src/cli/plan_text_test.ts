import type { PlanReport } from "../runtime/plan/plan.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { planText } from "./plan_text.ts";
import { createStyle } from "./style.ts";

const names = { before: "pipeline.yaml at HEAD", after: "pipeline.yaml" };
const none = { added: 0, removed: 0, changed: 0, examples: [] };

function report(fields: Partial<PlanReport> = {}): PlanReport {
  return {
    orders: 200,
    unreadable: 0,
    same: 200,
    changedRecords: 0,
    fields: [],
    ends: [],
    newIds: 0,
    contacts: none,
    receipts: { ...none, byThemselves: { before: 0, after: 0 } },
    settings: [],
    ...fields,
  };
}

function text(fields: Partial<PlanReport> = {}): string {
  return planText(report(fields), names, createStyle(false));
}

Deno.test("planText() says in one line that nothing would change, or over nothing", () => {
  assertEquals(text().split("\n").slice(0, 2), [
    "From pipeline.yaml at HEAD to pipeline.yaml",
    "Nothing would change in 200 orders",
  ]);
  assertStringIncludes(
    text({ orders: 1, same: 1, unreadable: 1 }),
    "in 1 order; 1 order could not be read",
  );
  assertStringIncludes(text({ orders: 0, same: 0 }), "There are no orders");
});

Deno.test("planText() shows what would change, with examples", () => {
  const shown = text({
    same: 150,
    changedRecords: 40,
    newIds: 40,
    fields: [{
      field: "lineitems[].sku",
      orders: 40,
      examples: [{ orderId: 7, before: "a".repeat(90) }, { orderId: 8, after: 1.5 }],
    }],
    ends: [{ before: "sent", after: "skipped web-copy", orders: 10, examples: [1, 2] }],
    contacts: { added: 3, removed: 0, changed: 1, examples: [5] },
    receipts: { ...none, removed: 2, examples: [6], byThemselves: { before: 2, after: 0 } },
    settings: [{ path: ["transforms", "map", "channel"], before: "a", after: "b" }],
  });
  for (
    const line of [
      "50 of 200 orders would change",
      '  transforms.map.channel: "a" → "b"',
      "40 orders would get another id at Ometria",
      "10  sent → skipped web-copy  1, 2     Taken without a till",
      "  lineitems[].sku  40 orders",
      `    7  "${"a".repeat(59)}… → nothing`,
      "    8  nothing → 1.5",
      "  Orders 3 newly with a contact, 1 with another contact (5)",
      "  Orders 2 no longer with a receipt (6)",
      "  Receipts without having been asked for: 2 → 0",
      "Nothing was sent",
    ]
  ) assertStringIncludes(shown, line);
});

Deno.test("planText() warns of a name or a label under which nothing is known", () => {
  for (
    const [path, words] of [
      [["name"], "Under another name nothing counts as delivered"],
      [["ometria", "account"], "Under another account label nothing counts"],
    ] as const
  ) assertStringIncludes(text({ settings: [{ path, before: "a", after: "b" }] }), words);
  assert(!text({ settings: [{ path: ["sitoo", "accountUrl"] }] }).includes("nothing counts"));
});

Deno.test("planText() shows some of very many fields, and says how many there are", () => {
  const fields = Array.from({ length: 55 }, (_, index) => ({
    field: `properties.f${index}`,
    orders: 1,
    examples: [],
  }));
  const shown = text({ same: 199, fields });
  assertStringIncludes(shown, "and 15 more; --json has all of them");
  assert(!shown.includes("properties.f40"));
});
