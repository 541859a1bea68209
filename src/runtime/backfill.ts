import { requestedRun } from "../engine/history_run.ts";
import { startInstant } from "../engine/start_date.ts";
import type { Checkpoint } from "../store/rows.ts";
import type { PipelineContext } from "./context.ts";
import { latePush } from "./drain.ts";
import { RefusalError } from "./refusal.ts";
import { startPipeline } from "./run_pipeline.ts";
import type { RunningPipeline } from "./run_pipeline.ts";

/** ms between two looks at how far the run has come. */
const lookEvery = 250;
/** ms that a run waits, beyond `settle`, for originals that its refunds made due again. */
const margin = 5_000;
/** Rows counted at most when waiting for the inbox to be empty. */
const countedRows = 10_000;

/** What a backfill is asked for. */
export interface BackfillOptions {
  /** Read everything again from the start; unchanged orders are not sent again. */
  readonly restart?: boolean;
  /** First order id, or a date or instant from which to read. @default where the last run ended */
  readonly from?: string;
  /** Order id, or a date or instant, at which to end. @default everything there is */
  readonly to?: string;
  /** Called when the run has come further. */
  readonly onProgress: (checkpoint: Checkpoint) => void;
  /** Called while originals with refunds are waited for, with how many are due. */
  readonly onDrain?: (due: number) => void;
}

/** How a backfill ended. */
export interface BackfillResult {
  readonly checkpoint: Checkpoint;
  /** A server that was running on the same store did the work. */
  readonly handedOver: boolean;
}

/**
 * Brings history to Ometria: asks for a run and works the lane until it is done. Where a server holds the
 * lane, that server does the work and this only follows. A run that was broken off goes on where it was.
 * Throws `RefusalError` where an operator has to decide, and the signal's reason when aborted.
 */
export async function runBackfill(
  context: PipelineContext,
  options: BackfillOptions,
  signal: AbortSignal,
): Promise<BackfillResult> {
  refuseWithoutHistory(context);
  await refuseOtherVersion(context);
  await askForBackfill(context, options, signal);
  const running = startPipeline(context, { sweep: false, receipts: false });
  try {
    const checkpoint = await follow(context, options, { signal, running });
    const handedOver = (await context.store.laneHolder())?.holder !== running.holder;
    if (!handedOver && checkpoint.state === "done") await drained(context, options, signal);
    return { checkpoint, handedOver };
  } finally {
    await running.stop(4_000);
  }
}

function refuseWithoutHistory({ pipeline }: PipelineContext): void {
  if (pipeline.history?.enabled === true && pipeline.orders !== undefined) return;
  throw new RefusalError(
    "This pipeline does not bring history",
    "Add the source sitoo-history with enabled: true, and the sink ometria-orders",
  );
}

/** A lease that nobody renews is a process that died; one that is renewed is a server at work. */
async function refuseOtherVersion(context: PipelineContext): Promise<void> {
  const { store, clock, pipeline } = context;
  const { fingerprint } = pipeline.definition;
  const first = await store.laneHolder();
  for (let holder = first; holder !== undefined; holder = await store.laneHolder()) {
    if (holder.fingerprint === fingerprint) return;
    if (holder.holder !== first?.holder || holder.until !== first.until) {
      throw new RefusalError(
        "The running server uses an older pipeline.yaml",
        "Restart the server, so that both use the same file, and run backfill again",
      );
    }
    await clock.sleep(lookEvery, AbortSignal.timeout(60_000));
  }
}

/** Asks for a run, unless one has been broken off: that one goes on. Whoever holds the lane does it. */
export async function askForBackfill(
  context: PipelineContext,
  options: Omit<BackfillOptions, "onProgress" | "onDrain">,
  signal: AbortSignal,
): Promise<void> {
  const { store } = context;
  const known = await store.checkpoint();
  const isUnderWay = known?.state === "requested" || known?.state === "running";
  const isSpecial = options.restart === true || options.from !== undefined ||
    options.to !== undefined;
  if (isUnderWay && !isSpecial) return;
  if (
    !isUnderWay && await store.requestBackfill(await newRun(context, options, { known, signal }))
  ) {
    return;
  }
  throw new RefusalError(
    "A backfill of this pipeline is under way already",
    "Run backfill without --restart, --from and --to to let it finish, then ask again",
  );
}

