import fc from "fast-check";
import { assert, assertEquals, assertLess } from "../std/assert.ts";
import { History } from "./history.ts";
import { isGiftCard } from "./lines.ts";
import { type OrderModel, totalOf } from "./order_model.ts";
import { minorOf } from "./money.ts";
import { rowMaker, wholeOrder } from "./wire.ts";

const DAY = 86_400_000;
const END = Date.UTC(2026, 0, 15);

function history(seed: number, orders = 3000, refundRate = 0.08): History {
  return new History({ seed, orders, firstId: 50001, refundRate, start: END - 60 * DAY, end: END });
}

function all(history: History): OrderModel[] {
  return Array.from({ length: history.size }, (_, index) => history.order(index));
}

/** Decimal text as minor units. */
function minor(value: unknown): number {
  const text = String(value);
  assert(/^-?\d+\.\d\d$/.test(text), `Not money: ${text}`);
  return Number(text.replace(".", ""));
}

Deno.test("History.order() is the same for a seed, whatever was read before", () => {
  const forward = all(history(7, 800));
  const other = history(7, 800);
  const backward = Array.from({ length: 800 }, (_, n) => other.order(799 - n)).reverse();
  assertEquals(backward, forward);
  assert(JSON.stringify(forward) !== JSON.stringify(all(history(8, 800))));
});

Deno.test("History.order() does not depend on how many orders follow, dates and customers aside", () => {
  const few = all(history(3, 500));
  const many = all(history(3, 5000)).slice(0, 500);
  const core = ({ id, kind, lines, original }: OrderModel): unknown => ({
    id,
    kind,
    lines,
    original,
  });
  assertEquals(few.map(core), many.map(core));
});

Deno.test("IdSpace turns every index into a higher id with few gaps, and back", () => {
  fc.assert(fc.property(fc.nat(), fc.nat({ max: 3_000_000 }), (seed, index) => {
    const { ids } = history(seed, 1);
    const id = ids.idOf(index);
    assertEquals(ids.indexOf(id), index);
    assertEquals(ids.indexFrom(id), index);
    const next = ids.idOf(index + 1);
    assert(next === id + 1 || next === id + 2);
    assertEquals(ids.indexFrom(id + 1), index + 1);
    if (next === id + 2) assertEquals(ids.indexOf(id + 1), undefined);
  }));
  assertEquals(history(1, 1).ids.idOf(0), 50001);
});

Deno.test("History has about the asked share of refunds and every kind of order", () => {
  for (const rate of [0, 0.08, 0.3]) {
    const orders = all(history(5, 6000, rate));
    const refunds = orders.filter((order) => order.kind.includes("refund")).length;
    assert(Math.abs(refunds / 6000 - rate) < 0.01, `${refunds} for ${rate}`);
  }
  const kinds = new Map<string, number>();
  const orders = all(history(5, 20_000));
  for (const { kind } of orders) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  assertEquals(
    [...kinds.keys()].sort(),
    [
      "abandoned",
      "booking",
      "cancelled",
      "mixed",
      "open",
      "parked",
      "refund",
      "sale",
      "unlinked-mixed",
      "unlinked-refund",
      "web",
      "web-refund",
    ],
  );
  assert((kinds.get("sale") ?? 0) > 0.8 * 20_000);
  const anonymous = orders.filter((order) => order.person === undefined).length;
  assert(Math.abs(anonymous / 20_000 - 0.34) < 0.03, `${anonymous}`);
});

Deno.test("History never gives back more than was sold, nor before it was sold", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const past = history(seed, 1500, 0.25);
      let several = 0;
      for (let index = 0; index < past.size; index++) {
        const order = past.order(index);
        const returns = past.returnsOf(index);
        if (returns.length > 1) several++;
        const gone = order.lines.map(() => ({ quantity: 0, gross: 0 }));
        for (const given of returns) {
          assert(given.refundId > order.id && given.date >= order.date);
          assert(given.lines.length > 0);
          for (const line of given.lines) {
            const sum = gone[line.line];
            assert(sum !== undefined && line.quantity > 0);
            sum.quantity += line.quantity;
            sum.gross += line.gross;
          }
        }
        for (const [n, sum] of gone.entries()) {
          const line = order.lines[n];
          assert(line !== undefined);
          assert(sum.quantity === 0 || sum.quantity <= line.quantity);
          if (sum.quantity === line.quantity) assertEquals(sum.gross, line.gross);
          if (sum.quantity > 0) assert(sum.gross <= line.gross);
        }
      }
      assert(several > 0);
    }),
    { numRuns: 15 },
  );
});

Deno.test("History's refunds name an earlier order of their site that knows of them", () => {
  const past = history(11, 4000, 0.2);
  let checked = 0;
  for (const refund of all(past)) {
    if (refund.original === undefined) continue;
    checked++;
    const index = past.ids.indexOf(refund.original);
    assert(index !== undefined);
    const original = past.order(index);
    assert(original.id < refund.id);
    assertEquals(original.site, refund.site);
    assertEquals(original.person, refund.person);
    assertEquals(original.kind, refund.kind === "web-refund" ? "web" : "sale");
    const known = past.returnsOf(index).find((given) => given.refundId === refund.id);
    const returned = refund.lines.filter((line) => line.quantity < 0);
    assertEquals(
      returned.map((line) => [line.originalLine, -line.quantity, 0 - line.gross]),
      known?.lines.map((line) => [line.line, line.quantity, line.gross]),
    );
  }
  assert(checked > 500);
});

