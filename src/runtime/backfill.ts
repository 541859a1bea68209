import type { Checkpoint, Hole } from "../store/rows.ts";
import type { LaneHolder } from "../store/store.ts";
import type { PipelineContext } from "./context.ts";
import { latePush } from "./drain.ts";
import { askForBackfill } from "./history_request.ts";
import type { AskOptions } from "./history_request.ts";
import { Patience, waitText } from "./patience.ts";
import { RefusalError } from "./refusal.ts";
import { startPipeline } from "./run_pipeline.ts";
import type { RunningPipeline } from "./run_pipeline.ts";

export { askForBackfill } from "./history_request.ts";

/** ms between two looks at how far the run has come. */
const lookEvery = 250;
/** ms that a run waits, beyond `settle`, for originals that its refunds made due again. */
const margin = 5_000;
/** The same while the inbox is worked off, whose rows are counted each time. */
const countEvery = 1_000;
/** ms between two statements of what the process that does the work waits for. */
const sayEvery = 60_000;
/** Rows counted at most: `later` of a result is this where there are more. */
export const countedRows = 10_000;
/** Holes that a result lists. */
const holesListed = 100;
/** ms that what is in flight may take to finish. */
const grace = 4_000;
/** Times in a row that a locked store may take nothing, of ten seconds each: a backup ends by itself. */
const lockedTimes = 3;

/** What becomes of the run when whoever follows it is told to stop: it goes on, or it is stopped. */
export type OnInterrupt = "leave" | "stop";

/** What a backfill is asked for. */
export interface BackfillOptions extends AskOptions {
  /** Called when the run has come further. */
  readonly onProgress: (checkpoint: Checkpoint) => void;
  /** Called while originals with refunds are waited for, with how many are due. */
  readonly onDrain?: (due: number) => void;
  /** Called once when it turns out that another process does the work. */
  readonly onFollow?: () => void;
  /** Called at once and every minute while an API is waited for, with what to tell the user. */
  readonly onWait?: (text: string) => void;
  /** Ends, too, when an API cannot be reached from the start. @default false: that is waited for */
  readonly impatient?: boolean;
  /**
   * Asked when the signal aborts; `elsewhere`: another process is at work on the run and can go on with it.
   *
   * @default leave
   */
  readonly onInterrupt?: (elsewhere: boolean) => OnInterrupt | Promise<OnInterrupt>;
}

/**
 * How a backfill ended.
 *
 * - `through`: the run has come to its end
 * - `paused`: broken off here; whoever takes the lane next goes on with it
 * - `left`: another process goes on with it
 * - `stopped`: it rests until a backfill is asked for again
 */
export type BackfillEnding = "through" | "paused" | "left" | "stopped";

/** What a backfill has come to. */
export interface BackfillResult {
  readonly ending: BackfillEnding;
  readonly checkpoint: Checkpoint;
  /** Another process on the same store, a server as a rule, did the work. */
  readonly handedOver: boolean;
  /** The first hundred holes that are open. */
  readonly holes: readonly Hole[];
  /** Orders that are still due, or become due later: young ones, open ones, sales that a refund changes. */
  readonly later: number;
}

/**
 * Brings history to Ometria: asks for a run and works the lane until it is done. Where a server holds the
 * lane, that server does the work and this only follows. A run that was broken off goes on where it was.
 * Throws `RefusalError` where an operator has to decide, `StoreUnwritableError` when the store takes nothing more,
 * and `ApiError` when a key or an address does not work (see `Patience`): the run goes on from there when a backfill
 * is asked for again.
 */
