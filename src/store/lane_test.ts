import fc from "fast-check";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { KvStore } from "./kv_store.ts";
import { MemoryKv } from "./memory_kv.ts";
import { type BatchCommit, type LaneHold, LaneLostError, type PipelineStore } from "./store.ts";
import type { KvPort } from "./transact.ts";

const nothing = { ids: [], takeovers: 0 };

function batch(healed: number): BatchCommit {
  return {
    before: new Map(),
    ledger: [],
    dead: [],
    links: [],
    pointers: [],
    done: [],
    receipts: [],
    sweep: { next: 0, newAt: 0, healed },
    missedWindow: 0,
  };
}

/** Two processes on one database, each with a clock of its own. */
async function twoProcesses(kv: KvPort = new MemoryKv()): Promise<{
  readonly clocks: readonly [ManualClock, ManualClock];
  readonly shops: readonly [PipelineStore, PipelineStore];
}> {
  const clocks = [new ManualClock(), new ManualClock()] as const;
  const [left, right] = await Promise.all(
    clocks.map((clock) => new KvStore(kv, { clock, random: () => 0.5 }).open()),
  );
  assert(left !== undefined && right !== undefined);
  const shops = [left.pipeline("shop", "default"), right.pipeline("shop", "default")] as const;
  return { clocks, shops };
}

async function acquire(shop: PipelineStore, holder: string): Promise<LaneHold> {
  const hold = await shop.acquireLane(holder, "f");
  assert(hold !== undefined, `${holder} did not get the lane`);
  return hold;
}

Deno.test("a clock that jumps ahead takes the lane early, and the fence holds all the same", async () => {
  const { clocks, shops: [left, right] } = await twoProcesses();
  const first = await acquire(left, "left");
  clocks[1].jump(60 * 60 * 1000);
  const second = await acquire(right, "right");
  await assertRejects(() => left.commit(first, batch(1)), LaneLostError);
  await assertRejects(() => left.renewLane(first, nothing), LaneLostError);
  await left.releaseLane(first);
  assertEquals((await right.laneHolder())?.holder, "right");
  await right.commit(second, batch(2));
  assertEquals((await left.sweep())?.healed, 2);
});

Deno.test("a lease by a clock that was hours ahead does not block the lane", async () => {
  const { clocks, shops: [left, right] } = await twoProcesses();
  clocks[0].jump(5 * 60 * 60 * 1000);
  const first = await acquire(left, "left");
  await acquire(right, "right");
  await assertRejects(() => left.commit(first, batch(1)), LaneLostError);
});

Deno.test("a clock a few seconds off changes nothing", async () => {
  const { clocks, shops: [left, right] } = await twoProcesses();
  clocks[0].jump(20_000);
  await acquire(left, "left");
  assertEquals(await right.acquireLane("right", "f"), undefined);
});

Deno.test("a hold that was let go cannot write any more, though nobody took the lane", async () => {
  const { shops: [left] } = await twoProcesses();
  const hold = await acquire(left, "left");
  await left.releaseLane(hold);
  await assertRejects(() => left.commit(hold, batch(1)), LaneLostError);
  await left.releaseLane(hold);
  assert((await acquire(left, "left")).epoch > hold.epoch);
});

Deno.test("a holder that lost the lane and got it back cannot write with what it held before", async () => {
  const { clocks, shops: [left] } = await twoProcesses();
  const first = await acquire(left, "left");
  await clocks[0].advance(11_000);
  const second = await acquire(left, "left");
  await assertRejects(() => left.commit(first, batch(1)), LaneLostError);
  await left.commit(second, batch(2));
  assertEquals((await left.sweep())?.healed, 2);
});

Deno.test("of processes that reach for a free lane at once, one gets it", async () => {
  const { shops: [left, right] } = await twoProcesses();
  const got = await Promise.all([
    left.acquireLane("a", "f"),
    right.acquireLane("b", "f"),
    left.acquireLane("c", "f"),
    right.acquireLane("d", "f"),
  ]);
  assertEquals(got.filter((hold) => hold !== undefined).length, 1);
});

Deno.test("a takeover between the look at the fence and the commit is noticed", async () => {
  let beforeCommit: (() => Promise<void>) | undefined;
  const kv = new MemoryKv();
  const { clocks, shops: [left, right] } = await twoProcesses({
    get: kv.get.bind(kv),
    getMany: kv.getMany.bind(kv),
    list: kv.list.bind(kv),
    close: kv.close.bind(kv),
    atomic: () => {
      const operation = kv.atomic();
      const commit = operation.commit.bind(operation);
      operation.commit = async () => {
        const meanwhile = beforeCommit;
        beforeCommit = undefined;
        await meanwhile?.();
        return await commit();
      };
      return operation;
    },
  });
  const first = await acquire(left, "left");
  beforeCommit = async () => {
    await clocks[1].advance(11_000);
    await acquire(right, "right");
  };
  await assertRejects(() => left.commit(first, batch(1)), LaneLostError);
  assertEquals(await left.sweep(), undefined);
  assertEquals((await right.laneHolder())?.holder, "right");
});

const action = fc.record({
  who: fc.constantFrom(0 as const, 1 as const),
  what: fc.constantFrom("acquire", "renew", "commit", "release", "wait", "jump"),
  by: fc.integer({ min: -40_000, max: 40_000 }),
});

Deno.test("whatever the clocks do, only the last to have got the lane can commit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const { clocks, shops } = await twoProcesses();
      const holds: (LaneHold | undefined)[] = [undefined, undefined];
      let last: 0 | 1 | undefined;
      let epoch = 0;
      let written = 0;
      for (const [index, { who, what, by }] of actions.entries()) {
        const hold = holds[who];
        if (what === "jump") clocks[who].jump(by);
        else if (what === "wait") {
          for (const clock of clocks) await clock.advance(Math.abs(by));
        } else if (what === "acquire") {
          const got = await shops[who].acquireLane(`process-${who}-${index}`, "f");
          if (got === undefined) continue;
          assert(got.epoch > epoch, "the epoch did not rise");
          [holds[who], last, epoch] = [got, who, got.epoch];
        } else if (hold !== undefined) {
          const mayWrite = last === who;
          const write = { renew, commit, release }[what];
          const done = await write(shops[who], hold, index + 1);
          if (what !== "release") assertEquals(done, mayWrite, `${what} of ${hold.holder}`);
          if (what === "commit" && done) written = index + 1;
          if (what === "release") {
            holds[who] = undefined;
            if (last === who) last = undefined;
          }
        }
        assertEquals((await shops[0].sweep())?.healed ?? 0, written);
      }
    }),
    { numRuns: 150 },
  );
});

function renew(shop: PipelineStore, hold: LaneHold): Promise<boolean> {
  return unlessLost(shop.renewLane(hold, nothing));
}

function commit(shop: PipelineStore, hold: LaneHold, mark: number): Promise<boolean> {
  return unlessLost(shop.commit(hold, batch(mark)));
}

function release(shop: PipelineStore, hold: LaneHold): Promise<boolean> {
  return unlessLost(shop.releaseLane(hold));
}

async function unlessLost(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof LaneLostError) return false;
    throw error;
  }
}
