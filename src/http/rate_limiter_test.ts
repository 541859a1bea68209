import fc from "fast-check";
import { assert, assertEquals, assertRejects, assertThrows } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { createRateLimiter } from "./rate_limiter.ts";

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
