import fc from "fast-check";
import { createRateLimiter } from "../http/rate_limiter.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import type { Clock } from "../time/clock.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { KvStore } from "./kv_store.ts";
import { MemoryKv } from "./memory_kv.ts";
import type { Store } from "./store.ts";
import type { KvPort } from "./transact.ts";

const never = new AbortController().signal;

function openProcess(kv: KvPort, clock: Clock): Promise<Store> {
  return new KvStore(kv, { clock, random: () => 0.5 }).open();
}

Deno.test("sharers() counts those that made calls lately, and who is new waits for the others", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  const first = await openProcess(kv, clock);
  await using second = await openProcess(kv, clock);
  assertEquals(await first.sharers("push")(never), 1);
  const joining = second.sharers("push")(never);
  let joinedAt = Infinity;
  void joining.then(() => joinedAt = clock.monotonic());
  await clock.advance(900);
  assertEquals(joinedAt, Infinity);
  await clock.advance(200);
  assertEquals(joinedAt, 1_000);
  assertEquals(await joining, 2);
  assertEquals(await first.sharers("push")(never), 2);
  assertEquals(await first.sharers("read")(never), 1);
  await first[Symbol.asyncDispose]();
  await clock.advance(1_000);
  assertEquals(await second.sharers("push")(never), 1);
});

Deno.test("sharers() forgets a process that died or makes no calls after ten seconds", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  const idle = await openProcess(kv, clock);
  await using store = await openProcess(kv, clock);
  await idle.sharers("push")(never);
  const joining = store.sharers("push")(never);
  await clock.advance(1_000);
  assertEquals(await joining, 2);
  await clock.advance(5_000);
  await store.sharers("push")(never);
  await clock.advance(3_500);
  assertEquals(await store.sharers("push")(never), 2);
  await clock.advance(1_000);
  assertEquals(await store.sharers("push")(never), 1);
  await idle[Symbol.asyncDispose]();
});

// The one call more can only fall into the second in which another process joins: it takes up to half a second
// until the others have cut their share.
Deno.test("all processes together make at most one call more in a second than the rate", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: 12 }),
      fc.array(
        fc.record({
          process: fc.integer({ min: 0, max: 2 }),
          calls: fc.integer({ min: 1, max: 12 }),
          pause: fc.integer({ min: 0, max: 6_000 }),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      async (rate, bursts) => {
        const clock = new ManualClock();
        const kv = new MemoryKv();
        const stores = await Promise.all([0, 1, 2].map(() => openProcess(kv, clock)));
        const paces = stores.map((store) =>
          createRateLimiter({ rate, clock, sharers: store.sharers("push") })
        );
        const times: number[] = [];
        const all: Promise<unknown>[] = [];
        for (const { process, calls, pause } of bursts) {
          for (let call = 0; call < calls; call++) {
            const taken = paces[process]?.take(never) ?? Promise.resolve();
            all.push(taken.then(() => times.push(clock.monotonic())));
          }
          await clock.advance(pause);
        }
        await clock.advance(60_000);
        await Promise.all(all);
        for (const [index, start] of times.entries()) {
          const inSecond = times.slice(index).filter((time) => time < start + 1_000).length;
          assert(inSecond <= rate + 1, `${inSecond} calls in a second at ${rate}/s`);
        }
        for (const store of stores) await store[Symbol.asyncDispose]();
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("sharers() heeds the signal while it waits for the others", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  await using first = await openProcess(kv, clock);
  await using second = await openProcess(kv, clock);
  await first.sharers("push")(never);
  const giveUp = new AbortController();
  const joining = second.sharers("push")(giveUp.signal);
  await clock.advance(10);
  giveUp.abort(new Error("off"));
  await assertRejects(() => joining, Error, "off");
  // What was not waited for still has to be.
  const again = second.sharers("push")(never);
  let isThere = false;
  void again.then(() => isThere = true);
  await clock.advance(500);
  assertEquals(isThere, false);
  await clock.advance(600);
  assertEquals(await again, 2);
});

Deno.test("sharers() goes on with its last count while the store fails", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  await using other = await openProcess(kv, clock);
  let isBroken = false;
  const port: KvPort = {
    get: kv.get.bind(kv),
    getMany: kv.getMany.bind(kv),
    list: (selector, options) => {
      if (isBroken) throw new Error("The disk is gone");
      return kv.list(selector, options);
    },
    atomic: () => kv.atomic(),
    close: () => kv.close(),
  };
  await using store = await openProcess(port, clock);
  await other.sharers("push")(never);
  const joining = store.sharers("push")(never);
  await clock.advance(1_000);
  assertEquals(await joining, 2);
  isBroken = true;
  await clock.advance(5_000);
  assertEquals(await store.sharers("push")(never), 2);
});
