import { assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { createSlot } from "./slot.ts";

const never = new AbortController().signal;

Deno.test("createSlot() runs tasks one at a time, in order, with a gap from end to start", async () => {
  const clock = new ManualClock();
  const slot = createSlot({ gap: 250, clock });
  const log: string[] = [];
  const all = ["a", "b", "c"].map((name) => slot.run(() => task(name), never));
  await clock.advance(2_000);
  assertEquals(await Promise.all(all), ["a", "b", "c"]);
  assertEquals(log, ["a 0", "a end 100", "b 350", "b end 450", "c 700", "c end 800"]);

  async function task(name: string): Promise<string> {
    log.push(`${name} ${clock.monotonic()}`);
    await clock.sleep(100, never);
    log.push(`${name} end ${clock.monotonic()}`);
    return name;
  }
});

Deno.test("createSlot() does not wait when the gap is over anyway", async () => {
  const clock = new ManualClock();
  const slot = createSlot({ gap: 250, clock });
  await slot.run(() => Promise.resolve(), never);
  await clock.advance(250);
  await slot.run(() => Promise.resolve(), never);
  assertEquals(clock.sleeping, 0);
});

Deno.test("createSlot() lets a waiting caller go at once and the next one through", async () => {
  const clock = new ManualClock();
  const slot = createSlot({ gap: 0, clock });
  const giveUp = new AbortController();
  const first = slot.run(() => clock.sleep(100, never), never);
  let ran = false;
  const second = slot.run(() => {
    ran = true;
    return Promise.resolve();
  }, giveUp.signal);
  const third = slot.run(() => Promise.resolve("third"), never);
  const reason = new Error("shutting down");
  giveUp.abort(reason);
  assertEquals(await assertRejects(() => second, Error), reason);
  await clock.advance(100);
  await first;
  assertEquals(await third, "third");
  assertEquals(ran, false);
});

Deno.test("createSlot() keeps going after a task that failed, gap included", async () => {
  const clock = new ManualClock();
  const slot = createSlot({ gap: 250, clock });
  await assertRejects(() => slot.run(() => Promise.reject(new Error("no")), never), Error, "no");
  let at = -1;
  const next = slot.run(() => {
    at = clock.monotonic();
    return Promise.resolve();
  }, never);
  await clock.advance(1_000);
  await next;
  assertEquals(at, 250);
});

Deno.test("createSlot() runs nothing for a caller that has already given up", async () => {
  const slot = createSlot({ gap: 0, clock: new ManualClock() });
  await assertRejects(
    () => slot.run(() => Promise.resolve(), AbortSignal.abort(new Error("off"))),
    Error,
  );
});
