import type { CompiledPipeline } from "../engine/compiled.ts";
import { requestedRun } from "../engine/history_run.ts";
import { encoded } from "../engine/testing.ts";
import { anyRecordType } from "../records/record_type.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../sitoo/memory.ts";
import { assertEquals } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import { HistoryReader } from "./history_reader.ts";
import { emptyCommit } from "../store/store.ts";
import { startPipeline } from "./run_pipeline.ts";
import { emptyPipeline, historySource, testContext } from "./testing.ts";

const never = new AbortController().signal;

function pipeline(onPush: () => Promise<void>, pageSize = 10): CompiledPipeline {
  return {
    ...emptyPipeline,
    history: historySource(pageSize),
    orders: {
      sink: "orders",
      takes: anyRecordType,
      batchSize: 100,
      settle: 0,
      encode: () => encoded(1),
      deliver: async (batch) => {
        await onPush();
        return batch.map(() => ({ kind: "accepted", at: 0 }));
      },
    },
  };
}

function sitooWith(orders: number): MemorySitoo {
  return createMemorySitoo(
    Array.from({ length: orders }, (_, index) => sitooOrder({ orderid: index + 1 })),
  );
}

function pagesRead(sitoo: MemorySitoo): number {
  return sitoo.calls.filter(({ method }) => method === "readPage").length;
}

Deno.test("the next page is read while the last one is pushed, and no more than that one", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const sitoo = sitooWith(60);
  const read: number[] = [];
  const over = Promise.withResolvers<void>();
  const onPush = async (): Promise<void> => {
    const before = pagesRead(sitoo);
    // The push takes as long as the next page needs to come; the test hangs if that is not asked for.
    while (read.length < 5 && pagesRead(sitoo) === before && before < 2 + read.length) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    read.push(pagesRead(sitoo));
    if (read.length === 6) over.resolve();
  };
  await store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at: 1 }));
  const running = startPipeline(testContext({ store, sitoo, pipeline: pipeline(onPush) }), {
    sweep: false,
  });
  await Promise.race([over.promise, running.finished]);
  await running.stop(1_000);
  assertEquals(read.slice(0, 5), [2, 3, 4, 5, 6]);
});

Deno.test("a batch of a run that was stopped meanwhile moves no later run", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const hold = await store.acquireLane("holder", "f");
  if (hold === undefined) throw new Error("The lane is not free");
  const context = testContext({
    store,
    sitoo: sitooWith(60),
    pipeline: pipeline(() => Promise.resolve()),
  });
  const reader = new HistoryReader(context, (batch) => store.commit(hold, batch));
  await store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at: 1 }));
  const inHand = await reader.next(never);
  await store.cancelBackfill();
  assertEquals(await reader.next(never), undefined);
  await store.requestBackfill(requestedRun({ next: 31, fingerprint: "f", at: 2 }));
  const first = await reader.next(never);
  // The batch of the old run comes through only now.
  const checkpoint = inHand?.checkpoint?.(new Map([["delivered", 10]]));
  await store.commit(hold, {
    ...emptyCommit,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  });
  assertEquals(first?.pointers.map(({ orderId }) => orderId).at(0), 31);
  const stored = await store.checkpoint();
  assertEquals([stored?.startedAt, stored?.next, stored?.read], [2, 31, 0]);
});

Deno.test("the outcomes of a page count once, however often they are worked out", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const hold = await store.acquireLane("holder", "f");
  if (hold === undefined) throw new Error("The lane is not free");
  const context = testContext({
    store,
    sitoo: sitooWith(20),
    pipeline: pipeline(() => Promise.resolve()),
  });
  const reader = new HistoryReader(context, (batch) => store.commit(hold, batch));
  await store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at: 1 }));
  const first = await reader.next(never);
  const second = await reader.next(never);
  const tally = new Map([["delivered", 10]] as const);
  first?.checkpoint?.(tally);
  const again = first?.checkpoint?.(tally);
  assertEquals([again?.read, again?.delivered], [10, 10]);
  const after = second?.checkpoint?.(tally);
  assertEquals([after?.read, after?.delivered], [20, 20]);
});

Deno.test("an order that live read meanwhile is not sent as an earlier page had it", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const hold = await store.acquireLane("holder", "f");
  if (hold === undefined) throw new Error("The lane is not free");
  const context = testContext({
    store,
    sitoo: sitooWith(250),
    pipeline: pipeline(() => Promise.resolve(), 500),
  });
  const reader = new HistoryReader(context, (batch) => store.commit(hold, batch));
  await store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at: 1 }));
  await reader.next(never);
  reader.overtaken([50, 220]);
  const second = await reader.next(never);
  const third = await reader.next(never);
  assertEquals([second?.pointers.length, second?.later], [100, []]);
  assertEquals(third?.pointers.some(({ orderId }) => orderId === 220), false);
  assertEquals(third?.later.map(({ orderId, origin }) => [orderId, origin]), [[220, "history"]]);
  const checkpoint = third?.checkpoint?.(new Map([["delivered", 49]]));
  assertEquals([checkpoint?.read, checkpoint?.young, checkpoint?.delivered], [50, 1, 49]);
});
