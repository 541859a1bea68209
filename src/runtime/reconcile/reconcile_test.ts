import { markHash } from "../../engine/content_hash.ts";
import { deliveredRow } from "../../engine/testing.ts";
import { ApiError } from "../../http/error.ts";
import { createMemoryOmetria } from "../../ometria/memory.ts";
import { markText } from "../../records/order_mark.ts";
import { sitooOrderType } from "../../records/sitoo_order.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import { sitooOrder } from "../../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../../sitoo/memory.ts";
import type { AnyOrderSink } from "../../stages/contract.ts";
import { assertEquals, assertExists, assertRejects } from "../../std/assert.ts";
import type { LedgerRow } from "../../store/rows.ts";
import { type BatchCommit, emptyCommit, type PipelineStore } from "../../store/store.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import type { PipelineContext } from "../context.ts";
import { RefusalError } from "../refusal.ts";
import { emptyPipeline, testContext } from "../testing.ts";
import { reconcile } from "./reconcile.ts";
import type { ReconcileReport } from "./report.ts";

const signal = new AbortController().signal;
const day = "2025-09-06";
const known = { currency: "SEK", store: "", day };

const sink: AnyOrderSink = {
  sink: "orders",
  takes: sitooOrderType,
  batchSize: 100,
  settle: 0,
  encode(record): ReturnType<AnyOrderSink["encode"]> {
    if (!sitooOrderType.is(record)) return { reason: "odd", detail: "" };
    const { orderid, moneytotal_gross_all: total, currencycode: currency } = record;
    const body = JSON.stringify({ "@type": "order", id: `${orderid}`, grand_total: Number(total) });
    return { id: `${orderid}`, bodies: [body], total, currency, store: "", day };
  },
  deliver: () => Promise.reject(new Error("Nothing may be sent here")),
};

interface World extends AsyncDisposable {
  readonly context: PipelineContext;
  readonly clock: ManualClock;
  readonly sitoo: MemorySitoo;
  readonly store: PipelineStore;
  /** Writes down that these orders were delivered as they are. */
  deliver(...orders: readonly SitooOrder[]): Promise<void>;
  write(batch: Partial<BatchCommit>): Promise<void>;
  run(options?: Parameters<typeof reconcile>[1]): Promise<ReconcileReport>;
}

async function world(orders: readonly SitooOrder[] = []): Promise<World> {
  const clock = new ManualClock();
  const installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const sitoo = createMemorySitoo(orders);
  const ometria = createMemoryOmetria();
  const pipeline = { ...emptyPipeline, orders: sink };
  const context = testContext({ pipeline, store, sitoo, ometria, clock });
  return {
    context,
    clock,
    sitoo,
    store,
    deliver: (...delivered) => write({ ledger: delivered.map((order) => rowOf(order, context)) }),
    write,
    run: (options = {}) => reconcile(context, { from: day, to: day, ...options }, signal),
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  };

  async function write(batch: Partial<BatchCommit>): Promise<void> {
    const hold = await store.acquireLane("test", "f");
    assertExists(hold);
    await store.commit(hold, { ...emptyCommit, ...batch });
    await store.releaseLane(hold);
  }
}

function rowOf(order: SitooOrder, { keyedHash }: PipelineContext): LedgerRow {
  const encoded = sink.encode(order);
  const bodies = "bodies" in encoded ? encoded.bodies : [];
  return deliveredRow(order.orderid, {
    acceptedAt: 1,
    at: 1,
    total: order.moneytotal_gross_all,
    currency: order.currencycode,
    store: "",
    day,
    hash: keyedHash([...bodies, ""].join("\n")),
    mark: markHash(markText(order), keyedHash),
  });
}

function order(orderid: number, fields: Partial<SitooOrder> = {}): SitooOrder {
  return sitooOrder({ orderid, ...fields });
}

