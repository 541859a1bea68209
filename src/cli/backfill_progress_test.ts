import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import type { Checkpoint } from "../store/rows.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { BackfillProgress } from "./backfill_progress.ts";
import { type FakeTerminal, fakeTerminal } from "./testing.ts";

function run(read: number, state: Checkpoint["state"] = "running"): Checkpoint {
  return {
    state,
    next: read,
    total: 10_000,
    read,
    delivered: read - 5,
    unchanged: 0,
    linked: 0,
    skipped: 3,
    waiting: 0,
    dead: 2,
    young: 0,
    startedAt: 0,
    updatedAt: 0,
    fingerprint: "print",
  };
}

interface Shown extends FakeTerminal {
  readonly clock: ManualClock;
  readonly progress: BackfillProgress;
}

function shown(options: { person?: boolean; json?: boolean }): Shown {
  const clock = new ManualClock();
  const screen = fakeTerminal({ person: options.person ?? false, columns: 200 });
  const progress = new BackfillProgress({
    pipeline: "till",
    terminal: screen.terminal,
    clock,
    json: options.json ?? false,
  });
  return { ...screen, clock, progress };
}

Deno.test("BackfillProgress draws a bar with rate and time left, from this run alone", async () => {
  const { progress, clock, err } = shown({ person: true });
  progress.show(run(4000));
  await clock.advance(10_000);
  progress.show(run(5000));
  assert(!err().includes("\n"));
  const last = err().split("\x1b[2K").at(-1) ?? "";
  assertStringIncludes(last, "till: ████████░░░░░░░░  50 % 5,000/10,000  100/s  50 s left");
  assertStringIncludes(last, "delivered 4,995  skipped 3  dead 2");
});

Deno.test("BackfillProgress writes a line every five seconds where nobody looks, and the last", async () => {
  const { progress, clock, err } = shown({});
  for (let n = 1; n <= 9; n++) {
    progress.show(run(n * 100));
    await clock.advance(1000);
  }
  progress.show(run(10_000, "done"));
  const lines = err().trimEnd().split("\n");
  assertEquals(lines.length, 3);
  assertStringIncludes(lines[2] ?? "", "100 % 10,000/10,000");
});

Deno.test("BackfillProgress writes JSON objects without the fingerprint", async () => {
  const { progress, clock, out, err } = shown({ person: true, json: true });
  progress.show(run(100));
  await clock.advance(5000);
  progress.show(run(600));
  assertEquals(err(), "");
  const [first, second] = out().trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([first.event, first.pipeline, first.read], ["progress", "till", 100]);
  assertEquals([second.perSecond, second.secondsLeft, second.fingerprint], [100, 94, undefined]);
});

Deno.test("BackfillProgress says so when a run has not begun", () => {
  const { progress, err } = shown({ person: true });
  progress.show(run(0, "requested"));
  assertStringIncludes(err(), "about to start");
});

Deno.test("BackfillProgress shows holes only where there are some", () => {
  const { progress, err } = shown({ person: true });
  progress.show(run(100));
  assert(!err().includes("holes"));
  progress.show({ ...run(200), holes: 3, updatedAt: 1 });
  assertStringIncludes(err(), "holes 3");
});

Deno.test("BackfillProgress says of a run that found nothing new just that", () => {
  const { progress, err } = shown({});
  progress.show({ ...run(0, "done"), total: 0 });
  assertStringIncludes(err(), "till: nothing new to read");
  assert(!err().includes("0/0"));
});
