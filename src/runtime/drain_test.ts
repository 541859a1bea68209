import type { CompiledPipeline } from "../engine/compiled.ts";
import { requestedRun } from "../engine/history_run.ts";
import { ApiError } from "../http/error.ts";
import { anyRecordType } from "../records/record_type.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import type { DeliveryResult, WebhookSource } from "../stages/contract.ts";
import { assert, assertEquals } from "../std/assert.ts";
import type { Checkpoint } from "../store/rows.ts";
import { emptyCommit, type PipelineStore } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../sitoo/memory.ts";
import { startPipeline } from "./run_pipeline.ts";
import { emptyPipeline, hastyClock, historySource, testContext } from "./testing.ts";

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
    history: historySource(500),
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

/** A server whose backfill of 60 orders takes minutes, and how the lost event of a 61st is healed meanwhile. */
async function healedInBackfill(
  prepare: (sitoo: MemorySitoo) => void,
): Promise<{ readonly sent: readonly number[]; readonly checkpoint: Checkpoint | undefined }> {
  const clock = hastyClock();
  await using installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const sitoo = createMemorySitoo(
    Array.from({ length: 61 }, (_, index) => sitooOrder({ orderid: index + 1 })),
  );
  const sent: number[] = [];
  const all = Promise.withResolvers<void>();
  const pipeline = sending((bodies) => {
    // Pushes take time.
    clock.pass(4_000);
    for (const body of bodies) sent.push(Number(body.match(/"orderid":(\d+)/)?.[1]));
    return Promise.resolve({ kind: "accepted", at: clock.now() });
  });
  const webhook: WebhookSource = {
    source: "webhook",
    gives: sitooOrderType,
    sites: [],
    linger: 0,
    username: "till",
    passwords: [],
    sweep: { newEvery: 10_000, changedAt: "23:59", back: 0 },
  };
  const history = pipeline.history === undefined ? {} : {
    history: { ...pipeline.history, pageSize: 5 },
  };
  await store.setCutOver(60);
  const hold = await store.acquireLane("before", "f");
  if (hold === undefined) throw new Error("The lane is not free");
  const row = { next: 61, newAt: clock.now(), changedDay: "9999-12-31", healed: 0 };
  await store.commit(hold, { ...emptyCommit, sweep: row });
  await store.releaseLane(hold);
  await store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at: 1 }));
  prepare(sitoo);
  const context = testContext({
    store,
    sitoo,
    clock,
    pipeline: { ...pipeline, ...history, webhook },
  });
  const running = startPipeline(context, {
    onBatch: () => {
      void store.checkpoint().then((checkpoint) => {
        if (checkpoint?.state === "done" && sent.includes(61)) all.resolve();
      });
    },
  });
  await Promise.race([all.promise, running.finished]);
  await running.stop(1_000);
  return { sent, checkpoint: await store.checkpoint() };
}

const inOrder = Array.from({ length: 60 }, (_, index) => index + 1);

Deno.test("the sweep has its turn in a long backfill, and what it heals goes before history", async () => {
  const { sent, checkpoint } = await healedInBackfill(() => {});
  // Its turn comes every second batch, and its look is due after the third.
  assertEquals(sent.indexOf(61), 20);
  assertEquals(sent.toSpliced(20, 1), inOrder);
  assertEquals([checkpoint?.read, checkpoint?.delivered], [60, 60]);
});

Deno.test("a sweep that fails in a long backfill makes history neither jump nor count twice", async () => {
  const { sent, checkpoint } = await healedInBackfill((sitoo) => {
    const error = new ApiError("Sitoo is busy", {
      api: "sitoo",
      kind: "throttled",
      reached: true,
    });
    sitoo.failNext(error, "readMarks");
  });
  assertEquals(sent.filter((id) => id !== 61), inOrder);
  assertEquals([checkpoint?.read, checkpoint?.delivered], [60, 60]);
});