/** Moves the clock on until it is done. */
async function letTimePass<T>(clock: ManualClock, running: Promise<T>): Promise<T> {
  let isOver = false;
  const over = running.finally(() => isOver = true);
  while (!isOver) {
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return await over;
}

Deno.test("reconcile() agrees where everything was delivered, and says with what it counted", async () => {
  const orders = [order(1), order(2), order(3, { moneytotal_gross_all: "0.10" })];
  await using all = await world(orders);
  await all.deliver(...orders);
  const report = await all.run();
  assertEquals([report.agrees, report.pipeline, report.from, report.to], [true, "test", day, day]);
  assertEquals(report.totals[0]?.sitoo, { orders: 3, money: "498.10" });
  assertEquals(report.groups.map((group) => [group.day, group.sent]), [[day, "498.10"]]);
});

Deno.test("reconcile() leaves other days out, although it reads past them", async () => {
  const night = Date.parse("2025-09-07T00:30:00Z") / 1000;
  await using all = await world([order(1), order(2, { orderdate: night })]);
  await all.deliver(order(1));
  const report = await all.run();
  assertEquals([report.agrees, report.totals[0]?.sitoo.orders], [true, 1]);
});

Deno.test("reconcile() names an order that Sitoo answers no longer, and only such", async () => {
  await using all = await world([order(1), order(3)]);
  const moved = order(2, { orderdate: 1_600_000_000 });
  all.sitoo.put(moved);
  await all.deliver(order(1), order(2), order(3), order(4, { moneytotal_gross_all: "7.00" }));
  const report = await all.run();
  assertEquals(
    report.differences.map((
      { orderId, cause, money, fixable },
    ) => [orderId, cause, money, fixable]),
    [[4, "gone-at-sitoo", "7.00", false]],
  );
  assertEquals(report.totals[0]?.gone, { orders: 1, money: "7.00" });
  assertEquals(report.totals[0]?.sitoo.orders, 2);
});

Deno.test("reconcile() does not name what became due or was sent while it ran", async () => {
  await using all = await world([order(1), order(2), order(3)]);
  await all.deliver(order(1, { email: "then@example.com" }));
  const read = all.sitoo.readOrders;
  all.sitoo.readOrders = async (ids, given) => {
    const pointer = { orderId: 2, origin: "live", dueAt: 0, receivedAt: 0, attempts: 0 } as const;
    await all.store.arrive({ pointers: [pointer], receipts: [], quarantine: [] });
    return await read(ids, given);
  };
  const report = await all.run();
  assertEquals(report.differences.map(({ orderId, cause }) => [orderId, cause]), [
    [3, "history-not-brought"],
  ]);
  assertEquals(report.totals[0]?.dueBy, { "changed-meanwhile": { orders: 1, money: "249.00" } });
});

Deno.test("reconcile() sees that what a sale gives back of another one has not gone into that", async () => {
  const back = { original: 1, refund: 2, lines: [{ sku: "S", quantity: 1, amount: "149.00" }] };
  const orders = [order(1), order(2, { moneytotal_gross_all: "100.00" })];
  await using all = await world(orders);
  const pipeline: PipelineContext["pipeline"] = {
    ...all.context.pipeline,
    orders: { ...sink, encode: () => ({ ...known, id: "x", bodies: ["x"], total: "249.00" }) },
    transform: {
      ...emptyPipeline.transform,
      apply: (inputs) =>
        inputs.map(({ record }) => ({
          kind: "pass",
          record,
          ...(record.orderid === 2 ? { links: [back] } : {}),
        })),
    },
  };
  await all.deliver(order(1), order(2));
  const mark = markHash(
    markText(order(2, { moneytotal_gross_all: "100.00" })),
    all.context.keyedHash,
  );
  await all.write({
    links: [back],
    ledger: [{ ...rowOf(order(2), all.context), at: 2, mark }],
  });
  const report = await reconcile({ ...all.context, pipeline }, { from: day, to: day }, signal);
  assertEquals(report.differences.map(({ orderId, cause, detail }) => [orderId, cause, detail]), [
    [2, "refund-not-joined", "Its sale is order 1"],
  ]);
  assertEquals(report.totals[0]?.delivered.orders, 1);
});

Deno.test("reconcile() outlives a call that fails, and not a key that is refused", async () => {
  await using all = await world([order(1)]);
  await all.deliver(order(1));
  const failed = { api: "sitoo", reached: true } as const;
  all.sitoo.failNext(
    new ApiError("Sitoo is down", { ...failed, kind: "unavailable" }),
    "readHeads",
  );
  assertEquals((await letTimePass(all.clock, all.run())).agrees, true);
  all.sitoo.failNext(new ApiError("Refused", { ...failed, kind: "unauthorized" }), "readHeads");
  await assertRejects(() => all.run(), ApiError, "Refused");
});

Deno.test("reconcile() with fix makes due what it names, and nothing without it", async () => {
  await using all = await world([order(1), order(2)]);
  assertEquals((await all.run()).fixed, undefined);
  assertEquals(await all.store.due(10), []);
  assertEquals((await all.run({ from: day, to: day, fix: true })).fixed, 2);
  assertEquals((await all.store.due(10)).map(({ orderId, origin }) => [orderId, origin]), [
    [1, "sweep"],
    [2, "sweep"],
  ]);
});

Deno.test("reconcile() stopped on the way makes nothing due", async () => {
  await using all = await world([order(1)]);
  const stop = new AbortController();
  const options = { from: day, to: day, fix: true, onEstimate: () => stop.abort() };
  await assertRejects(() => reconcile(all.context, options, stop.signal));
  assertEquals(await all.store.due(10), []);
});

Deno.test("reconcile() refuses a pipeline that sends no orders, and days that are none", async () => {
  await using all = await world();
  const idle = { ...all.context, pipeline: emptyPipeline };
  await assertRejects(() => reconcile(idle, {}, signal), RefusalError, "sends no orders");
  await assertRejects(() => all.run({ from: "soon" }), RefusalError, 'Cannot read "soon" as a day');
});

Deno.test("reconcile() ends while the shop goes on selling", async () => {
  await using shop = await world([sitooOrder({ orderid: 101 })]);
  const { sitoo } = shop.context;
  let pages = 0;
  let newest = 101;
  const context: PipelineContext = {
    ...shop.context,
    sitoo: {
      ...sitoo,
      readHeads: async (query, stop) => {
        if (++pages > 10) return [];
        const heads = await sitoo.readHeads(query, stop);
        shop.sitoo.put(sitooOrder({ orderid: ++newest }));
        return heads;
      },
    },
  };
  const report = await reconcile(context, { from: day, to: day }, signal);
  assertEquals(pages, 1);
  assertEquals(report.totals[0]?.sitoo.orders, 1);
});
