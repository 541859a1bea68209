import fc from "fast-check";
import { assert, assertEquals, assertRejects, assertThrows } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { createRateLimiter, type Priority } from "./rate_limiter.ts";

const never = new AbortController().signal;

Deno.test("createRateLimiter() never lets more calls into a second than its rate", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 39 }),
      fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 25 }),
      async (rate, pauses) => {
        const clock = new ManualClock();
        const pace = createRateLimiter({ rate, clock });
        const times: number[] = [];
        for (const pause of pauses) {
          await clock.advance(pause);
          void pace.take(never).then(() => times.push(clock.monotonic()));
        }
        await clock.advance(1000 * (pauses.length + 1) / rate + 100);
        assertEquals(times.length, pauses.length);
        for (const [index, start] of times.entries()) {
          const inSecond = times.slice(index).filter((time) => time < start + 1000);
          assert(inSecond.length <= rate, `${inSecond.length} calls in a second at ${rate}/s`);
        }
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("createRateLimiter() makes up for late timers at high rates", async () => {
  const clock = new ManualClock();
  const pace = createRateLimiter({ rate: 1000, clock });
  await pace.take(never);
  await clock.advance(40);
  for (let call = 0; call < 40; call++) await pace.take(never);
  assertEquals(clock.monotonic(), 40);
});

Deno.test("createRateLimiter() serves in order and leaves out who gave up", async () => {
  const clock = new ManualClock();
  const pace = createRateLimiter({ rate: 2, clock });
  const giveUp = new AbortController();
  const served: string[] = [];
  const waits = ["a", "b", "c"].map((name) =>
    pace.take(name === "b" ? giveUp.signal : never).then(() =>
      served.push(`${name} ${clock.monotonic()}`)
    )
  );
  await clock.advance(100);
  giveUp.abort(new Error("off"));
  await assertRejects(() => waits[1] ?? Promise.resolve(), Error, "off");
  await clock.advance(1000);
  assertEquals(served, ["a 0", "c 500"]);
});

Deno.test("createRateLimiter() without a limit never waits, but heeds the signal", async () => {
  const clock = new ManualClock();
  const pace = createRateLimiter({ rate: Infinity, clock });
  for (let call = 0; call < 1000; call++) await pace.take(never);
  assertEquals(clock.sleeping, 0);
  await assertRejects(() => pace.take(AbortSignal.abort(new Error("off"))), Error, "off");
});

Deno.test("createRateLimiter() refuses rates that let nothing through", () => {
  for (const rate of [0, -1, NaN]) {
    assertThrows(() => createRateLimiter({ rate, clock: new ManualClock() }), RangeError);
  }
});

Deno.test("createRateLimiter() lets live calls go before history, in order among themselves", async () => {
  const clock = new ManualClock();
  const pace = createRateLimiter({ rate: 2, clock });
  const served: string[] = [];
  const call = (name: string, priority?: Priority): Promise<number> =>
    pace.take(never, priority === undefined ? {} : { priority }).then(() => served.push(name));
  const waits = [call("first"), call("old 1", "history"), call("old 2", "history")];
  await clock.advance(400);
  waits.push(call("new 1"), call("new 2", "live"));
  await clock.advance(2_000);
  await Promise.all(waits);
  assertEquals(served, ["first", "new 1", "new 2", "old 1", "old 2"]);
});

Deno.test("createRateLimiter() stops its timer when the last one gives up, and starts again", async () => {
  const clock = new ManualClock();
  const pace = createRateLimiter({ rate: 1, clock });
  await pace.take(never);
  const giveUp = new AbortController();
  const waiting = pace.take(giveUp.signal);
  await clock.advance(10);
  assertEquals(clock.sleeping, 1);
  giveUp.abort(new Error("off"));
  await assertRejects(() => waiting, Error, "off");
  assertEquals(clock.sleeping, 0);
  const next = pace.take(never);
  await clock.advance(990);
  await next;
  assertEquals(clock.monotonic(), 1_000);
});

Deno.test("createRateLimiter() divides its rate among the sharers, as they come and go", async () => {
  const clock = new ManualClock();
  let sharers = 1;
  const pace = createRateLimiter({ rate: 10, clock, sharers: () => Promise.resolve(sharers) });
  const times: number[] = [];
  const all = Array.from(
    { length: 12 },
    () => pace.take(never).then(() => times.push(clock.monotonic())),
  );
  await clock.advance(200);
  sharers = 3;
  await clock.advance(1_100);
  sharers = 20;
  await clock.advance(4_000);
  sharers = 1;
  await clock.advance(3_000);
  await Promise.all(all);
  assertEquals(times.slice(0, 3), [0, 100, 200]);
  // 10 among three: three whole calls a second each.
  assertEquals(times.slice(3, 6), [534, 868, 1_202]);
  // 10 among twenty: one each in two seconds.
  assertEquals(times.slice(6, 8), [3_202, 5_202]);
  assertEquals(times.slice(8), [5_702, 5_802, 5_902, 6_002]);
});

Deno.test("createRateLimiter() tells the caller when the sharers cannot be counted, and goes on", async () => {
  const clock = new ManualClock();
  let isBroken = true;
  const sharers = (): Promise<number> =>
    isBroken ? Promise.reject(new Error("No store")) : Promise.resolve(1);
  const pace = createRateLimiter({ rate: 10, clock, sharers });
  await assertRejects(() => pace.take(never), Error, "No store");
  isBroken = false;
  await pace.take(never);
});