async function newRun(
  context: PipelineContext,
  options: Pick<BackfillOptions, "restart" | "from" | "to">,
  { known, signal }: { readonly known: Checkpoint | undefined; readonly signal: AbortSignal },
): Promise<Checkpoint> {
  const { clock, pipeline } = context;
  const start = await startOf(context, options, { known, signal });
  const to = options.to === undefined ? undefined : await endOf(context, options.to, signal);
  return requestedRun({
    ...start,
    ...(to === undefined ? {} : { to }),
    fingerprint: pipeline.definition.fingerprint,
    at: clock.now(),
  });
}

async function startOf(
  context: PipelineContext,
  options: Pick<BackfillOptions, "restart" | "from" | "to">,
  { known, signal }: { readonly known: Checkpoint | undefined; readonly signal: AbortSignal },
): Promise<Pick<Checkpoint, "next" | "dateFrom">> {
  if (options.from !== undefined && isOrderId(options.from)) return { next: Number(options.from) };
  if (options.from === undefined && options.restart !== true && known !== undefined) {
    return { next: known.next };
  }
  const from = options.from ?? context.pipeline.history?.startDate ?? "1970-01-01";
  return { next: 0, dateFrom: await secondsOf(context, from, signal) };
}

/** The first order on or after a date ends the run; an id ends it by itself. */
async function endOf(context: PipelineContext, to: string, signal: AbortSignal): Promise<number> {
  if (isOrderId(to)) return Number(to);
  const { sitoo, pipeline } = context;
  const measured = await sitoo.measure({
    from: 0,
    sites: pipeline.history?.sites ?? [],
    dateFrom: await secondsOf(context, to, signal),
  }, signal);
  return measured.first ?? Number.MAX_SAFE_INTEGER;
}

async function secondsOf(
  { pipeline }: PipelineContext,
  date: string,
  signal: AbortSignal,
): Promise<number> {
  const zone = await pipeline.transform.zone?.(pipeline.history?.sites[0], signal) ?? "UTC";
  const instant = startInstant(date, zone);
  if (Number.isNaN(instant)) {
    throw new RefusalError(
      `Cannot read "${date}" as an order id or a date`,
      "Write an order id such as 50211, a day such as 2025-03-01, or an instant with its zone",
    );
  }
  return Math.floor(instant / 1000);
}

function isOrderId(text: string): boolean {
  return /^\d+$/.test(text);
}

/** Reports until the run has ended, whoever does it. */
async function follow(
  { store, clock }: PipelineContext,
  options: BackfillOptions,
  { signal, running }: { readonly signal: AbortSignal; readonly running: RunningPipeline },
): Promise<Checkpoint> {
  let seen = 0;
  for (;;) {
    signal.throwIfAborted();
    const checkpoint = await store.checkpoint();
    if (checkpoint === undefined) throw new TypeError("The backfill's checkpoint is gone");
    if (checkpoint.updatedAt !== seen) options.onProgress(checkpoint);
    seen = checkpoint.updatedAt;
    if (checkpoint.state !== "requested" && checkpoint.state !== "running") return checkpoint;
    await Promise.race([clock.sleep(lookEvery, signal), running.finished]);
  }
}

/** Waits for what the run has made due again. What is due much later is left to the next run or to a server. */
async function drained(
  { store, clock, pipeline }: PipelineContext,
  options: BackfillOptions,
  signal: AbortSignal,
): Promise<void> {
  const horizon = (pipeline.orders?.settle ?? 0) + latePush + margin;
  for (;;) {
    const { due, later, nextDueAt } = await store.inboxSummary(countedRows);
    const isSoon = nextDueAt !== undefined && nextDueAt <= clock.now() + horizon;
    if (due === 0 && !isSoon) return;
    options.onDrain?.(due + later);
    await clock.sleep(lookEvery, signal);
  }
}
