/** Orders on which Sitoo fails while it gives others, wherever the drain and the receipts' drain meet them. */
import type { CompiledPipeline } from "../engine/compiled.ts";
import { encoded } from "../engine/testing.ts";
import { ApiError } from "../http/error.ts";
import type { Receipt } from "../records/receipt.ts";
import { anyRecordType } from "../records/record_type.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../sitoo/memory.ts";
import { assertEquals } from "../std/assert.ts";
import type { InboxRow, OutboxRow } from "../store/rows.ts";
import type { PipelineStore } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import { startPipeline } from "./run_pipeline.ts";
import { emptyPipeline, hastyClock, testContext } from "./testing.ts";

const trouble = new ApiError("Cannot read orders: Sitoo answered 500", {
  api: "sitoo",
  kind: "unavailable",
  status: 500,
  reached: true,
});

const receipt: Receipt = {
  to: { email: "a@example.com" },
  from: { email: "till@example.com" },
  subject: "Your receipt!",
  stream: "receipts",
  transactional: true,
  sandbox: false,
  data: {},
};

/** Pushes what it is given, and sends a receipt for every order. */
const pipeline: CompiledPipeline = {
  ...emptyPipeline,
  orders: {
    sink: "orders",
    takes: anyRecordType,
    batchSize: 100,
    settle: 0,
    encode: () => encoded(1),
    deliver: (batch) => Promise.resolve(batch.map(() => ({ kind: "accepted", at: 0 }))),
  },
  receipts: {
    sink: "receipts",
    takes: sitooOrderType,
    on: "receipt-requested",
    maxAge: 86_400_000,
    build: () => Promise.resolve(receipt),
    send: () => Promise.resolve({ kind: "sent" }),
  },
};

interface Ran {
  readonly store: PipelineStore;
  readonly rows: readonly InboxRow[];
}

/** Runs the pipeline over orders 1 and 2 until `isOver`. */
async function run(
  { prepare, isOver }: {
    readonly prepare: (sitoo: MemorySitoo, store: PipelineStore, now: number) => Promise<void>;
    readonly isOver: (store: PipelineStore) => Promise<boolean>;
  },
  check: (ran: Ran) => Promise<void>,
): Promise<void> {
  const clock = hastyClock();
  await using installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const sitoo = createMemorySitoo([1, 2].map((orderid) => sitooOrder({ orderid })));
  await prepare(sitoo, store, clock.now());
  const running = startPipeline(testContext({ store, sitoo, clock, pipeline }), { sweep: false });
  const { signal } = new AbortController();
  while (!await isOver(store)) await clock.sleep(1, signal);
  await running.stop(1_000);
  await check({ store, rows: await Array.fromAsync(store.inboxRows()) });
}

Deno.test("a receipt whose order Sitoo cannot give holds up no other, and does not make Sitoo count as down", async () => {
  await run({
    prepare: async (sitoo, store, now) => {
      sitoo.poison(2, trouble);
      const receipts = [1, 2].map((orderId): OutboxRow => ({
        id: `event-${orderId}`,
        orderId,
        state: "asked",
        askedAt: now,
        dueAt: now,
        attempts: 0,
        at: now,
      }));
      await store.arrive({ pointers: [], receipts, quarantine: [] });
    },
    isOver: async (store) =>
      (await store.receipt("event-1"))?.state === "sent" &&
      ((await store.receipt("event-2"))?.attempts ?? 0) > 0,
  }, async ({ store }) => {
    const left = await store.receipt("event-2");
    assertEquals([left?.state, left?.detail], ["asked", trouble.message]);
    assertEquals((await store.connections()).get("sitoo")?.state ?? "ok", "ok");
  });
});

Deno.test("an original whose further refunds Sitoo cannot list costs the others of its batch nothing", async () => {
  await run({
    prepare: async (sitoo, store, now) => {
      sitoo.failNext(trouble, "readRefunds");
      await store.arrive({
        pointers: [1, 2].map((orderId) => ({
          orderId,
          origin: "refund",
          dueAt: now - 1,
          receivedAt: now,
          attempts: 0,
        })),
        receipts: [],
        quarantine: [],
      });
    },
    isOver: async (store) => (await store.ledger([2])).has(2),
  }, async ({ store, rows }) => {
    assertEquals((await store.ledger([1, 2])).size, 1);
    assertEquals(rows.map(({ orderId, attempts }) => [orderId, attempts]), [[1, 1]]);
    assertEquals((await store.connections()).get("sitoo")?.state ?? "ok", "ok");
  });
});
