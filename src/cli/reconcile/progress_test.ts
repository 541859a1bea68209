import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import { fakeTerminal } from "../testing.ts";
import { ProgressLine } from "./progress.ts";

Deno.test("ProgressLine draws one line over and over on a terminal", async () => {
  const screen = fakeTerminal({ person: true });
  const clock = new ManualClock();
  const line = new ProgressLine("till", screen.terminal, clock);
  line.show({ doing: "comparing", done: 500, total: 2_000 });
  await clock.advance(10_000);
  line.show({ doing: "comparing", done: 1_000, total: 2_000 });
  assertStringIncludes(screen.err(), "1,000/2,000 compared  10 s left");
  assertEquals(screen.err().includes("\n"), false);
  line.show({ doing: "verifying", done: 5, total: 10 });
  assertStringIncludes(screen.err(), "5/10 read back");
});

Deno.test("ProgressLine writes a line every five seconds where lines cannot be replaced", async () => {
  const screen = fakeTerminal();
  const clock = new ManualClock();
  const line = new ProgressLine("till", screen.terminal, clock);
  for (let second = 0; second < 11; second++) {
    line.show({ doing: "comparing", done: second, total: 11 });
    await clock.advance(1_000);
  }
  assertEquals(screen.err().trimEnd().split("\n").length, 2);
});
