import { runBackfill } from "../runtime/backfill.ts";
import type { Checkpoint } from "../store/rows.ts";
import { checkAccounts, install, type RunOptions, signalOf } from "./installation.ts";
import type { Pipeline } from "./pipeline.ts";

/** What a batch is asked for. */
export interface BatchOptions extends RunOptions {
  /** First order id, or the day or instant from which to read. @default where the last run ended */
  readonly from?: string;
  /** Order id, or the day or instant, at which to end. @default everything there is */
  readonly to?: string;
  /** Reads everything again; only what changed is sent. @default false */
  readonly restart?: boolean;
  /** Called when the run has come further. */
  readonly onProgress?: (figures: BatchFigures) => void;
}

/** How far a batch has come: orders by how they ended. */
export interface BatchFigures {
  /** Orders that the run covers, as counted at its start. */
  readonly total: number;
  /** Orders read so far; those below add up to it. */
  readonly read: number;
  /** Sent and accepted. */
  readonly delivered: number;
  /** Ometria has them like this already. */
  readonly unchanged: number;
  /** Refunds that went into their sale. */
  readonly linked: number;
  /** Left out by a rule. */
  readonly skipped: number;
  /** Still open at the till; a server looks at them again. */
  readonly waiting: number;
  /** Younger than `min_age`; left to a server. */
  readonly young: number;
  /** Cannot be sent; the command `replay` lists them. */
  readonly dead: number;
}

/** How a batch ended. */
export interface BatchSummary extends BatchFigures {
  /** `done`, or why it is not: `failed`, or `stopped` by somebody else. */
  readonly state: "done" | "failed" | "stopped";
  /** Why it failed. */
  readonly error?: string;
  /** All orders of this pipeline that were ever skipped, by rule. */
  readonly skippedBy: Readonly<Record<string, number>>;
  /** All orders of this pipeline that ever became dead, by reason. */
  readonly deadBy: Readonly<Record<string, number>>;
}

/**
 * Brings history to Ometria once, as the command `backfill` does. A run that was broken off goes on where it
 * was, and an order that has not changed is not sent again. Where a server runs on the same store, that
 * server does the work and this follows it.
 *
 * @throws {RefusalError} where somebody has to decide; its `remedy` says what
 * @throws {StoreUnusableError} when the store cannot be opened
 */
export async function runBatch(pipeline: Pipeline, options: BatchOptions): Promise<BatchSummary> {
  await using installation = await install([pipeline], options);
  await checkAccounts(installation, options);
  const [context] = installation.contexts;
  if (context === undefined) throw new TypeError("Cannot run the batch: there is no pipeline");
  const { from, to, onProgress } = options;
  const { checkpoint } = await runBackfill(context, {
    restart: options.restart ?? false,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    onProgress: (run) => onProgress?.(figuresOf(run)),
  }, signalOf(options));
  const { skipped, deadBy } = await context.store.counters();
  const { state, error } = checkpoint;
  return {
    ...figuresOf(checkpoint),
    state: state === "done" || state === "stopped" ? state : "failed",
    ...(error === undefined ? {} : { error }),
    skippedBy: skipped,
    deadBy,
  };
}

function figuresOf(run: Checkpoint): BatchFigures {
  const { total, read, delivered, unchanged, linked, skipped, waiting, young, dead } = run;
  return { total, read, delivered, unchanged, linked, skipped, waiting, young, dead };
}
