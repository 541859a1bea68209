// The integrator's desk: explain, record and plan as a user runs them, on a history that was delivered.
import { runBackfill } from "../src/runtime/backfill.ts";
import { explainOrder } from "../src/runtime/explain/explain.ts";
import { appendTest } from "../src/runtime/record/append.ts";
import { recordOrder } from "../src/runtime/record/record.ts";
import { runPipelineTests } from "../src/runtime/pipeline_tests/run_tests.ts";
import type { LedgerRow } from "../src/store/rows.ts";
import { assert, assertEquals, assertStringIncludes } from "../src/std/assert.ts";
import {
  command,
  commandEnv,
  pipelineFile,
  root,
  startSystem,
  type System,
  unlimited,
} from "./support/system.ts";

const signal = new AbortController().signal;
const url = new URL("pipeline.yaml", root);
const pipeline = { file: "pipeline.yaml", text: await Deno.readTextFile(url), url };

async function rowsOf({ context }: System): Promise<readonly LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for await (const row of context.store.ledgerRange(0, Number.MAX_SAFE_INTEGER)) rows.push(row);
  return rows;
}

/** One order of every way to end, and a few more. */
function variety(rows: readonly LedgerRow[], more: number): readonly LedgerRow[] {
  const kinds = new Map(rows.map((row) => [`${row.outcome} ${row.rule ?? ""}`, row]));
  return [...new Set([...kinds.values(), ...rows.slice(0, more)])];
}

Deno.test("explain finds every order of a history as it was delivered, and nobody's name in it", async () => {
  await using system = await startSystem({ orders: 300, seed: 11, change: unlimited });
  await runBackfill(system.context, { onProgress: () => {} }, signal);
  const rows = variety(await rowsOf(system), 60);
  assert(rows.length > 60 && new Set(rows.map(({ outcome }) => outcome)).size >= 3);
  for (const { orderId, outcome, rule } of rows) {
    const explanation = await explainOrder(system.context, { orderId }, signal);
    assertEquals(explanation.standing.name, outcome);
    const { now } = explanation;
    assert(now?.kind === "read", `${orderId}: ${now?.kind}`);
    const { end } = now;
    // What was decided then is decided now, and what was sent would not be sent again.
    if (outcome === "delivered") {
      assertEquals(end.kind === "send" && end.compared, "same", `${orderId}`);
    } else assertEquals("rule" in end ? end.rule : undefined, rule, `${orderId}`);
    assertEquals(now.unlinked, [], `${orderId}`);
    const [read] = await system.context.sitoo.readOrders([orderId], signal);
    assert(read?.ok);
    const { email, namefirst, namelast, phone } = read.order;
    const text = JSON.stringify(explanation);
    for (const personal of [email, phone, namefirst, namelast].filter((one) => one.length > 3)) {
      assert(!text.includes(personal), `${orderId} shows a person`);
    }
  }
});

Deno.test("record makes a case that holds of every kind of order, all in one file", async () => {
  await using system = await startSystem({ orders: 300, seed: 12, change: unlimited });
  await runBackfill(system.context, { onProgress: () => {} }, signal);
  const rows = variety(await rowsOf(system), 15);
  let text = "# Recorded\ntests: []\n";
  for (const { orderId } of rows) {
    const recorded = await recordOrder(system.context, {
      orderId,
      pipeline,
      env: () => undefined,
    }, signal);
    text = appendTest(text, recorded.test, "pipeline_test.yaml");
  }
  assert(text.startsWith("# Recorded\n"));
  const report = await runPipelineTests(
    { pipeline, tests: [{ file: "pipeline_test.yaml", text, url }] },
    { env: () => undefined, readFile: (file) => Deno.readTextFile(file) },
    signal,
  );
  assertEquals(report.diagnostics, []);
  assertEquals(report.results.filter(({ ok }) => !ok), []);
  assertEquals(report.results.length, rows.length);
});

Deno.test("explain, record and plan do as processes what the pages of the manual say", async () => {
  await using system = await startSystem({ orders: 60, seed: 13, change: unlimited });
  const { sandbox } = system;
  const folder = await Deno.makeTempDir();
  await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  const file = await pipelineFile(folder, { settle: "0ms" });
  const env = commandEnv(sandbox, { TILLPIPE_STORE: `${folder}/store.sqlite3` });
  const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const { code, stdout, stderr } = await command([...args, "--pipeline", file], env).output();
    const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    return { code, out: decode(stdout), err: decode(stderr) };
  };

  const unknown = await run("explain", "50005", "--offline");
  assertEquals(unknown.code, 1, unknown.err);
  assertStringIncludes(unknown.out, "has never looked at the order");
  assertStringIncludes(unknown.out, "What to do");

  assertEquals((await run("backfill")).code, 0);
  await sandbox.ometria.settled();
  const pushed = sandbox.ometria.orders.size;
  const id = [...sandbox.ometria.orders.keys()][0] ?? "";
  const story = await run("explain", id);
  assertEquals(story.code, 0, story.err);
  assertStringIncludes(story.out, `Delivered as ${id}`);
  assertStringIncludes(story.out, "nothing would be sent");
  const { orders: [json] } = JSON.parse((await run("explain", id, "--json")).out);
  const { receipt } = json.now.facts;
  assert(typeof receipt === "string");
  const byReceipt = await run("explain", receipt, "--json");
  assertEquals(JSON.parse(byReceipt.out).orders[0].orderId, json.orderId);
  assertEquals((await run("explain", "nothing-like-it")).code, 1);

  const recorded = await run("record", id, "--name", "A sale");
  assertEquals(recorded.code, 0, recorded.err);
  const tested = await run("validate", "--tests");
  assertEquals(tested.code, 0, tested.out);
  assertStringIncludes(tested.out, "A sale");

  const changed = `${folder}/changed.yaml`;
  await Deno.writeTextFile(changed, (await Deno.readTextFile(file)).replace("in store", "till"));
  const same = await run("plan", "--against", file, "--expect-no-change");
  assertEquals(same.code, 0, same.err + same.out);
  const plan = await run("plan", "--against", changed, "--last", "40", "--expect-no-change");
  assertEquals(plan.code, 1, plan.err);
  assertStringIncludes(plan.out, '"till" → "in store"');

  await sandbox.ometria.settled();
  assertEquals(sandbox.ometria.orders.size, pushed);
});
