import type { CompiledPipeline } from "../engine/compiled.ts";
import { requestedRun } from "../engine/history_run.ts";
import { ApiError } from "../http/error.ts";
import { anyRecordType } from "../records/record_type.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import type { DeliveryResult } from "../stages/contract.ts";
import { assert, assertEquals } from "../std/assert.ts";
import type { PipelineStore } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo } from "../sitoo/memory.ts";
import { startPipeline } from "./run_pipeline.ts";
import { emptyPipeline, testContext } from "./testing.ts";

Deno.test("a fault of the store while the next batch is read ahead ends neither the process nor the drain", async () => {
  await using installation = await openMemoryStore();
  const own = installation.pipeline("test", "default");
  const through = Promise.withResolvers<void>();
  let looks = 0;
  let faults = 0;
  const store: PipelineStore = new Proxy(own, {
    get(target, name): unknown {
      // The second look comes while the first batch is in hand.
      if (name === "due") {
        return async (limit: number) => {
          looks++;
          if (looks === 2) {
            faults++;
            throw new Error("The disk is full");
          }
          return await target.due(limit);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const now = Date.now();
  const sitoo = createMemorySitoo([sitooOrder({ orderid: 1 }), sitooOrder({ orderid: 2 })]);
  const arrive = (orderId: number): Promise<void> =>
    own.arrive({
      pointers: [{ orderId, origin: "live", dueAt: now, receivedAt: 0, attempts: 0 }],
      receipts: [],
      quarantine: [],
    });
  await arrive(1);
  const running = startPipeline(testContext({ store, sitoo }), {
    sweep: false,
    onBatch: () => {
      if (faults > 0 && looks > 2) through.resolve();
      else void arrive(2);
    },
  });
  await Promise.race([through.promise, running.finished]);
  assert(faults === 1);
  await running.stop(1_000);
});

/** Sends every order as Sitoo has it, without a wait between two pushes of one. */
function sending(
  deliver: (bodies: readonly string[]) => Promise<DeliveryResult>,
): CompiledPipeline {
  return {
    ...emptyPipeline,
    history: {
      source: "history",
      gives: sitooOrderType,
      sites: [],
      enabled: true,
      startDate: "2024-01-01",
      pageSize: 500,
      minAge: 0,
    },
    orders: {
      sink: "orders",
      takes: anyRecordType,
      batchSize: 100,
      settle: 0,
      encode: (record) => ({
        id: JSON.stringify(record).match(/"orderid":(\d+)/)?.[1] ?? "",
        bodies: [JSON.stringify(record)],
        total: "1",
        currency: "SEK",
        store: "",
        day: "2026-01-01",
      }),
      deliver: async (batch) => {
        const result = await deliver(batch.flatMap(({ bodies }) => bodies));
        return batch.map(() => result);
      },
    },
  };
}

Deno.test("history never sends an order as it was before live sent it", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const orders = Array.from(
    { length: 250 },
    (_, index) => sitooOrder({ orderid: index + 1, email: "old@example.com" }),
  );
  const sitoo = createMemorySitoo(orders);
  const sent: string[] = [];
  let pushes = 0;
  const pipeline = sending(async (bodies) => {
    pushes++;
    if (pushes === 1) {
      sitoo.put(sitooOrder({ orderid: 220, email: "new@example.com" }));
      await store.arrive({
        pointers: [{ orderId: 220, origin: "live", dueAt: 1, receivedAt: 0, attempts: 0 }],
        receipts: [],
        quarantine: [],
      });
    }
    sent.push(...bodies.filter((body) => body.includes('"orderid":220,')));
    return { kind: "accepted", at: Date.now() - 1 };
  });
  await store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at: 1 }));
  const through = Promise.withResolvers<void>();
  const running = startPipeline(testContext({ store, sitoo, pipeline }), {
    sweep: false,
    onBatch: () => {
      void store.checkpoint().then((checkpoint) => {
        if (checkpoint?.state === "done") through.resolve();
      });
    },
  });
  await Promise.race([through.promise, running.finished]);
  await running.stop(1_000);
  assert(sent.length > 0);
  assert(
    sent.at(-1)?.includes("new@example.com"),
    `sent ${sent.length} times, the last time as it was`,
  );
});

Deno.test("a batch of which nothing arrived is in nobody's hand: stopping in an outage takes no order for a crash", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const sitoo = createMemorySitoo([sitooOrder({ orderid: 1 })]);
  await store.arrive({
    pointers: [{ orderId: 1, origin: "live", dueAt: 1, receivedAt: 0, attempts: 0 }],
    receipts: [],
    quarantine: [],
  });
  for (let start = 0; start < 4; start++) {
    const tried = Promise.withResolvers<void>();
    const pipeline = sending(() => {
      tried.resolve();
      const error = new ApiError("Ometria is down", {
        api: "ometria",
        kind: "unavailable",
        reached: false,
      });
      return Promise.resolve({ kind: "failed", error });
    });
    const running = startPipeline(testContext({ store, sitoo, pipeline }), { sweep: false });
    await Promise.race([tried.promise, running.finished]);
    await running.stop(1_000);
    const hold = await store.acquireLane(`look ${start}`, "f");
    assert(hold !== undefined);
    assertEquals(hold.inHand.ids, [], `after start ${start + 1}`);
    await store.releaseLane(hold);
  }
  assertEquals(await store.deadLetters(10), []);
  assertEquals((await store.due(10)).map(({ orderId }) => orderId), [1]);
});
