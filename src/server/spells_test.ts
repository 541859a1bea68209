import { assertEquals } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { RunningPipeline } from "../runtime/run_pipeline.ts";
import { Spells } from "./spells.ts";

interface Counted {
  readonly spells: Spells;
  readonly clock: ManualClock;
  readonly counts: { started: number; stopped: number };
}

function counted(): Counted {
  const clock = new ManualClock();
  const counts = { started: 0, stopped: 0 };
  const spells = new Spells({ clock, grace: 1_000, start });
  return { spells, clock, counts };

  function start(): readonly RunningPipeline[] {
    counts.started++;
    const ended = Promise.withResolvers<void>();
    return [{
      holder: "test",
      finished: ended.promise,
      stop: () => {
        counts.stopped++;
        ended.resolve();
        return ended.promise;
      },
    }];
  }
}

Deno.test("Spells works until the last time that was asked for has run out", async () => {
  const { spells, clock, counts } = counted();
  const first = spells.work(5_000);
  await clock.advance(4_000);
  const second = spells.work(5_000);
  await clock.advance(4_000);
  assertEquals(counts, { started: 1, stopped: 0 });
  await clock.advance(1_000);
  await Promise.all([first, second]);
  assertEquals(counts, { started: 1, stopped: 1 });
});

Deno.test("Spells starts anew after a spell has ended", async () => {
  const { spells, clock, counts } = counted();
  for (let turn = 0; turn < 2; turn++) {
    const spell = spells.work(1_000);
    await clock.advance(1_000);
    await spell;
  }
  assertEquals(counts, { started: 2, stopped: 2 });
});

Deno.test("Spells ends at once when the instance is stopped, and begins no other", async () => {
  const { spells, counts } = counted();
  const spell = spells.work(50_000);
  await spells.end();
  await spell;
  await spells.work(1_000);
  assertEquals(counts, { started: 1, stopped: 1 });
});
