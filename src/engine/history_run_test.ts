import { assertEquals } from "../std/assert.ts";
import { requestedRun } from "./history_run.ts";

Deno.test("requestedRun() asks for a run that has read nothing yet", () => {
  const run = requestedRun({ next: 5, to: 9, fingerprint: "f", at: 1_000 });
  assertEquals([run.state, run.next, run.to, run.read, run.startedAt], [
    "requested",
    5,
    9,
    0,
    1_000,
  ]);
  assertEquals("dateFrom" in run, false);
});
