import fc from "fast-check";
import { assertEquals } from "../std/assert.ts";
import { count, NO_COUNTS } from "./counters.ts";
import type { OrderCounts } from "./row_codecs.ts";
import type { LedgerRow } from "./rows.ts";

const row: fc.Arbitrary<LedgerRow> = fc.record({
  orderId: fc.integer({ min: 1, max: 8 }),
  outcome: fc.constantFrom("delivered", "linked", "skipped", "waiting", "dead"),
  rule: fc.constantFrom("not-found", "web-order", "__proto__", "constructor"),
  at: fc.constant(1),
  isConfirmed: fc.boolean(),
}).map(({ isConfirmed, ...fields }) => ({
  ...fields,
  steps: [],
  ...(isConfirmed ? { confirmedAt: 5 } : {}),
}));

/** Counts rows anew, without looking at how they came about. */
function recount(rows: Iterable<LedgerRow>): OrderCounts {
  const all = [...rows];
  const by = (outcome: string): LedgerRow[] => all.filter((one) => one.outcome === outcome);
  return {
    delivered: by("delivered").length,
    confirmed: by("delivered").filter((one) => one.confirmedAt !== undefined).length,
    missedWindow: 0,
    linked: by("linked").length,
    waiting: by("waiting").length,
    skipped: rules(by("skipped")),
    deadBy: rules(by("dead")),
  };
}

function rules(rows: readonly LedgerRow[]): Record<string, number> {
  const groups = Map.groupBy(rows, (one) => one.rule ?? "unnamed");
  return Object.fromEntries([...groups].map(([rule, own]) => [rule, own.length]));
}

Deno.test("count() moved on batch by batch is what a recount of all rows gives", () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 6 }), { maxLength: 12 }), (batches) => {
      const ledger = new Map<number, LedgerRow>();
      let counts = NO_COUNTS;
      for (const batch of batches) {
        const last = new Map(batch.map((one) => [one.orderId, one]));
        const changes = [...last].map(([id, after]) => ({ before: ledger.get(id), after }));
        counts = count(counts, changes, 0);
        for (const [id, after] of last) ledger.set(id, after);
        assertEquals(counts, recount(ledger.values()));
      }
    }),
  );
});

Deno.test("count() never goes below zero for a row that was not counted", () => {
  const dead: LedgerRow = { orderId: 1, outcome: "dead", rule: "not-found", at: 1, steps: [] };
  const waiting: LedgerRow = { orderId: 2, outcome: "waiting", at: 1, steps: [] };
  const counts = count(NO_COUNTS, [
    { before: dead, after: { ...dead, outcome: "delivered" } },
    { before: waiting, after: { ...waiting, outcome: "delivered" } },
  ], 0);
  assertEquals(counts.deadBy, {});
  assertEquals(counts.waiting, 0);
  assertEquals(counts.delivered, 2);
});

Deno.test("count() adds the orders that missed the window", () => {
  const once = count(NO_COUNTS, [], 3);
  assertEquals(count(once, [], 2).missedWindow, 5);
});
