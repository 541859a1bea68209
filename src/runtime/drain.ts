import { getLogger } from "@logtape/logtape";
import { ApiError } from "../http/error.ts";
import type { NewPointer } from "../store/rows.ts";
import { type Claim, emptyCommit } from "../store/store.ts";
import { StoreUnwritableError } from "../store/unwritable.ts";
import { claimOf, runBatch } from "./batch.ts";
import type { BatchReport } from "./batch.ts";
import { inBatchSpan } from "./batch_span.ts";
import { Confirm } from "./confirm.ts";
import type { Connections } from "./connections.ts";
import type { PipelineContext } from "./context.ts";
import type { Fetched } from "./fetched.ts";
import { HistoryReader } from "./history_reader.ts";
import { pickFromInbox, readPicked } from "./inbox_reader.ts";
import { readKnown } from "./known.ts";
import { withLane } from "./lane.ts";
import type { Lane } from "./lane.ts";
import { OrderReader } from "./order_reader.ts";
import type { StopSignals } from "./stop_signals.ts";
import { Sweep } from "./sweep.ts";
import { Wake } from "./wake.ts";
import { Watch } from "./watch.ts";

const logger = getLogger(["tillpipe", "drain"]);

/** ms between two looks at the store for what another process wrote. */
const pollEvery = 1_000;
/** ms between two turns of the sweep while batches follow each other: a page of it takes as long as a batch. */
const sweepTurnEvery = 5_000;
/** ms between two alerts that the store takes nothing. */
const tellEvery = 3_600_000;
/** ms: the longest that a lease outlives its holder, plus the longest that a push can be under way. */
export const latePush = 20_000;

/** What a drain needs beside its pipeline. */
export interface DrainOptions {
  /** Names this process among others. */
  readonly holder: string;
  readonly connections: Connections;
  /** Whether this process looks for what lost events left behind, and tells operators. Servers do. */
  readonly sweep: boolean;
  /** Called after every batch. */
  readonly onBatch?: (report: BatchReport) => void;
  /** Called each time that the store does not take what is written. */
  readonly onUnwritable?: (error: StoreUnwritableError) => void;
}

/** What can be read next: orders, or how long there is nothing. */
type Next =
  | { readonly kind: "batch"; readonly fetched: Fetched }
  /** `blocked`: an API is to be left alone, so there is no use in looking again earlier. */
  | { readonly kind: "nothing"; readonly waitFor: number; readonly blocked?: boolean }
  | { readonly kind: "failed"; readonly error: ApiError }
  /** A fault of the store or of the program; a value, since it may come while a batch is in hand. */
  | { readonly kind: "broken"; readonly error: unknown };

/**
 * Takes the lane whenever it is free, and works off what is due and what history asks for until it is told
 * to stop. The next batch is read while the last one is pushed.
 */
export async function runDrain(
  context: PipelineContext,
  options: DrainOptions,
  signals: StopSignals,
): Promise<void> {
  const { store, clock, random, pipeline } = context;
  const wake = new Wake();
  const stopListening = store.onArrival(() => wake.call());
  const lane = {
    store,
    clock,
    holder: options.holder,
    fingerprint: pipeline.definition.fingerprint,
    mode: options.sweep ? "server" : "backfill",
  } as const;
  let toldAt = -Infinity;
  try {
    while (!signals.stop.aborted) {
      try {
        await withLane(lane, async (held, signal) => {
          await new LaneWork(context, options, { held, wake, stop: signals.stop, signal }).run();
        }, signals.abort);
      } catch (error) {
        if (signals.abort.aborted) return;
        if (error instanceof StoreUnwritableError) {
          options.onUnwritable?.(error);
          if (clock.monotonic() - toldAt >= tellEvery) {
            toldAt = clock.monotonic();
            context.alert?.(`${pipeline.definition.name}: ${error.message}. ${error.remedy}`);
          }
        } else logger.error("The drain stumbled and goes on: {reason}", { reason: String(error) });
      }
      await wake.sleep(pollEvery * (0.5 + random()), clock, signals.stop);
    }
  } finally {
    stopListening();
  }
}

interface Held {
  readonly held: Lane;
  readonly wake: Wake;
  readonly stop: AbortSignal;
  /** Ends what is in flight: the lane is lost, or the process has to go. */
  readonly signal: AbortSignal;
}

