import fc from "fast-check";
import { assert, assertEquals } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { OrderBook } from "./book.ts";
import { History } from "./history.ts";
import { matches, OrderLister } from "./sitoo_list.ts";
import { type OrderQuery, QueryError, readQuery } from "./sitoo_query.ts";

const END = Date.UTC(2026, 0, 15);

function makeBook(seed: number, orders: number, days = 3): OrderBook {
  const history = new History({
    seed,
    orders,
    firstId: 50001,
    refundRate: 0.1,
    start: END - days * 86_400_000,
    end: END,
  });
  const book = new OrderBook({
    history,
    clock: new ManualClock(END + 3_600_000),
    random: () => 0.5,
    seed,
    accountId: 1,
    onEvent: () => {},
  });
  return book;
}

/** Changes some old orders and adds new ones, one of them by a till that was long offline. */
function disturb(book: OrderBook): void {
  const { history } = book;
  for (const step of [3, 57, 111, 260]) {
    const index = step % history.size;
    if (history.order(index).state === 0) book.close(history.ids.idOf(index));
    else book.cancel(history.ids.idOf(index));
  }
  for (let n = 0; n < 12; n++) book.sell(n % 4 === 0 ? { kind: "web" } : { state: "open" });
  book.sell({ date: END - 2 * 86_400_000 });
}

function list(...values: number[]): fc.Arbitrary<number[] | undefined> {
  return fc.option(fc.subarray(values, { minLength: 1 }), { nil: undefined, freq: 3 });
}

function between(low: number, high: number): fc.Arbitrary<number | undefined> {
  return fc.option(fc.integer({ min: low, max: high }), { nil: undefined });
}

const queries = fc.record({
  eshopid: list(1, 2, 3),
  orderstate: list(-1, 0, 10, 20),
  ordertype: list(10, 100, 110),
  paymentstate: list(0, 10, 15, 20),
  warehouseid: list(3, 4, 5, 8),
  orderidfrom: between(49_990, 50_420),
  orderidto: between(49_990, 50_420),
  orderdatefrom: between(END / 1000 - 4 * 86400, END / 1000 + 9000),
  orderdateto: between(END / 1000 - 4 * 86400, END / 1000 + 9000),
  start: fc.nat({ max: 30 }),
  num: fc.integer({ min: 1, max: 60 }),
  descending: fc.boolean(),
});

function defined(query: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

Deno.test("OrderLister gives what a walk through every order gives, counted and cut the same", () => {
  const books = [makeBook(1, 380), makeBook(2, 333, 0.4)];
  for (const book of books) disturb(book);
  fc.assert(
    fc.property(fc.constantFrom(...books), queries, (book, raw) => {
      const { start, num, descending } = raw;
      const query: OrderQuery = { ...defined(raw), start, num, descending };
      const found = Array.from({ length: book.length }, (_, n) => book.order(n))
        .filter((order) => matches(order, query)).map((order) => order.id);
      if (descending) found.reverse();
      const page = new OrderLister(book).list(query);
      assertEquals(page.total, found.length);
      assertEquals(page.orders.map((order) => order.id), found.slice(start, start + num));
    }),
    { numRuns: 1500 },
  );
});

Deno.test("OrderLister finds the refunds that name an order in creditorderid, new ones too", () => {
  const book = makeBook(3, 400);
  const lister = new OrderLister(book);
  const base: OrderQuery = { start: 0, num: 100, descending: false };
  let found = 0;
  for (let position = 0; position < book.length; position++) {
    const order = book.order(position);
    if (order.original === undefined) continue;
    const { orders } = lister.list({ ...base, creditorderid: order.original, orderid: [50001] });
    const named = orders.some((refund) => refund.id === order.id);
    assertEquals(named, order.link !== "pos");
    if (named) found++;
  }
  assert(found > 10);
  const sale = book.sell();
  assertEquals(lister.list({ ...base, creditorderid: sale }).orders, []);
  const refund = book.refund(sale);
  assertEquals(
    lister.list({ ...base, creditorderid: sale }).orders.map((order) => order.id),
    [refund],
  );
});

Deno.test("readQuery() takes the last of a repeated parameter, and ignores what it does not know", () => {
  const query = readQuery(
    new URLSearchParams("orderid=1,2&orderid=3&datelastmodified=5&num=5000&start=-1"),
  );
  assertEquals(query, { orderid: [3], start: 0, num: 1000, descending: true });
  assertEquals(readQuery(new URLSearchParams()), { start: 0, num: 10, descending: true });
  assertEquals(readQuery(new URLSearchParams("eshopid=1,2&sort=orderid"), 3), {
    eshopid: [3],
    start: 0,
    num: 10,
    descending: false,
  });
});

Deno.test("readQuery() refuses a number that is none and a sort that is none", () => {
  for (const text of ["orderid=abc", "orderid=1,", "num=x", "orderidfrom=1.5", "sort=orderdate"]) {
    let refused = false;
    try {
      readQuery(new URLSearchParams(text));
    } catch (error) {
      refused = error instanceof QueryError;
    }
    assert(refused, text);
  }
});
