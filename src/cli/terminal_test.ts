import { assert, assertEquals } from "../std/assert.ts";
import { fakeTerminal } from "./testing.ts";

Deno.test("Terminal keeps results and notes apart", () => {
  const { terminal, out, err } = fakeTerminal();
  terminal.print("result");
  terminal.data({ a: [1, "é"] });
  terminal.note("note");
  terminal.raw("log line\n");
  assertEquals(out(), 'result\n{"a":[1,"é"]}\n');
  assertEquals(err(), "note\nlog line\n");
});

Deno.test("Terminal uses colours only where a person sees them and wants them", () => {
  const painted = (person: boolean, color: boolean): boolean =>
    fakeTerminal({ person, color }).terminal.style.bad("x") !== "x";
  assertEquals([painted(true, true), painted(true, false), painted(false, true)], [
    true,
    false,
    false,
  ]);
});

Deno.test("Terminal draws no live line into a file", () => {
  const { terminal, err } = fakeTerminal();
  terminal.live("10 %");
  terminal.endLive();
  assertEquals(err(), "");
});

Deno.test("Terminal keeps the live line below everything else", () => {
  const { terminal, err } = fakeTerminal({ person: true });
  terminal.live("10 %");
  terminal.note("note");
  terminal.live("20 %");
  terminal.endLive();
  terminal.note("end");
  const clear = "\r\x1b[2K";
  assertEquals(err(), `10 %${clear}note\n10 %${clear}20 %${clear}end\n`);
});

Deno.test("Terminal cuts a live line to the width, colours and wide letters counted right", () => {
  const { terminal, err } = fakeTerminal({ person: true, color: true, columns: 11 });
  terminal.live(`${terminal.errStyle.bad("12345")}67890`);
  assert(err().includes("\x1b["), "fits, so it keeps its colours");
  terminal.live(`${terminal.errStyle.bad("漢字漢字")}漢字`);
  assert(err().endsWith("漢字漢字…"));
});