/** The loop of a process that has the lane. */
class LaneWork {
  readonly #context: PipelineContext;
  readonly #options: DrainOptions;
  readonly #lane: Held;
  readonly #history: HistoryReader;
  readonly #orders: OrderReader;
  readonly #sweep: Sweep | undefined;
  readonly #watch: Watch | undefined;
  readonly #confirm: Confirm | undefined;
  /** Orders that were in hand when their holder died, until they are through. */
  readonly #takeovers = new Map<number, number>();
  /** What has been read ahead, once it has. */
  #ready: Fetched | undefined;
  /** When the sweep had its last turn, by the monotonic clock. */
  #sweptAt = -Infinity;
  /** Whether the last commit noted that as being in hand, and it is not run yet. */
  #claimedAhead = false;

  constructor(context: PipelineContext, options: DrainOptions, lane: Held) {
    this.#context = context;
    this.#options = options;
    this.#lane = lane;
    const commit = lane.held.commit.bind(lane.held);
    this.#history = new HistoryReader(context, commit);
    this.#orders = new OrderReader(context.sitoo);
    const { webhook } = context.pipeline;
    this.#sweep = options.sweep && webhook !== undefined
      ? new Sweep(context, webhook, commit)
      : undefined;
    this.#watch = options.sweep ? new Watch(context) : undefined;
    this.#confirm = options.sweep ? new Confirm(context) : undefined;
  }

