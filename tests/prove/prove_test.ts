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
  store: fc.constantFrom("store-externalid", "warehouse-id", "store-name"),
  customer_id: fc.constantFrom("none", "crm"),
  currencies: fc.constantFrom("any", ["SEK"]),
  exclude_emails: fc.constantFrom([], ["*@example.com"]),
  channel: fc.constantFrom("in store", "till"),
  statuses: fc.constantFrom({}, { sale: "sold", refunded: "returned", pending: "open" }),
  set: fc.constantFrom({}, { "properties.till": "registerid" }),
  unset: fc.constantFrom([], ["coupon_code"]),
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
      assert((proof.outcomes.get("sent") ?? 0) > 50);
      assert((proof.outcomes.get("linked") ?? 0) > 0);
    }),
    { numRuns: 15 },
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
const noFees = {
  moneycheckout_net: "0.00",
  moneycheckout_vat: "0.00",
  moneydelivery_net: "0.00",
  moneydelivery_vat: "0.00",
};
const wrongs: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ["the grand total", { grand_total: 11 }, /grand_total/],
  ["a line's total", { lineitems: [{ ...line, total: 9 }] }, /line's total/],
  ["the subtotal", { subtotal: 7, grand_total: 9 }, /add up to the subtotal/],
  [
    "a rounding that explains nothing",
    { properties: { source: "sitoo", rounding: 0.01 } },
    /rounding are 10.01/,
  ],
  ["what is refunded", { lineitems: [{ ...line, refunded: 10.01 }] }, /refunded/],
  ["null", { coupon_code: null }, /null/],
  ["a field that is none", { colour: "red" }, /no record/],
];
for (const [what, change, law] of wrongs) {
  Deno.test(`lawsBroken() finds what is wrong with ${what}`, () => {
    assertEquals(lawsBroken(JSON.stringify(order), noFees), []);
    const broken = lawsBroken(JSON.stringify({ ...order, ...change }), noFees);
    assert(broken.some((text) => law.test(text)), broken.join("; "));
  });
}

Deno.test("lawsBroken() finds a fee that is in no total, however small", () => {
  const fees = { ...noFees, moneydelivery_net: "0.01" };
  assert(lawsBroken(JSON.stringify(order), fees).some((text) => /grand_total/.test(text)));
});

Deno.test("lawsBroken() looks for no fee in what came back of a mixed order", () => {
  const fees = { ...noFees, moneycheckout_net: "29.00" };
  assertEquals(lawsBroken(JSON.stringify({ ...order, id: "till-1:return" }), fees), []);
});
