import fc from "fast-check";
import { assert, assertEquals } from "../../src/std/assert.ts";
import { startSystem, unlimited, withOption } from "../support/system.ts";
import { lawsBroken } from "./laws.ts";
import { prove } from "./prove.ts";

const options = fc.record({
  unit_price: fc.constantFrom("gross", "net"),
  discount_sign: fc.constantFrom("negative", "positive"),
  unlinked_refunds: fc.constantFrom("skip", "negative-order"),
  web_orders: fc.constantFrom("skip", "send"),
  anonymous: fc.constantFrom("send", "skip"),
  gift_cards: fc.constantFrom("skip-line", "send"),
  open_orders: fc.constantFrom("wait", "send-pending"),
});

Deno.test("all laws hold for random orders, whatever the options of map", async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.integer({ min: 1, max: 1_000_000 }), async (chosen, seed) => {
      await using system = await startSystem({
        orders: 400,
        seed,
        change: (tree) => withOption(unlimited(tree), "map", chosen),
      });
      const proof = await prove(system.context, () => {}, new AbortController().signal);
      assertEquals(proof.broken, []);
      assertEquals(proof.read, system.sandbox.sitoo.book.length);
      assert((proof.outcomes.get("sent") ?? 0) > 200);
      assert((proof.outcomes.get("linked") ?? 0) > 0);
    }),
    { numRuns: 12 },
  );
});

const line = { product_id: "A", quantity: 1, unit_price: 10, subtotal: 8, tax: 2, total: 10 };
const order = {
  "@type": "order",
  id: "till-1",
  timestamp: "2025-01-01T10:00:00Z",
  is_valid: true,
  status: "complete",
  channel: "in store",
  store: "S",
  currency: "SEK",
  grand_total: 10,
  subtotal: 8,
  tax: 2,
  shipping: 0,
  lineitems: [line],
  properties: { source: "sitoo" },
};
const wrongs: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ["the grand total", { grand_total: 11 }, /grand_total/],
  ["a line's total", { lineitems: [{ ...line, total: 9 }] }, /line's total/],
  ["the subtotal", { subtotal: 7, grand_total: 9 }, /add up to the subtotal/],
  ["what is refunded", { lineitems: [{ ...line, refunded: 10.01 }] }, /refunded/],
  ["null", { coupon_code: null }, /null/],
  ["a field that is none", { colour: "red" }, /no record/],
];
for (const [what, change, law] of wrongs) {
  Deno.test(`lawsBroken() finds what is wrong with ${what}`, () => {
    assertEquals(lawsBroken(JSON.stringify(order)), []);
    const broken = lawsBroken(JSON.stringify({ ...order, ...change }));
    assert(broken.some((text) => law.test(text)), broken.join("; "));
  });
}
