import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { emptyCommit, LaneLostError } from "./store.ts";
import type { NewPointer, OutboxRow } from "./rows.ts";
import { openMemoryStore } from "./testing.ts";

function pointer(orderId: number, fields: Partial<NewPointer> = {}): NewPointer {
  return { orderId, origin: "live", dueAt: 0, receivedAt: 0, attempts: 0, ...fields };
}

Deno.test("arrive() puts the pointers of many requests into few commits", async () => {
  await using store = await openMemoryStore();
  const pipeline = store.pipeline("shop", "default");
  const before = store.commits;
  await Promise.all(
    Array.from(
      { length: 100 },
      (_, index) => pipeline.arrive({ pointers: [pointer(index)], receipts: [], quarantine: [] }),
    ),
  );
  assert(store.commits - before <= 2, `${store.commits - before} commits`);
  assertEquals((await pipeline.due(500)).length, 100);
});

Deno.test("arrive() rejects when nothing was written, and the pointer can come again", async () => {
  await using store = await openMemoryStore();
  const pipeline = store.pipeline("shop", "default");
  const arrival = { pointers: [pointer(1)], receipts: [], quarantine: [] };
  store.refuse = true;
  await assertRejects(() => pipeline.arrive(arrival), Error, "full");
  assertEquals(await pipeline.due(10), []);
  store.refuse = false;
  await pipeline.arrive(arrival);
  assertEquals((await pipeline.due(10)).map((row) => row.orderId), [1]);
});

Deno.test("a holder that was taken over cannot commit, renew or release", async () => {
  const clock = new ManualClock();
  await using store = await openMemoryStore(clock);
  const pipeline = store.pipeline("shop", "default");
  const first = await pipeline.acquireLane("first", "f");
  assert(first !== undefined);
  assertEquals(await pipeline.acquireLane("second", "f"), undefined);
  await pipeline.renewLane(first, { ids: [7], takeovers: 0 });
  await clock.advance(11_000);
  const second = await pipeline.acquireLane("second", "f");
  assertEquals(second?.inHand, { ids: [7], takeovers: 0 });
  await assertRejects(() => pipeline.commit(first, emptyCommit), LaneLostError);
  await assertRejects(() => pipeline.renewLane(first, { ids: [], takeovers: 0 }), LaneLostError);
  await pipeline.releaseLane(first);
  assertEquals((await pipeline.laneHolder())?.holder, "second");
});

Deno.test("a receipt is asked for once, and moved on by one only", async () => {
  const clock = new ManualClock();
  await using store = await openMemoryStore(clock);
  const pipeline = store.pipeline("shop", "default");
  const row: OutboxRow = {
    id: "event-1",
    orderId: 1,
    state: "asked",
    askedAt: 5,
    dueAt: 5,
    attempts: 0,
    at: 5,
  };
  for (let turn = 0; turn < 2; turn++) {
    await pipeline.arrive({ pointers: [pointer(1)], receipts: [row], quarantine: [] });
  }
  assertEquals(await pipeline.dueReceipts(10), [row]);
  const reserved: OutboxRow = { ...row, state: "reserved", at: 6, dueAt: clock.now() + 1 };
  const moved = await Promise.all([
    pipeline.moveReceipt(row, reserved),
    pipeline.moveReceipt(row, reserved),
  ]);
  assertEquals(moved.toSorted(), [false, true]);
  assertEquals((await pipeline.counters()).receipts, { reserved: 1 });
});

Deno.test("onArrival() tells of rows, in every view of the pipeline", async () => {
  await using store = await openMemoryStore();
  let calls = 0;
  const stop = store.pipeline("shop", "default").onArrival(() => calls++);
  const arrival = { pointers: [pointer(1)], receipts: [], quarantine: [] };
  await store.pipeline("shop", "default").arrive(arrival);
  stop();
  await store.pipeline("shop", "default").arrive(arrival);
  assertEquals(calls, 1);
});

Deno.test("secret() is made once", async () => {
  await using store = await openMemoryStore();
  const [first, second] = await Promise.all([store.secret(), store.secret()]);
  assertEquals(first, second);
  assert(first.length >= 32);
});