Deno.test("a backfill that cannot be measured fails by itself; live orders go on, and Sitoo counts as up", async () => {
  const clock = hastyClock();
  await using installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const sitoo = createMemorySitoo([sitooOrder({ orderid: 1 }), sitooOrder({ orderid: 2 })]);
  const refusal = new ApiError("Cannot measure the orders: Sitoo answered 400", {
    api: "sitoo",
    kind: "refused",
    status: 400,
    reached: true,
  });
  for (let times = 0; times < 4; times++) sitoo.failNext(refusal, "measure");
  const sent: number[] = [];
  const both = Promise.withResolvers<void>();
  const arrive = (orderId: number): Promise<void> =>
    store.arrive({
      pointers: [{ orderId, origin: "live", dueAt: clock.now(), receivedAt: 0, attempts: 0 }],
      receipts: [],
      quarantine: [],
    });
  const pipeline = sending((bodies) => {
    for (const body of bodies) sent.push(Number(body.match(/"orderid":(\d+)/)?.[1]));
    return Promise.resolve({ kind: "accepted", at: clock.now() });
  });
  const alerts: string[] = [];
  const context = testContext({
    store,
    sitoo,
    clock,
    pipeline,
    alert: (text) => alerts.push(text),
  });
  await store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at: 1 }));
  await arrive(1);
  const running = startPipeline(context, {
    sweep: false,
    onBatch: () => {
      if (sent.length === 2) both.resolve();
    },
  });
  const { signal } = new AbortController();
  while ((await store.checkpoint())?.state === "requested") await clock.sleep(1, signal);
  await arrive(2);
  await Promise.race([both.promise, running.finished]);
  await running.stop(1_000);
  const checkpoint = await store.checkpoint();
  assertEquals([sent, checkpoint?.state], [[1, 2], "failed"]);
  assert(
    checkpoint?.error?.startsWith("Cannot measure the orders: Sitoo answered 400. Sitoo answers"),
  );
  assertEquals((await store.connections()).get("sitoo")?.state ?? "ok", "ok");
  assertEquals(alerts.length, 1);
});

Deno.test("an order over which Sitoo stumbles holds up no other, and goes out when Sitoo gives it", async () => {
  const clock = hastyClock();
  await using installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  const sitoo = createMemorySitoo(numbers.map((orderid) => sitooOrder({ orderid })));
  sitoo.poison(
    4,
    new ApiError("Cannot read orders: Sitoo answered 500", {
      api: "sitoo",
      kind: "unavailable",
      status: 500,
      reached: true,
    }),
  );
  await store.arrive({
    pointers: numbers.map((orderId) => ({
      orderId,
      origin: "live",
      dueAt: clock.now(),
      receivedAt: clock.now(),
      attempts: 0,
    })),
    receipts: [],
    quarantine: [],
  });
  const sent: number[] = [];
  const pipeline = sending((bodies) => {
    for (const body of bodies) sent.push(Number(body.match(/"orderid":(\d+)/)?.[1]));
    return Promise.resolve({ kind: "accepted", at: clock.now() });
  });
  const all = Promise.withResolvers<void>();
  let waits: readonly number[] = [];
  const running = startPipeline(testContext({ store, sitoo, clock, pipeline }), {
    sweep: false,
    onBatch: () => {
      if (sent.length === 10) return all.resolve();
      const now = clock.now();
      void Array.fromAsync(store.inboxRows()).then((rows) => {
        waits = rows.map(({ orderId, attempts, dueAt }) => {
          assertEquals([orderId, attempts], [4, 1]);
          return dueAt - now;
        });
        sitoo.put(sitooOrder({ orderid: 4 }));
      });
    },
  });
  await Promise.race([all.promise, running.finished]);
  await running.stop(1_000);
  assertEquals(sent, [...numbers.filter((id) => id !== 4), 4]);
  assert(waits.length === 1 && waits.every((ms) => ms > 10_000));
  assertEquals([...(await store.connections())], []);
});