  async run(): Promise<void> {
    await this.#recover();
    const over = new AbortController();
    const { signal, stop } = this.#lane;
    const confirming = this.#confirm?.run(AbortSignal.any([signal, stop, over.signal]));
    let ahead: Promise<Next> | undefined;
    try {
      while (!this.#lane.stop.aborted && !this.#lane.signal.aborted) {
        if (ahead === undefined || this.#isSweepsTurn()) {
          if (!await this.#sweepStep()) ahead = await this.#drop(ahead);
        }
        await this.#watch?.step(this.#lane.signal);
        await this.#confirm?.apply(this.#lane.held.commit.bind(this.#lane.held));
        const next = await (ahead ?? this.#fetch(new Set()));
        ahead = undefined;
        if (next.kind === "broken") throw next.error;
        if (next.kind === "failed") await this.#pause(next.error);
        else if (next.kind === "nothing") await this.#idle(next);
        else {
          ahead = this.#fetchAhead(next.fetched);
          if (!await this.#runBatch(next.fetched)) ahead = await this.#drop(ahead);
        }
      }
    } finally {
      over.abort();
      await Promise.all([ahead, confirming]);
      // What ended the work is what has to be told, not that this fails too.
      await this.#letGo().catch((error: unknown) => {
        logger.warn("What was read ahead stays in hand: {reason}", { reason: String(error) });
      });
    }
  }

  /** Reads what comes after a batch, and keeps it at hand for the batch's commit. */
  #fetchAhead({ pointers }: Fetched): Promise<Next> {
    this.#ready = undefined;
    return this.#fetch(new Set(pointers.map(({ orderId }) => orderId))).then((next) => {
      this.#ready = next.kind === "batch" ? next.fetched : undefined;
      return next;
    });
  }

  /** Leaves out what was read ahead: an API is to be left alone, or there are orders that go before it. */
  async #drop(ahead: Promise<Next> | undefined): Promise<undefined> {
    if (ahead === undefined) return;
    await ahead;
    this.#history.reset();
    await this.#letGo();
  }

  /** What was read ahead is not run after all: it has to be in nobody's hand, or it counts as taken over. */
  async #letGo(): Promise<void> {
    const isClaimed = this.#claimedAhead;
    this.#claimedAhead = false;
    if (!isClaimed || this.#lane.held.signal.aborted) return;
    await this.#lane.held.claim({ ids: [], takeovers: 0 });
  }

  /** True when the batch is through and what was read ahead still holds. */
  async #runBatch(fetched: Fetched): Promise<boolean> {
    const { held, signal } = this.#lane;
    try {
      this.#claimedAhead = false;
      let isClaimed = false;
      const next = (): Claim | undefined => {
        isClaimed = this.#ready !== undefined;
        return this.#ready === undefined ? undefined : claimOf(this.#ready);
      };
      const report = await inBatchSpan(
        this.#context.pipeline.definition.name,
        fetched,
        () => runBatch(fetched, { context: this.#context, lane: held, next }, signal),
      );
      this.#claimedAhead = isClaimed;
      for (const { orderId } of fetched.pointers) this.#takeovers.delete(orderId);
      this.#options.onBatch?.(report);
      if (report.error !== undefined) {
        await this.#pause(report.error);
        return false;
      }
      if (fetched.pointers.length > 0) await this.#options.connections.succeeded("sitoo");
      if (report.pushed) await this.#options.connections.succeeded("ometria");
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Nothing has arrived: who has the lane next must not take it for a batch that its holder died over.
      if (!signal.aborted) await held.claim({ ids: [], takeovers: 0 });
      await this.#pause(error);
      return false;
    }
  }

  /** Reads the next batch. Never rejects. */
  async #fetch(inFlight: ReadonlySet<number>): Promise<Next> {
    const blocked = this.#options.connections.waitFor("sitoo", "ometria");
    if (blocked > 0) return { kind: "nothing", waitFor: blocked, blocked: true };
    try {
      return await this.#choose(inFlight);
    } catch (error) {
      if (error instanceof ApiError) return { kind: "failed", error };
      const isOver = this.#lane.signal.aborted || this.#lane.stop.aborted;
      return isOver ? { kind: "nothing", waitFor: 0 } : { kind: "broken", error };
    }
  }

  async #choose(inFlight: ReadonlySet<number>): Promise<Next> {
    const signal = AbortSignal.any([this.#lane.signal, this.#lane.stop]);
    const choice = { inFlight, takeovers: this.#takeovers };
    const pick = await pickFromInbox(this.#context, choice);
    if (pick !== undefined && "pointers" in pick) {
      this.#history.overtaken(pick.pointers.map(({ orderId }) => orderId));
      return await this.#batch(await readPicked(pick, this.#orders, signal));
    }
    const page = await this.#history.next(signal);
    if (page !== undefined) return await this.#batch(page);
    return { kind: "nothing", waitFor: pick?.waitFor ?? pollEvery };
  }

  /** Reads what the store knows of it already now, while the last batch is under way. */
  async #batch(fetched: Fetched): Promise<Next> {
    const ids = fetched.pointers.map(({ orderId }) => orderId);
    const known = await readKnown(ids, this.#context.store);
    return { kind: "batch", fetched: { ...fetched, known } };
  }

  #isSweepsTurn(): boolean {
    return this.#context.clock.monotonic() - this.#sweptAt >= sweepTurnEvery;
  }

  /** True when what was read ahead still holds. */
  async #sweepStep(): Promise<boolean> {
    if (this.#sweep === undefined || this.#options.connections.waitFor("sitoo") > 0) return true;
    try {
      return await this.#sweep.step(AbortSignal.any([this.#lane.signal, this.#lane.stop])) === 0;
    } catch (error) {
      this.#sweep.reset();
      if (error instanceof ApiError) await this.#pause(error);
      else if (!this.#lane.signal.aborted && !this.#lane.stop.aborted) throw error;
      return false;
    } finally {
      this.#sweptAt = this.#context.clock.monotonic();
    }
  }

  async #pause(error: ApiError): Promise<void> {
    await this.#options.connections.failed(error);
    this.#history.reset();
  }

  async #idle(
    { waitFor, blocked }: { readonly waitFor: number; readonly blocked?: boolean },
  ): Promise<void> {
    const { clock, random } = this.#context;
    const poll = pollEvery * (0.75 + 0.5 * random());
    const ms = blocked === true ? waitFor : Math.min(waitFor, poll);
    const over = AbortSignal.any([this.#lane.stop, this.#lane.signal]);
    // What arrives meanwhile changes nothing about an API that is to be left alone.
    if (blocked === true) await clock.sleep(ms, over).catch(() => {});
    else await this.#lane.wake.sleep(Math.max(ms, 1), clock, over);
  }

  /**
   * A holder died with a batch in hand: its pushes may still be on their way. The orders are due at once,
   * and again when no late push can be applied any more: `settle` after the last one can have been taken.
   * Both go out whatever the ledger says.
   */
  async #recover(): Promise<void> {
    const { ids, takeovers } = this.#lane.held.hold.inHand;
    if (ids.length === 0) return;
    logger.warn("Takes over {orders} orders that were in hand", { orders: ids.length });
    const { clock, pipeline } = this.#context;
    const now = clock.now();
    const again = now + latePush + (pipeline.orders?.settle ?? 0);
    const pointers = ids.flatMap((orderId): NewPointer[] => {
      const pointer: NewPointer = {
        orderId,
        origin: "history",
        receivedAt: now,
        dueAt: now,
        attempts: 0,
        force: true,
      };
      return [pointer, { ...pointer, dueAt: again, receivedAt: again }];
    });
    await this.#lane.held.conclude({ ...emptyCommit, pointers });
    for (const orderId of ids) this.#takeovers.set(orderId, takeovers + 1);
  }
}
