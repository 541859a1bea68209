import { assert, assertEquals, assertLessOrEqual } from "../src/std/assert.ts";
import { runBackfill } from "../src/runtime/backfill.ts";
import { type BackfillEstimate, estimateBackfill } from "../src/runtime/rehearsal/estimate.ts";
import { overlayStore } from "../src/runtime/rehearsal/overlay_store.ts";
import { withoutLookUps } from "../src/runtime/rehearsal/sample.ts";
import { openStore } from "../src/store/open.ts";
import { systemClock } from "../src/time/clock.ts";
import { startSandbox } from "../src/sandbox/mod.ts";
import {
  command,
  commandEnv,
  composeWith,
  pipelineFile,
  startSystem,
  type System,
  type Tree,
  unlimited,
  withOption,
} from "./support/system.ts";

const never = new AbortController().signal;
const rates = { push: Infinity, read: Infinity, email: Infinity };

function sum(counters: Readonly<Record<string, number>>): number {
  return Object.values(counters).reduce((all, one) => all + one, 0);
}

/** Within a tenth, or two calls where there are few. */
function assertNear(estimated: number, used: number, what: string): void {
  const difference = Math.abs(estimated - used);
  assertLessOrEqual(difference, Math.max(2, used * 0.1), `${what}: ${estimated}, ${used} used`);
}

async function estimated(system: System, change: (tree: Tree) => Tree): Promise<BackfillEstimate> {
  await using scratch = await openStore(":memory:", { clock: systemClock, random: Math.random });
  let asked = false;
  const context = await composeWith({
    sandbox: system.sandbox,
    store: system.store,
    change,
    pipelineStore: (real) => overlayStore({ real, scratch: scratch.pipeline("x", "default") }),
    pipelineOmetria: (ometria) => withoutLookUps(ometria, () => asked = true),
  });
  return await estimateBackfill(context, { looksUp: () => asked }, never);
}

for (const optIn of [false, true]) {
  const name = optIn ? ", with opt-in," : "";
  Deno.test(`an estimate${name} comes within a tenth of the calls that a run makes`, async () => {
    const change = (tree: Tree): Tree =>
      withOption(
        withOption(unlimited(tree), "opt-in", { enabled: optIn }),
        "ometria-orders",
        { settle: "3s" },
      );
    await using system = await startSystem({ orders: 4_000, seed: 21, rates, change });
    const { sandbox, context } = system;
    const estimate = await estimated(system, change);
    const before = sandbox.counters();
    const asking = sum(before.sitoo.requests);
    assertLessOrEqual(asking, 14, `${asking} calls to ask`);
    assertEquals(sum(before.ometria.requests), 0);
    assertEquals(await context.store.checkpoint(), undefined);

    const { checkpoint } = await runBackfill(context, { onProgress: () => {} }, never);
    const after = sandbox.counters();
    assertEquals([estimate.orders, estimate.pages], [checkpoint.total, 40]);
    assertNear(estimate.sitoo.calls, sum(after.sitoo.requests) - asking, "Sitoo");
    const requests = after.ometria.requests;
    const { pushes, lookUps } = estimate.ometria;
    assertNear(pushes, requests["POST /push"] ?? requests["push"] ?? 0, "pushes");
    assertNear(pushes + lookUps, sum(requests), "Ometria");
    assertEquals(lookUps > 0, optIn);
  });
}

Deno.test("a small history is judged whole, and the command says it to people and programs", async () => {
  await using sandbox = await startSandbox({ orders: 250, seed: 4 });
  const folder = await Deno.makeTempDir();
  try {
    const env = commandEnv(sandbox, { TILLPIPE_STORE: `${folder}/store.sqlite3` });
    const pipeline = ["--pipeline", await pipelineFile(folder, { settle: "1s" })];
    const text = await command(["backfill", "--estimate", ...pipeline], env).output();
    const said = new TextDecoder().decode(text.stdout);
    assertEquals(text.code, 0, new TextDecoder().decode(text.stderr));
    assert(
      /sitoo-to-ometria: 250 orders \(\d+ to \d+\), of which about \d+ would be sent/.test(said),
      said,
    );
    assert(said.includes("Judged by all of them. Nothing was sent or written"), said);
    const json = await command(["backfill", "--estimate", "--json", ...pipeline], env).output();
    const data = JSON.parse(new TextDecoder().decode(json.stdout));
    assertEquals([data.event, data.orders, data.pages, data.sampled], ["estimate", 250, 3, 250]);
    assertEquals(sandbox.counters().ometria.accepted, 0);
    const both = await command(["backfill", "--estimate", "--dry-run", ...pipeline], env).output();
    assertEquals(both.code, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
