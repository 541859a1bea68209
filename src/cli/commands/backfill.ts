import { type BackfillResult, runBackfill } from "../../runtime/backfill.ts";
import type { PipelineContext } from "../../runtime/context.ts";
import { count } from "../../server/figures.ts";
import type { Counters } from "../../store/rows.ts";
import { BackfillProgress, figuresOf } from "../backfill_progress.ts";
import { ACCEPT_NEW_IDS, type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { checkAccounts, composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";
import { counts } from "../status_text.ts";
import { renderTable } from "../table.ts";

/** Brings history, once. */
export const backfill: Command = {
  name: "backfill",
  summary: "Bring history to Ometria, once; goes on where an earlier run was stopped",
  details: [
    "A server that runs on the same store does the work, and this command follows it; without one it works by itself. Exit code 1 when it failed, was stopped, or made orders dead; orders that are too young or still open are left to the server and are no failure.",
  ],
  options: [
    PIPELINE,
    { name: "from", value: "ID|DATE", summary: "First order id, or day: 50211, 2025-03-01" },
    { name: "to", value: "ID|DATE", summary: "Order id or day to end before" },
    { name: "restart", summary: "Read everything again; only what changed is sent" },
    ACCEPT_NEW_IDS,
    JSON_OUTPUT,
  ],
  examples: ["", "--from 2025-01-01 --to 2025-02-01", "--restart"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const stop = host.stopSignal();
  await using installation = await composeFromUser(options, host);
  await checkAccounts(installation, options, stop);
  const { contexts } = installation;
  // With one pipeline the refusal explains itself; among several, some may well have no history.
  const wanted = contexts.length === 1 ? contexts : contexts.filter(hasHistory);
  if (wanted.length === 0) {
    throw new CommandError("None of these pipelines brings history", {
      hint: "Add the source sitoo-history with enabled: true to one of them",
    });
  }
  let code = 0;
  for (const context of wanted) {
    const result = await runOne(context, { options, stop }, host);
    if (result === undefined) return 1;
    await report(context, result, { host, json: options.flag("json") });
    if (result.checkpoint.state !== "done" || result.checkpoint.dead > 0) code = 1;
  }
  return code;
}

/** Nothing when it was stopped on the way. */
async function runOne(
  context: PipelineContext,
  { options, stop }: { readonly options: Options; readonly stop: AbortSignal },
  host: Host,
): Promise<BackfillResult | undefined> {
  const { terminal, clock } = host;
  const { name } = context.pipeline.definition;
  const json = options.flag("json");
  const progress = new BackfillProgress({ pipeline: name, terminal, clock, json });
  const from = options.text("from");
  const to = options.text("to");
  try {
    return await runBackfill(context, {
      restart: options.flag("restart"),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      onProgress: (run) => progress.show(run),
      onDrain: (due) => {
        if (!json) terminal.live(`${name}: ${count(due)} orders with refunds are sent once more`);
      },
    }, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
    terminal.endLive();
    terminal.note(`${name}: stopped before the end; run backfill again to go on from here`);
    return undefined;
  } finally {
    terminal.endLive();
  }
}

async function report(
  context: PipelineContext,
  result: BackfillResult,
  { host, json }: { readonly host: Host; readonly json: boolean },
): Promise<void> {
  const { terminal } = host;
  const { name } = context.pipeline.definition;
  const totals = await context.store.counters();
  const run = result.checkpoint;
  if (json) {
    const { skipped, deadBy } = totals;
    const { handedOver } = result;
    terminal.data({
      event: "done",
      pipeline: name,
      ...figuresOf(run),
      handedOver,
      totals: { skipped, deadBy },
    });
    return;
  }
  terminal.print(summary(name, result, { totals, style: terminal.style }));
}

/** What a run did, and the pipeline's totals by rule and reason. */
function summary(
  name: string,
  { checkpoint: run, handedOver }: BackfillResult,
  { totals, style }: { readonly totals: Counters; readonly style: Host["terminal"]["style"] },
): string {
  const rows: [string, number][] = [
    ["Read", run.read],
    ["Delivered", run.delivered],
    ["Unchanged, not sent again", run.unchanged],
    ["Refunds linked to their sale", run.linked],
    ["Skipped", run.skipped],
    ["Waiting: still open", run.waiting],
    ["Left: too young", run.young],
    ["Dead", run.dead],
  ];
  const table = renderTable({
    columns: [{ name: "Orders of this run" }, { name: "", align: "right" }],
    rows: rows.filter(([, value]) => value > 0).map(([what, value]) => [what, count(value)]),
    heading: style.dim,
  });
  const ending = run.state === "done" ? style.good("done") : style.bad(run.state);
  const by = handedOver ? " by the running server" : "";
  return [
    `${style.bold(name)}: backfill ${ending}${by}${
      run.error === undefined ? "" : `: ${run.error}`
    }`,
    table,
    counts("Skipped so far, by rule", totals.skipped, style),
    counts("Dead so far, by reason", totals.deadBy, style),
  ].filter((section) => section !== undefined).join("\n\n");
}

function hasHistory({ pipeline }: PipelineContext): boolean {
  return pipeline.history?.enabled === true && pipeline.orders !== undefined;
}
