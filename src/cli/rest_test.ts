import { testContext } from "../runtime/testing.ts";
import { withMethods } from "../runtime/with_methods.ts";
import { assertEquals } from "../std/assert.ts";
import { emptyCommit } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import type { PipelineContext } from "../runtime/context.ts";
import type { Clock } from "../time/clock.ts";
import { readLeft, untilAtRest } from "./rest.ts";

/** A clock that goes on only when somebody sleeps, or when it is moved. */
function steppedClock(start: number): Clock & { move(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    move: (ms) => void (now += ms),
  };
}

function pointer(
  orderId: number,
  dueAt: number,
): Parameters<PipelineContext["store"]["arrive"]>[0] {
  return {
    pointers: [{ orderId, origin: "refund", dueAt, receivedAt: 0, attempts: 0 }],
    receipts: [],
    quarantine: [],
  };
}

Deno.test("readLeft() counts a row that falls due while it looks", async () => {
  const clock = steppedClock(1_000_000);
  await using installation = await openMemoryStore(clock);
  const own = installation.pipeline("test", "default");
  await own.arrive(pointer(7, clock.now() + 100));
  // A slow machine: every answer of the store takes longer than the row has left.
  const slow = withMethods(own, {
    inboxSummary: async (limit: number) => {
      const summary = await own.inboxSummary(limit);
      clock.move(200);
      return summary;
    },
  });
  const context = testContext({ store: slow, clock });
  assertEquals((await readLeft(context, 60_000)).orders, 1);
  assertEquals((await readLeft(context, 60_000)).orders, 1);
  await own.arrive(pointer(8, clock.now() + 3_600_000));
  const due = await own.due(10);
  const hold = await own.acquireLane("holder", "f");
  if (hold === undefined) throw new Error("The lane is not free");
  await own.commit(hold, { ...emptyCommit, done: due });
  await own.releaseLane(hold);
  assertEquals((await readLeft(context, 60_000)).orders, 0, "the other one is due much later");
});

Deno.test("untilAtRest() waits while anything changes, and gives up on what is stuck", async () => {
  const { signal } = new AbortController();
  const options = { signal, every: 100, still: 1_000, within: 60_000 };
  let left = 50;
  const moves = await untilAtRest(
    () => Promise.resolve(left-- > 0 ? { left } : undefined),
    { ...options, clock: steppedClock(0) },
  );
  assertEquals([moves, left], [true, -1]);
  const clock = steppedClock(0);
  const stuck = await untilAtRest(() => Promise.resolve({ left: 3 }), { ...options, clock });
  assertEquals([stuck, clock.now()], [false, 1_000]);
  const busy = steppedClock(0);
  const endless = await untilAtRest(() => Promise.resolve({ left: busy.now() }), {
    ...options,
    clock: busy,
  });
  assertEquals([endless, busy.now()], [false, 60_000]);
});
