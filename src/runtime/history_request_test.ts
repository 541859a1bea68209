import { assertEquals, assertRejects } from "../std/assert.ts";
import type { Checkpoint } from "../store/rows.ts";
import { openMemoryStore } from "../store/testing.ts";
import { requestedRun } from "../engine/history_run.ts";
import type { PipelineContext } from "./context.ts";
import { emptyCommit } from "../store/store.ts";
import { askForBackfill, plannedRun } from "./history_request.ts";
import { RefusalError } from "./refusal.ts";
import { testContext } from "./testing.ts";

const never = new AbortController().signal;

/** A store in which a run has come this far. */
async function after(
  run: Partial<Checkpoint>,
  use: (context: PipelineContext) => Promise<void>,
): Promise<void> {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const hold = await store.acquireLane("holder", "print");
  if (hold === undefined) throw new Error("The lane is not free");
  const asked = requestedRun({ next: 0, fingerprint: "print", at: 1 });
  await store.requestBackfill(asked);
  await store.commit(hold, { ...emptyCommit, checkpoint: { ...asked, ...run } });
  await use(testContext({ store }));
}

for (const state of ["stopped", "failed"] as const) {
  Deno.test(`a run that ${state === "failed" ? "failed" : "was stopped"} goes on with its end and its figures`, async () => {
    await after({ state, error: "no", next: 300, to: 900, read: 40, dead: 1 }, async (context) => {
      const run = await plannedRun(context, {}, never);
      assertEquals(run.error, undefined);
      assertEquals([run.state, run.next, run.to, run.read, run.dead], [
        "requested",
        300,
        900,
        40,
        1,
      ]);
    });
  });
}

Deno.test("after a run that is through, the next begins where that ended, with figures of its own", async () => {
  await after({ state: "done", next: 300, to: 300, read: 40, holes: 2 }, async (context) => {
    const run = await plannedRun(context, {}, never);
    assertEquals([run.next, run.to, run.read, run.holes], [300, undefined, 0, 2]);
  });
});

Deno.test("two runs never have the same start, even within a millisecond", async () => {
  const later = Date.now() + 60_000;
  await after({ state: "done", startedAt: later }, async (context) => {
    assertEquals((await plannedRun(context, {}, never)).startedAt, later + 1);
  });
});

Deno.test("while a run is under way, only one without wishes of its own joins it", async () => {
  await after({ state: "running", next: 300 }, async (context) => {
    await askForBackfill(context, {}, never);
    for (const wish of [{ restart: true }, { from: "5" }, { to: "5" }]) {
      await assertRejects(() => askForBackfill(context, wish, never), RefusalError, "under way");
    }
    assertEquals((await context.store.checkpoint())?.next, 300);
  });
});