Deno.test("History's money holds Sitoo's laws to the hundredth", () => {
  const row = rowMaker(["orderitems", "payments", "additionaldata"]);
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 49_999 }), (seed, index) => {
      const order = history(seed, 50_000).order(index);
      const wire = wholeOrder(order);
      const { orderitems: items } = row(order);
      assert(Array.isArray(items));
      let net = 0;
      let vat = 0;
      for (const item of items) {
        const line = {
          net: minor(item.moneyitemtotal_net),
          vat: minor(item.moneyitemtotal_vat),
        };
        net += line.net;
        vat += line.vat;
        const quantity = Number(item.quantity);
        assert(quantity !== 0 && Math.sign(line.net + line.vat) * Math.sign(quantity) >= 0);
        assert(minor(item.moneynetpriceperunit) >= 0);
        const rate = Number(item.vatvalue);
        assert(Math.abs(line.net * (1 + rate / 100) - line.net - line.vat) <= 0.75);
        const discount = minor(item.moneydiscount);
        if (discount === 0) assertEquals(item.moneydiscountedprice, "0.00");
        const told = item.additionaldata?.["orderitem-moneyrowdiscount"];
        if (told !== undefined) {
          const gross = discount * Math.abs(quantity) * (1 + rate / 100);
          assert(Math.abs(gross - minor(told)) <= 1.5 * Math.abs(quantity) + 1);
        }
      }
      assertEquals(minor(wire["moneytotal_net"]), net);
      assertEquals(minor(wire["moneytotal_vat"]), vat);
      const finalNet = net + minor(wire["moneydelivery_net"]) + minor(wire["moneycheckout_net"]);
      const finalVat = vat + minor(wire["moneydelivery_vat"]) + minor(wire["moneycheckout_vat"]);
      assertEquals(minor(wire["moneyfinal_net"]), finalNet);
      assertEquals(minor(wire["moneyfinal_vat"]), finalVat);
      const roundoff = minor(wire["moneytotal_gross_roundoff"]);
      assert(Math.abs(roundoff) <= 50);
      assertEquals(minor(wire["moneytotal_gross_all"]), finalNet + finalVat + roundoff);
      assertEquals(minor(wire["moneytotal_gross_all"]), totalOf(order));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("History lies in its period, rising with the ids but for tills that were offline", () => {
  const past = history(2, 20_000);
  let older = 0;
  let last = 0;
  for (let index = 0; index < past.size; index++) {
    const date = past.date(index);
    assertLess(date * 1000, END);
    assert(date * 1000 > END - 60 * DAY - 6 * 3_600_000);
    if (date < last) older++;
    else last = date;
  }
  assert(older > 20 && older < 400, `${older}`);
});

Deno.test("History sells gift cards beside other things, and nothing of such a sale comes back", () => {
  const past = history(9, 5000, 0.2);
  let cards = 0;
  for (const [index, order] of all(past).entries()) {
    const lines = order.lines.filter(isGiftCard);
    if (lines.length === 0) continue;
    cards++;
    assert(order.kind === "sale" && order.lines.length > lines.length);
    assert(lines.every((line) => line.gross > 0 && line.net === line.gross));
    assertEquals(past.returnsOf(index), []);
  }
  assert(cards > 5 && cards < 40, `${cards}`);
});

Deno.test("History writes nothing as {}, [], null and not at all, and some numbers as text", () => {
  const seen = new Set<string>();
  const row = rowMaker(["additionaldata", "orderitems"]);
  for (const order of all(history(4, 3000))) {
    const { additionaldata, orderitems } = row(order);
    seen.add(`order ${JSON.stringify(additionaldata)}`);
    assert(Array.isArray(orderitems));
    for (const item of orderitems) {
      seen.add(`item ${JSON.stringify(item["additionaldata"])}`);
      for (const name of ["quantity", "vatvalue", "productid"]) {
        seen.add(`${name} ${typeof item[name]}`);
      }
    }
  }
  for (const form of ["{}", "[]", "null", "undefined"]) {
    assert(seen.has(`order ${form}`), form);
    assert(seen.has(`item ${form}`), form);
  }
  for (const name of ["quantity", "vatvalue", "productid"]) {
    assert(seen.has(`${name} string`) && seen.has(`${name} number`), name);
  }
});

Deno.test("History's addresses are of reserved domains", () => {
  for (const { person } of all(history(6, 3000))) {
    if (person !== undefined) assert(/@example\.(com|net|org)\s*$/i.test(person.email));
  }
});

Deno.test("minorOf() reads JSON numbers exactly and refuses a third decimal", () => {
  const cases: readonly (readonly [number, bigint | undefined])[] = [
    [626.4, 62640n],
    [-0.05, -5n],
    [0, 0n],
    [1e15, 100000000000000000n],
    [1.005, undefined],
    [1e-7, undefined],
    [NaN, undefined],
  ];
  for (const [value, expected] of cases) assertEquals(minorOf(value), expected);
});
