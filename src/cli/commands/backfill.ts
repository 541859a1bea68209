import type { BackfillResult, OnInterrupt } from "../../runtime/backfill.ts";
import { runBackfill } from "../../runtime/backfill.ts";
import type { PipelineContext } from "../../runtime/context.ts";
import type { HistoryRange } from "../../runtime/history_request.ts";
import { count } from "../../server/figures.ts";
import { interruptWish, ON_INTERRUPT, onInterrupt } from "../backfill_interrupt.ts";
import { BackfillProgress, figuresOf } from "../backfill_progress.ts";
import { backfillSummary } from "../backfill_summary.ts";
import { ACCEPT_NEW_IDS, type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { terminalAsker } from "../init/ask.ts";
import { checkAccounts, composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";

/** Brings history, once. */
export const backfill: Command = {
  name: "backfill",
  summary: "Bring history to Ometria, once; goes on where an earlier run was stopped",
  details: [
    "A server that runs on the same store does the work, and this command follows it; without one it works by itself. After Ctrl-C the run rests, or goes on in the server, as --on-interrupt says; backfill without --from, --to and --restart goes on where it was.",
    "A day, or a time such as 2025-03-01T08:00, is meant in the time zone that map uses; a time may name its own: 2025-03-01T08:00+01:00. A start before what has been read already reads those orders again and sends what has changed.",
    "Orders that Sitoo cannot be read for, time and again, are holes: the run goes on and tries them again at its end, then the server does, or the next run.",
    "Exit code 1 when it failed, was stopped or left, made orders dead, or leaves holes. Orders that are too young or still open are left to the server and are no failure.",
  ],
  options: [
    PIPELINE,
    { name: "from", value: "ID|DATE", summary: "First order id, day or time" },
    { name: "to", value: "ID|DATE", summary: "Order id, day or time to end before" },
    { name: "restart", summary: "Read everything again; only what changed is sent" },
    ON_INTERRUPT,
    ACCEPT_NEW_IDS,
    JSON_OUTPUT,
  ],
  examples: ["", "--from 2025-01-01 --to 2025-02-01", "--from 50211 --to 60000", "--restart"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const stop = host.stopSignal();
  const wish = interruptWish(options);
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
    const result = await runOne(context, { options, stop, wish }, host);
    await report(context, result, { host, json: options.flag("json") });
    const { ending, checkpoint } = result;
    const isClean = checkpoint.state === "done" && checkpoint.dead === 0 &&
      result.holes.length === 0;
    if (ending !== "through" || !isClean) code = 1;
    if (stop.aborted) break;
  }
  return code;
}

async function runOne(
  context: PipelineContext,
  { options, stop, wish }: {
    readonly options: Options;
    readonly stop: AbortSignal;
    readonly wish: OnInterrupt | undefined;
  },
  host: Host,
): Promise<BackfillResult> {
  const { terminal, clock } = host;
  const { name } = context.pipeline.definition;
  const json = options.flag("json");
  const progress = new BackfillProgress({ pipeline: name, terminal, clock, json });
  const asker = !json && terminal.canRedraw && Deno.stdin.isTerminal()
    ? terminalAsker()
    : undefined;
  try {
    return await runBackfill(context, {
      ...rangeOf(options),
      onNote: (text) => terminal.note(`${name}: ${text}`),
      onProgress: (run) => progress.show(run),
      onFollow: () =>
        terminal.note(`${name}: a server on this store does the work; this shows how it goes`),
      onDrain: (due) => {
        if (!json) terminal.live(`${name}: ${count(due)} orders with refunds are sent once more`);
      },
      onInterrupt: (elsewhere) => {
        terminal.endLive();
        return onInterrupt(elsewhere, { wish, asker });
      },
    }, stop);
  } finally {
    terminal.endLive();
  }
}

function rangeOf(options: Options): HistoryRange {
  const from = options.text("from");
  const to = options.text("to");
  return {
    restart: options.flag("restart"),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
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
    const { handedOver, ending, holes, later } = result;
    terminal.data({
      event: "done",
      pipeline: name,
      ...figuresOf(run),
      ending,
      handedOver,
      openHoles: holes,
      later,
      totals: { skipped, deadBy },
    });
    return;
  }
  terminal.print(backfillSummary(name, result, { totals, style: terminal.style }));
}

function hasHistory({ pipeline }: PipelineContext): boolean {
  return pipeline.history?.enabled === true && pipeline.orders !== undefined;
}
