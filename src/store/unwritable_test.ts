import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { openMemoryStore } from "./testing.ts";
import { StoreUnwritableError, unwritable } from "./unwritable.ts";

const words: readonly [message: string, reason: string | undefined][] = [
  ["database or disk is full", "full"],
  ["No space left on device (os error 28)", "full"],
  ["attempt to write a readonly database", "read-only"],
  ["Can not write to a read-only database.", "read-only"],
  ["database is locked", "locked"],
  ["disk I/O error", "broken"],
  ["Value too large (max 65536 bytes)", undefined],
];
for (const [message, reason] of words) {
  Deno.test(`unwritable() takes "${message}" for ${reason ?? "something else"}`, () => {
    const error = unwritable(new TypeError(message));
    assertEquals(error?.reason, reason);
    if (error !== undefined) assert(error.remedy.includes("Nothing is lost"));
  });
}

Deno.test("a store says why it takes nothing until it has taken rows for a while", async () => {
  const clock = new ManualClock();
  await using store = await openMemoryStore(clock);
  assertEquals(store.refusal(), undefined);
  store.refuse = true;
  await assertRejects(() => store.forget("one"), StoreUnwritableError, "disk is full");
  assertEquals(store.refusal()?.reason, "full");
  store.refuse = false;
  await store.forget("one");
  assertEquals(store.refusal()?.reason, "full");
  await clock.advance(5_000);
  await store.forget("one");
  assertEquals(store.refusal(), undefined);
});

Deno.test("a store that nobody writes to does not say for ever that it takes nothing", async () => {
  const clock = new ManualClock();
  await using store = await openMemoryStore(clock);
  store.refuse = true;
  await assertRejects(() => store.forget("one"), StoreUnwritableError);
  await clock.advance(59_000);
  assertEquals(store.refusal()?.reason, "full");
  await clock.advance(1_000);
  assertEquals(store.refusal(), undefined);
  await assertRejects(() => store.forget("one"), StoreUnwritableError);
  assertEquals(store.refusal()?.reason, "full");
});
