import { runBackfill } from "../src/runtime/backfill.ts";
import { readPipelineStatus } from "../src/runtime/status.ts";
import { startInstant } from "../src/engine/start_date.ts";
import { startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals, assertLessOrEqual } from "../src/std/assert.ts";
import {
  command,
  commandEnv,
  eventually,
  pipelineFile,
  startSystem,
  type System,
  type Tree,
  unlimited,
  withOption,
} from "./support/system.ts";

const signal = new AbortController().signal;

async function agrees({ sandbox, context }: System): Promise<void> {
  await sandbox.ometria.settled();
  const startDate = startInstant(context.pipeline.history?.startDate ?? "", "Europe/Stockholm");
  const report = sandbox.truth.compare({ prefix: "till-", startDate });
  assertEquals(report.examples, []);
  assert(report.same);
}

/** No limits, and pushes of one order as far apart as the run is long, like in a run of hours. */
function apart(tree: Tree): Tree {
  return withOption(unlimited(tree), "ometria-orders", { settle: "3s" });
}

function calls({ requests }: { readonly requests: Readonly<Record<string, number>> }): number {
  return Object.values(requests).reduce((sum, number) => sum + number, 0);
}

Deno.test("a backfill of 10,000 orders delivers what should go, names the rule for the rest, and is sparing", async (t) => {
  const rates = { push: Infinity, read: Infinity, email: Infinity };
  await using system = await startSystem({ orders: 10_000, seed: 7, rates, change: apart });
  const { context, sandbox } = system;

  await t.step("everything that was sold is at Ometria, once, to the cent", async () => {
    const { checkpoint, handedOver } = await runBackfill(context, { onProgress: () => {} }, signal);
    assertEquals([checkpoint.state, checkpoint.read, handedOver], ["done", 10_000, false]);
    await agrees(system);
  });

  await t.step("every order has one outcome, with the name of its rule", async () => {
    const status = await readPipelineStatus(context);
    const skipped = Object.values(status.skipped).reduce((sum, orders) => sum + orders, 0);
    const all = status.delivered + status.linked + status.waiting + status.dead + skipped;
    assertEquals(all, 10_000);
    assertEquals(status.deadBy, {});
    assertEquals(status.due, 0);
    assertEquals(Object.keys(status.skipped).toSorted(), [
      "abandoned",
      "booking",
      "cancelled",
      "parked",
      "refund-of-web-copy",
      "unlinked-refund",
      "web-copy",
    ]);
  });

  await t.step("it took at most 22 calls per 1,000 orders", () => {
    const { sitoo, ometria } = sandbox.counters();
    assertLessOrEqual((calls(sitoo) + calls(ometria)) / 10, 22);
    assertEquals(sitoo.tooMany, 0);
  });

  await t.step("a second run sends nothing, also when it reads everything again", async () => {
    const before = sandbox.counters().ometria.accepted;
    await runBackfill(context, { onProgress: () => {} }, signal);
    const again = await runBackfill(context, { restart: true, onProgress: () => {} }, signal);
    assertEquals(again.checkpoint.read, 10_000);
    assertEquals(sandbox.counters().ometria.accepted, before);
    await agrees(system);
  });
});

Deno.test("a backfill that is killed goes on where it was, and nothing is missing", async () => {
  await using sandbox = await startSandbox({ orders: 3_000, seed: 3, latency: 20 });
  const folder = await Deno.makeTempDir();
  try {
    const env = commandEnv(sandbox, { TILLPIPE_STORE: `${folder}/store.sqlite3` });
    const pipeline = ["--pipeline", await pipelineFile(folder, { settle: "1s" })];
    const child = command(["backfill", ...pipeline], env).spawn();
    const output = [child.stdout.text(), child.stderr.text()];
    const isHalfWay = (): boolean => sandbox.counters().ometria.accepted >= 500;
    await eventually(isHalfWay, 30_000, "500 records are pushed");
    child.kill("SIGKILL");
    await child.status;
    await Promise.all(output);
    const last = await command(["backfill", ...pipeline], env).output();
    assertEquals(last.code, 0, new TextDecoder().decode(last.stderr));
    await sandbox.ometria.settled();
    const report = sandbox.truth.compare({ prefix: "till-" });
    assertEquals(report.examples, []);
    const held = await command(["status", "--json", ...pipeline], env).output();
    const { pipelines } = JSON.parse(new TextDecoder().decode(held.stdout));
    assertEquals(pipelines["sitoo-to-ometria"].backfill.state, "done");
    assertEquals(pipelines["sitoo-to-ometria"].backfill.read >= 3_000, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("killed again and again, with an order that Sitoo cannot give, history ends whole", async () => {
  await using sandbox = await startSandbox({ orders: 900, seed: 8, latency: 20 });
  const bad = 50_001 + 517;
  sandbox.sitoo.broken.add(sandbox.truth.expected(bad) === undefined ? bad + 1 : bad);
  const folder = await Deno.makeTempDir();
  try {
    const env = commandEnv(sandbox, { TILLPIPE_STORE: `${folder}/store.sqlite3` });
    const pipeline = ["--pipeline", await pipelineFile(folder, { settle: "1s" })];
    for (const accepted of [200, 450]) {
      const child = command(["backfill", ...pipeline], env).spawn();
      const output = [child.stdout.text(), child.stderr.text()];
      const isFar = (): boolean => sandbox.counters().ometria.accepted >= accepted;
      await eventually(isFar, 60_000, `${accepted} records are pushed`);
      child.kill("SIGKILL");
      await child.status;
      await Promise.all(output);
    }
    const decoder = new TextDecoder();
    const last = await command(["backfill", ...pipeline], env).output();
    const said = decoder.decode(last.stdout);
    assertEquals(last.code, 1, decoder.decode(last.stderr));
    assert(said.includes("Sitoo could not be read for:"), said);
    await sandbox.ometria.settled();
    assertEquals(sandbox.truth.compare({ prefix: "till-" }).same, false);

    sandbox.sitoo.broken.clear();
    const healed = await command(["backfill", ...pipeline], env).output();
    assertEquals(healed.code, 0, decoder.decode(healed.stderr));
    await sandbox.ometria.settled();
    assertEquals(sandbox.truth.compare({ prefix: "till-" }).examples, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
