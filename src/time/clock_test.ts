import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { systemClock } from "./clock.ts";

Deno.test("the machine's clock says what time it is, and its other hand never goes back", () => {
  assert(Math.abs(systemClock.now() - Date.now()) < 1_000);
  const first = systemClock.monotonic();
  assert(systemClock.monotonic() >= first);
});

Deno.test("sleep() takes at least as long as it is told", async () => {
  const start = systemClock.monotonic();
  await systemClock.sleep(20, new AbortController().signal);
  assert(systemClock.monotonic() - start >= 19);
});

Deno.test("sleep() ends with the reason of its signal, be it aborted before or during", async () => {
  const reason = new Error("enough");
  const before = await assertRejects(() => systemClock.sleep(60_000, AbortSignal.abort(reason)));
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort(reason);
  const during = await assertRejects(() => sleeping);
  assertEquals([before, during], [reason, reason]);
});
