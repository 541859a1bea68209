import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { SharedTimeLimit } from "./shared_limit.ts";
import { TimeLimitError } from "./time_limit.ts";

interface Made {
  readonly clock: ManualClock;
  readonly limit: SharedTimeLimit;
  readonly stopping: AbortController;
}

function made(): Made {
  const clock = new ManualClock();
  const stopping = new AbortController();
  return { clock, stopping, limit: new SharedTimeLimit({ ms: 100, clock, stop: stopping.signal }) };
}

/** Work that ends by nothing but its limit, and what it was told. */
function endless(limit: SharedTimeLimit): { ended: Promise<unknown>; told: unknown[] } {
  const told: unknown[] = [];
  const ended = limit.run((cut) => {
    cut.onCut((reason) => void told.push(reason));
    return new Promise<never>(() => {});
  }).catch((error) => error);
  return { ended, told };
}

Deno.test("SharedTimeLimit gives back what work in time resolves or rejects with", async () => {
  const { limit } = made();
  assertEquals(await limit.run(() => Promise.resolve("done")), "done");
  await assertRejects(
    () => limit.run(() => Promise.reject(new RangeError("own"))),
    RangeError,
    "own",
  );
});

Deno.test("SharedTimeLimit ends each piece of work when its own time is up", async () => {
  const { clock, limit } = made();
  const first = endless(limit);
  await limit.run(() => Promise.resolve());
  await clock.advance(60);
  const second = endless(limit);
  await clock.advance(39);
  assertEquals([first.told, second.told], [[], []]);
  await clock.advance(1);
  assert(await first.ended instanceof TimeLimitError);
  assertEquals([first.told.length, second.told.length], [1, 0]);
  await clock.advance(60);
  assert(await second.ended instanceof TimeLimitError);
  assertEquals(second.told.length, 1);
});

Deno.test("SharedTimeLimit watches work that begins after a time in which there was none", async () => {
  const { clock, limit } = made();
  await limit.run(() => Promise.resolve());
  await clock.advance(500);
  const late = endless(limit);
  await clock.advance(100);
  assert(await late.ended instanceof TimeLimitError);
});

Deno.test("SharedTimeLimit tells what is under way, and once only, that everything stops", async () => {
  const { clock, limit, stopping } = made();
  const one = endless(limit);
  stopping.abort("the end");
  await clock.advance(100);
  assertEquals(one.told, ["the end"]);
});