export async function runBackfill(
  context: PipelineContext,
  options: BackfillOptions,
  signal: AbortSignal,
): Promise<BackfillResult> {
  refuseWithoutHistory(context);
  await refuseOtherVersion(context);
  await askForBackfill(context, options, signal);
  const patience = new Patience({
    clock: context.clock,
    impatient: options.impatient ?? false,
    onWait: (text) => options.onWait?.(text),
  });
  const refused = new AbortController();
  const over = AbortSignal.any([signal, patience.signal, refused.signal]);
  let times = 0;
  const running = startPipeline(context, {
    sweep: false,
    receipts: false,
    observer: patience,
    onBatch: () => void (times = 0),
    onUnwritable: (error) => {
      if (error.reason !== "locked" || ++times >= lockedTimes) refused.abort(error);
    },
  });
  let ending: BackfillEnding = "through";
  let isElsewhere = false;
  try {
    const checkpoint = await follow(context, options, { signal: over, running });
    isElsewhere = await worksElsewhere(context, running);
    if (checkpoint.state === "stopped") ending = "stopped";
    else if (!isElsewhere && checkpoint.state === "done") await drained(context, options, over);
  } catch (error) {
    if (!signal.aborted) throw error;
    await running.stop(grace);
    isElsewhere = await worksElsewhere(context, running);
    const wish = await options.onInterrupt?.(isElsewhere) ?? "leave";
    if (wish === "stop") await context.store.cancelBackfill();
    ending = wish === "stop" ? "stopped" : isElsewhere ? "left" : "paused";
  } finally {
    await running.stop(grace);
  }
  const { store } = context;
  const checkpoint = await store.checkpoint();
  if (checkpoint === undefined) throw new TypeError("The backfill's checkpoint is gone");
  const [holes, inbox] = await Promise.all([
    store.holes(holesListed),
    store.inboxSummary(countedRows),
  ]);
  return {
    ending,
    checkpoint,
    handedOver: isElsewhere,
    holes,
    later: inbox.later + (ending === "paused" ? inbox.due : 0),
  };
}

/** Whether the pipeline brings history at all. */
export function bringsHistory({ pipeline }: Pick<PipelineContext, "pipeline">): boolean {
  return pipeline.history?.enabled === true && pipeline.orders !== undefined;
}

/** Refuses what `backfill` cannot be used for. Throws `RefusalError`. */
export function refuseWithoutHistory({ pipeline }: PipelineContext): void {
  if (bringsHistory({ pipeline })) return;
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

async function worksElsewhere(
  { store }: PipelineContext,
  running: RunningPipeline,
): Promise<boolean> {
  const holder = await store.laneHolder();
  return holder !== undefined && holder.holder !== running.holder;
}

/** Another process on the same store that has the lane, as a follower sees it. */
class Others {
  readonly #context: PipelineContext;
  readonly #running: RunningPipeline;
  #first: LaneHolder | undefined;
  #saidAt: number;

  constructor(context: PipelineContext, running: RunningPipeline) {
    this.#context = context;
    this.#running = running;
    this.#saidAt = context.clock.monotonic() - sayEvery;
  }

  /** Whether one renews its lease. One that was killed leaves a lease, which this process takes when it is over. */
  async areAtWork(): Promise<boolean> {
    const holder = await this.#context.store.laneHolder();
    if (holder === undefined || holder.holder === this.#running.holder) return false;
    const first = this.#first ??= holder;
    return holder.holder !== first.holder || holder.until !== first.until;
  }

  /** Says once a minute which API the other process waits for. */
  async sayWhatIsWaitedFor({ onWait }: BackfillOptions): Promise<void> {
    const { store, clock } = this.#context;
    if (clock.monotonic() - this.#saidAt < sayEvery) return;
    this.#saidAt = clock.monotonic();
    for (const [api, { state, detail }] of await store.connections()) {
      if (state !== "ok") onWait?.(waitText(api, detail));
    }
  }
}

/** Reports until the run has ended, whoever does it. */
async function follow(
  context: PipelineContext,
  options: BackfillOptions,
  { signal, running }: { readonly signal: AbortSignal; readonly running: RunningPipeline },
): Promise<Checkpoint> {
  const { store, clock } = context;
  const others = new Others(context, running);
  let seen = 0;
  let isFollowing = false;
  for (;;) {
    signal.throwIfAborted();
    const checkpoint = await store.checkpoint();
    if (checkpoint === undefined) throw new TypeError("The backfill's checkpoint is gone");
    if (!isFollowing && await others.areAtWork()) {
      isFollowing = true;
      options.onFollow?.();
    }
    if (isFollowing) await others.sayWhatIsWaitedFor(options);
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
    await clock.sleep(countEvery, signal);
  }
}
