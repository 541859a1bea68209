import { assert, assertEquals, assertThrows } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { OrderBook } from "./book.ts";
import type { SitooEvent } from "./event.ts";
import { History } from "./history.ts";

function makeBook(): { book: OrderBook; events: SitooEvent[] } {
  const clock = new ManualClock(Date.UTC(2026, 0, 15));
  const events: SitooEvent[] = [];
  const history = new History({
    seed: 1,
    orders: 100,
    firstId: 50001,
    refundRate: 0.08,
    start: Date.UTC(2026, 0, 1),
    end: Date.UTC(2026, 0, 14),
  });
  const book = new OrderBook({
    history,
    clock,
    random: () => 0.25,
    seed: 1,
    accountId: 4711,
    onEvent: (event) => events.push(event),
  });
  return { book, events };
}

Deno.test("OrderBook.sell() appends ids and emits pointers to the order", () => {
  const { book, events } = makeBook();
  const last = book.order(99).id;
  const id = book.sell({ email: "maja.ek@example.com", store: "S-031", receipt: true });
  assert(id > last);
  assertEquals(book.length, 101);
  const order = book.byId(id);
  assertEquals(order?.person?.email, "maja.ek@example.com");
  assertEquals([order?.state, order?.type, order?.site.currency], [10, 10, "GBP"]);
  assertEquals(events[0], {
    event_id: "40000000400000004000000040000000",
    event_type: "order",
    event_date: Date.UTC(2026, 0, 15) / 1000,
    account_id: 4711,
    data: { eshop_id: 3, order_id: id, warehouse_id: 8, order_event_type: "add" },
  });
  assertEquals(events.at(-1)?.data.order_event_type, "email-receipt");
});

Deno.test("OrderBook emits the change of state, and bookings as events of their own type", () => {
  const { book, events } = makeBook();
  const open = book.sell({ state: "open", email: null });
  book.close(open);
  book.cancel(open);
  book.update(open, { email: "nils.bo@example.com" });
  book.requestReceipt(open);
  assertEquals(
    events.map(({ data }) => [data.order_event_type, data.order_state_changed]),
    [
      ["add", undefined],
      ["update", "closed"],
      ["update", "cancelled"],
      ["update", undefined],
      ["email-receipt", undefined],
    ],
  );
  assertEquals(book.byId(open)?.person?.email, "nils.bo@example.com");
  book.sell({ kind: "booking" });
  assertEquals(events.at(-1)?.event_type, "booking");
  const before = events.length;
  book.refund(book.sell({ events: false }), { events: false });
  assertEquals(events.length, before);
});

Deno.test("OrderBook.refund() gives back what is left, piece by piece, and no more", () => {
  const { book } = makeBook();
  let id = book.sell();
  const lines = (): number =>
    book.byId(id)?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
  while (lines() < 3) id = book.sell();
  const total = book.byId(id)?.lines.reduce((sum, line) => sum + line.gross, 0);
  const pieces = lines();
  for (let n = 1; n < pieces; n++) book.refund(id);
  book.refund(id, { all: true, link: "credit" });
  const back = book.returnsOf(id).flatMap((given) => given.lines);
  assertEquals(back.reduce((sum, line) => sum + line.gross, 0), total);
  assertEquals(back.reduce((sum, line) => sum + line.quantity, 0), pieces);
  assertThrows(() => book.refund(id), RangeError, "nothing is left");
  assertThrows(
    () => book.refund(id, { lines: [{ line: 0, quantity: 1 }] }),
    RangeError,
    "not left",
  );
  assertThrows(() => book.refund(49_000), RangeError, "Cannot find order 49000");
});

Deno.test("OrderBook.exchange() makes a refund and a sale that name each other", () => {
  const { book } = makeBook();
  const { refund, sale } = book.exchange(book.sell());
  assertEquals(book.byId(refund)?.partner?.id, sale);
  assertEquals(book.byId(sale)?.partner?.id, refund);
  assertEquals(book.byId(sale)?.paidBy, "exchange");
  assertEquals(book.byId(sale)?.store, book.byId(refund)?.store);
});

Deno.test("OrderBook.refund() works on orders of the history", () => {
  const { book } = makeBook();
  const sale = Array.from({ length: 100 }, (_, n) => book.order(n))
    .find((order) => order.kind === "sale" && book.returnsOf(order.id).length === 0);
  assert(sale !== undefined);
  const refund = book.refund(sale.id);
  assertEquals(book.returnsOf(sale.id).map((given) => given.refundId), [refund]);
  book.cancel(refund);
  assertEquals(book.returnsOf(sale.id), []);
});
