import type { PipelineContext } from "../context.ts";
import { RefusalError } from "../refusal.ts";
import { Comparison } from "./comparison.ts";
import { rangeOf, type ReconcileEstimate, sizeUp, type VerifyAsked } from "./estimate.ts";
import { makeDue } from "./fix.ts";
import { readSheets } from "./head_reader.ts";
import type { DaysAsked } from "./range.ts";
import type { Situation } from "./situation.ts";
import type { ReconcileProgress, ReconcileReport, Total } from "./report.ts";

/** ms beyond its due time after which a look for new orders shows that no server runs. */
const serverIsGone = 1_800_000;

/** What is to be compared. */
export interface ReconcileOptions extends DaysAsked {
  /** How many delivered orders are read back from Ometria. @default none */
  readonly verify?: VerifyAsked;
  /** Makes due what can be healed by that. @default false */
  readonly fix?: boolean;
  /** Called with the cost before anything else is read. */
  readonly onEstimate?: (estimate: ReconcileEstimate) => void;
  /** Called when it has come further. */
  readonly onProgress?: (progress: ReconcileProgress) => void;
}

/**
 * Holds what was sold at Sitoo on some business days against what became of it: reads the heads of Sitoo's
 * orders, and of those that the store does not explain the whole order, which goes through the stages as they are now.
 * Sends nothing and writes nothing, except that `fix` makes orders due. Keeps to the rates of the connections,
 * and may run beside a server.
 *
 * Throws `RefusalError` where an operator has to decide, `ApiError` when an API stays out of reach, and the signal's
 * reason when aborted; until then nothing has been made due.
 */
export async function reconcile(
  context: PipelineContext,
  options: ReconcileOptions,
  signal: AbortSignal,
): Promise<ReconcileReport> {
  refuseWithoutOrders(context);
  const range = await rangeOf(context, options, signal);
  const days = { from: range.from, to: range.to };
  const { estimate, last } = await sizeUp(context, { ...options, ...days }, signal);
  options.onEstimate?.(estimate);
  const comparison = await Comparison.begin(context, { range, ...options }, signal);
  let done = 0;
  for await (const sheet of readSheets(context, { range, last }, signal)) {
    signal.throwIfAborted();
    await comparison.take(sheet);
    done += sheet.heads.length;
    options.onProgress?.({ doing: "comparing", done, total: Math.max(done, estimate.orders) });
  }
  await comparison.end();
  const { tally, findings, verified } = comparison;
  signal.throwIfAborted();
  const fixed = options.fix === true ? await makeDue(findings.toFix, context) : undefined;
  const totals = tally.totals();
  const { name, connections } = context.pipeline.definition;
  return {
    pipeline: name,
    account: connections.ometria.account,
    from: range.from,
    to: range.to,
    ...(estimate.zone === undefined ? {} : { zone: estimate.zone }),
    at: comparison.situation.now,
    agrees: findings.isEmpty,
    totals,
    stores: tally.stores(),
    groups: tally.groups(),
    causes: findings.causes(),
    differences: findings.differences(),
    ...(verified === undefined
      ? {}
      : { verified: { orders: verified.orders, different: verified.wrong.size } }),
    ...(fixed === undefined ? {} : { fixed }),
    notes: notesOn(comparison.situation, totals),
  };
}

/** What stands in the way of reading the figures rightly. */
function notesOn(situation: Situation, totals: readonly Total[]): readonly string[] {
  const { live, sweep, sweepEvery, now, history, keptFrom } = situation;
  const notes: string[] = [];
  if (live && sweep === undefined) {
    notes.push("No server has run on this store yet, so no live order has come by itself");
  } else if (sweep !== undefined && now > sweep.newAt + sweepEvery + serverIsGone) {
    const since = new Date(sweep.newAt).toISOString().slice(0, 16).replace("T", " ");
    notes.push(`No server has looked for new orders since ${since} UTC: is one running?`);
  }
  if (history.running) notes.push("A backfill is under way: what it has not come to counts as due");
  if (totals.some(({ skippedBy }) => "no-longer-kept" in skippedBy)) {
    notes.push(
      `These days lie before what the store keeps (pruned below order ${keptFrom}): of orders that count as no-longer-kept it is not known here what became of them`,
    );
  }
  return notes;
}

function refuseWithoutOrders({ pipeline }: PipelineContext): void {
  if (pipeline.orders !== undefined) return;
  throw new RefusalError(
    "This pipeline sends no orders, so there is nothing to compare",
    "Add the sink ometria-orders, or name another pipeline with --pipeline",
  );
}
