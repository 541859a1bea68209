import { assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "./manual_clock.ts";

const never = new AbortController().signal;

Deno.test("ManualClock wakes sleepers in the order of their times", async () => {
  const clock = new ManualClock(1_000);
  const seen: string[] = [];
  const late = clock.sleep(20, never).then(() => seen.push(`late ${clock.now()}`));
  const early = clock.sleep(10, never).then(() => seen.push(`early ${clock.now()}`));
  await clock.advance(15);
  assertEquals(seen, ["early 1010"]);
  await clock.advance(5);
  assertEquals(seen, ["early 1010", "late 1020"]);
  await Promise.all([late, early]);
});

Deno.test("ManualClock lets what a sleeper starts sleep within the same advance", async () => {
  const clock = new ManualClock(0);
  let turns = 0;
  const loop = (async () => {
    for (; turns < 3; turns++) await clock.sleep(10, never);
  })();
  await clock.advance(30);
  assertEquals(turns, 3);
  await loop;
});

Deno.test("ManualClock rejects a sleep when its signal aborts", async () => {
  const clock = new ManualClock();
  const abort = new AbortController();
  const sleep = clock.sleep(10, abort.signal);
  abort.abort(new Error("stopped"));
  await assertRejects(() => sleep, Error, "stopped");
  assertEquals(clock.sleeping, 0);
});

Deno.test("ManualClock moves only the wall clock when it jumps", () => {
  const clock = new ManualClock(5_000);
  clock.jump(-2_000);
  assertEquals([clock.now(), clock.monotonic()], [3_000, 0]);
});
