import type { BackfillResult } from "../../runtime/backfill.ts";
import type { PipelineContext } from "../../runtime/context.ts";
import { ESTIMATE, sayEstimates } from "../backfill_estimate.ts";
import { interruptWish, ON_INTERRUPT } from "../backfill_interrupt.ts";
import { figuresOf } from "../backfill_progress.ts";
import { REHEARSAL_OPTIONS, rehearsalFiles, rehearse } from "../backfill_rehearsal.ts";
import { followRun, withHistory } from "../backfill_run.ts";
import { backfillSummary } from "../backfill_summary.ts";
import { ACCEPT_NEW_IDS, type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
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
    "--estimate asks Sitoo for a count and five pages, and says what the rest would cost: calls, and time at the configured rates with live's share taken off.",
    "--dry-run does everything but the pushes: it reads, runs the stages, counts and adds the money up, and changes nothing, neither at Ometria nor in the store. --output writes the records that would be sent, one JSON object a line, with people masked.",
    "Exit code 1 when it failed, was stopped or left, made orders dead, or leaves holes. Orders that are too young or still open are left to the server and are no failure.",
  ],
  options: [
    PIPELINE,
    { name: "from", value: "ID|DATE", summary: "First order id, day or time" },
    { name: "to", value: "ID|DATE", summary: "Order id, day or time to end before" },
    { name: "restart", summary: "Read everything again; only what changed is sent" },
    ESTIMATE,
    ...REHEARSAL_OPTIONS,
    ON_INTERRUPT,
    ACCEPT_NEW_IDS,
    JSON_OUTPUT,
  ],
  examples: [
    "",
    "--estimate",
    "--from 2025-01-01 --to 2025-02-01",
    "--dry-run --restart --output records.ndjson",
    "--restart",
  ],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const stop = host.stopSignal();
  const wish = interruptWish(options);
  const files = await rehearsalFiles(options, host);
  if (options.flag("estimate")) {
    if (options.flag("dry-run")) {
      throw new CommandError("--estimate and --dry-run exclude each other");
    }
    return await sayEstimates(options, host, stop);
  }
  if (options.flag("dry-run")) return await rehearse({ options, stop, wish, files }, host);
  await using installation = await composeFromUser(options, host, { storeUse: "make" });
  await checkAccounts(installation, options, stop);
  let code = 0;
  for (const context of withHistory(installation.contexts)) {
    const result = await followRun(context, { options, stop, wish }, host);
    await report(context, result, { host, json: options.flag("json") });
    const { ending, checkpoint } = result;
    const isClean = checkpoint.state === "done" && checkpoint.dead === 0 &&
      result.holes.length === 0;
    if (ending !== "through" || !isClean) code = 1;
    if (stop.aborted) break;
  }
  return code;
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
