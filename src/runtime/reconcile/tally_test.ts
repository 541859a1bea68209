import fc from "fast-check";
import { Decimal } from "../../records/money.ts";
import { assertEquals } from "../../std/assert.ts";
import { buckets, type Figures } from "./report.ts";
import { type Counted, Tally } from "./tally.ts";

interface Order {
  readonly place: { readonly store: string; readonly currency: string; readonly day: string };
  readonly money: Decimal;
  readonly as: Counted;
}

const money = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((units) =>
  new Decimal(units, 2)
);
const order: fc.Arbitrary<Order> = fc.record({
  place: fc.record({
    store: fc.constantFrom("", "S-1", "S-2"),
    currency: fc.constantFrom("SEK", "GBP"),
    day: fc.constantFrom("2025-03-01", "2025-03-02"),
  }),
  money,
  as: fc.record({
    bucket: fc.constantFrom(...buckets),
    rule: fc.constantFrom("web-copy", "parked", "due-now"),
    sent: money,
    confirmed: fc.boolean(),
  }),
});

function tallied(orders: readonly Order[]): Tally {
  const tally = new Tally();
  for (const { place, money, as } of orders) tally.add(place, money, as);
  return tally;
}

function sum(texts: readonly string[]): string {
  return Decimal.sum([Decimal.parse("0.00"), ...texts.map((text) => Decimal.parse(text))])
    .toString();
}

function explains(figures: Figures): void {
  const all = buckets.map((bucket) => figures[bucket]);
  assertEquals(all.reduce((total, one) => total + one.orders, 0), figures.sitoo.orders);
  assertEquals(sum(all.map((one) => one.money)), figures.sitoo.money);
  assertEquals(sum([figures.sent, figures.notSent]), figures.delivered.money);
  for (const bucket of ["skipped", "dead", "due"] as const) {
    const by = Object.values(figures[`${bucket}By`]);
    assertEquals(by.reduce((total, one) => total + one.orders, 0), figures[bucket].orders);
    assertEquals(sum(by.map((one) => one.money)), figures[bucket].money);
  }
}

Deno.test("Tally: what became of the orders always explains what Sitoo sold, to the cent", () => {
  fc.assert(fc.property(fc.array(order, { maxLength: 60 }), (orders) => {
    const tally = tallied(orders);
    const all = [...tally.groups(), ...tally.stores(), ...tally.totals()];
    for (const figures of all) explains(figures);
    const groups = tally.groups().reduce((total, group) => total + group.sitoo.orders, 0);
    const totals = tally.totals().reduce((total, one) => total + one.sitoo.orders, 0);
    assertEquals([groups, totals], [orders.length, orders.length]);
  }));
});

Deno.test("Tally: the order in which orders come makes no difference", () => {
  const shuffled = fc.array(order, { maxLength: 40 }).chain((orders) =>
    fc.tuple(
      fc.constant(orders),
      fc.shuffledSubarray(orders, { minLength: orders.length, maxLength: orders.length }),
    )
  );
  fc.assert(fc.property(shuffled, ([orders, others]) => {
    assertEquals(tallied(others).groups(), tallied(orders).groups());
    assertEquals(tallied(others).totals(), tallied(orders).totals());
  }));
});

Deno.test("Tally: what is taken back is as if it had never been counted", () => {
  fc.assert(fc.property(fc.array(order, { minLength: 1, maxLength: 20 }), (orders) => {
    const [last, ...others] = orders.toReversed();
    if (last === undefined) return;
    const tally = tallied(orders);
    tally.remove(last.place, last.money, last.as);
    for (const figures of tally.groups()) explains(figures);
    const counts = (one: Tally): unknown =>
      one.groups().filter((group) => group.sitoo.orders > 0)
        .map(({ skippedBy: _s, deadBy: _d, dueBy: _u, ...figures }) => figures);
    assertEquals(counts(tally), counts(tallied(others)));
  }));
});

Deno.test("Tally: a delivered order counts with Sitoo's money, with what was sent, and once", () => {
  const tally = new Tally();
  const place = { store: "S-1", currency: "SEK", day: "2025-03-01" };
  const sent = Decimal.parse("249");
  tally.add(place, Decimal.parse("749.00"), { bucket: "delivered", sent, confirmed: true });
  tally.addGone(place, Decimal.parse("10.00"));
  const [group] = tally.groups();
  assertEquals(group?.sitoo, { orders: 1, money: "749.00" });
  assertEquals(group?.delivered, { orders: 1, money: "749.00" });
  assertEquals(group?.confirmed, { orders: 1, money: "749.00" });
  assertEquals([group?.sent, group?.notSent], ["249.00", "500.00"]);
  assertEquals(group?.gone, { orders: 1, money: "10.00" });
});

Deno.test("Tally: groups come by day, store and currency; totals by currency", () => {
  const tally = new Tally();
  const add = (day: string, store: string, currency: string): void =>
    tally.add({ day, store, currency }, Decimal.parse("1.00"), { bucket: "linked" });
  add("2025-03-02", "S-1", "SEK");
  add("2025-03-01", "", "SEK");
  add("2025-03-01", "S-2", "SEK");
  add("2025-03-01", "S-1", "SEK");
  add("2025-03-01", "S-1", "EUR");
  assertEquals(tally.groups().map(({ day, store, currency }) => `${day} ${store} ${currency}`), [
    "2025-03-01 S-1 EUR",
    "2025-03-01 S-1 SEK",
    "2025-03-01 S-2 SEK",
    "2025-03-01  SEK",
    "2025-03-02 S-1 SEK",
  ]);
  assertEquals(tally.totals().map(({ currency, linked }) => [currency, linked.orders]), [
    ["EUR", 1],
    ["SEK", 4],
  ]);
  assertEquals(
    tally.stores().map(({ store, currency, linked }) => [store, currency, linked.orders]),
    [
      ["S-1", "EUR", 1],
      ["S-1", "SEK", 2],
      ["S-2", "SEK", 1],
      ["", "SEK", 1],
    ],
  );
});
