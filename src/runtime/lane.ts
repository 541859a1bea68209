import { getLogger } from "@logtape/logtape";
import type { LaneMode } from "../store/rows.ts";
import { LaneLostError } from "../store/store.ts";
import type { BatchCommit, Claim, LaneHold, PipelineStore } from "../store/store.ts";
import type { Clock } from "../time/clock.ts";

/** ms between two renewals of the lease. */
export const renewEvery = 3_000;
/** ms after the last renewal from which no push may start: half a lease. */
export const pushUntil = 5_000;

const nothing: Claim = { ids: [], takeovers: 0 };
const logger = getLogger(["tillpipe", "lane"]);

/** What the lane needs to be taken and kept. */
export interface LaneOptions {
  readonly store: PipelineStore;
  readonly clock: Clock;
  /** Names this process among others. */
  readonly holder: string;
  readonly fingerprint: string;
  /** For those who ask who is at work. */
  readonly mode?: LaneMode;
}

/**
 * The lane of a pipeline while this process holds it. Writes to the lease go one after another, so that
 * a heartbeat never puts back an older claim.
 */
export class Lane {
  readonly hold: LaneHold;
  readonly #options: LaneOptions;
  readonly #lost = new AbortController();
  /** At first what a holder that died has left, until that is made due: a heartbeat before that keeps it. */
  #claim: Claim;
  #changed = new Set<number>();
  #renewedAt: number;
  #tail: Promise<void> = Promise.resolve();

  constructor(hold: LaneHold, options: LaneOptions) {
    this.hold = hold;
    this.#options = options;
    this.#claim = hold.inHand;
    this.#renewedAt = options.clock.monotonic();
  }

  /** Aborts when the lane is lost, or may be. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Notes what is in hand, renewing the lease. Comes before anything is done with the batch. Does nothing when
   * the commit of the last batch has noted the same.
   */
  claim(claim: Claim): Promise<void> {
    return this.#inTurn(async () => {
      if (isSame(claim, this.#claim) && claim.ids.length > 0) {
        return this.#lost.signal.throwIfAborted();
      }
      await this.#renew(claim);
      this.#claim = claim;
    });
  }

  /** Makes sure that the lease is young enough for a push to start. */
  async beforePush(): Promise<void> {
    if (this.#age() >= pushUntil / 2) await this.#inTurn(() => this.#renew(this.#claim));
  }

  /** Commits under the fence; what is in hand stays so: the next batch is read while one is pushed. */
  commit(batch: BatchCommit): Promise<void> {
    return this.#inTurn(() => this.#write(batch, this.#claim));
  }

  /**
   * Commits what became of the batch in hand. Afterwards that is in hand which `next` names right before the
   * commit, so that the next batch needs none of its own; nothing, if it names nothing.
   */
  conclude(batch: BatchCommit, next: () => Claim | undefined = () => undefined): Promise<void> {
    return this.#inTurn(async () => {
      const claim = next() ?? nothing;
      await this.#write(batch, claim);
      this.#claim = claim;
    });
  }

  /** Orders whose rows or links have changed since the last call, by a commit of this lane. */
  takeChanged(): ReadonlySet<number> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  /** Renews the lease until the signal aborts or the lane is lost. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#lost.signal.aborted) {
      try {
        await this.#options.clock.sleep(renewEvery, AbortSignal.any([signal, this.#lost.signal]));
        await this.#inTurn(() => this.#renew(this.#claim));
      } catch (error) {
        if (signal.aborted || this.#lost.signal.aborted) return;
        logger.warn("Lease could not be renewed: {reason}", { reason: String(error) });
        if (this.#age() >= pushUntil) {
          this.#lost.abort(new LaneLostError("The lease could not be renewed in time"));
        }
      }
    }
  }

  /** Lets the next process in at once. */
  async release(): Promise<void> {
    await this.#tail.catch(ignore);
    if (!this.#lost.signal.aborted) await this.#options.store.releaseLane(this.hold);
  }

  async #write(batch: BatchCommit, inHand: Claim): Promise<void> {
    await this.#guard(() => this.#options.store.commit(this.hold, { ...batch, inHand }));
    for (const { orderId } of batch.ledger) this.#changed.add(orderId);
    for (const { original } of batch.links) this.#changed.add(original);
  }

  #age(): number {
    return this.#options.clock.monotonic() - this.#renewedAt;
  }

  async #renew(claim: Claim): Promise<void> {
    const asked = this.#options.clock.monotonic();
    await this.#guard(() => this.#options.store.renewLane(this.hold, claim));
    this.#renewedAt = asked;
  }

  async #guard(write: () => Promise<void>): Promise<void> {
    this.#lost.signal.throwIfAborted();
    try {
      await write();
    } catch (error) {
      if (error instanceof LaneLostError) this.#lost.abort(error);
      throw error;
    }
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const turn = this.#tail.catch(ignore).then(write);
    this.#tail = turn;
    return turn;
  }
}

/**
 * Takes the lane if it is free, runs `work` with it, and lets it go. Answers whether it got the lane.
 * A lane that is lost on the way ends `work` through the lane's signal and is no error.
 */
export async function withLane(
  options: LaneOptions,
  work: (lane: Lane, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const hold = await options.store.acquireLane(
    options.holder,
    options.fingerprint,
    options.mode,
  );
  if (hold === undefined) return false;
  const lane = new Lane(hold, options);
  const over = new AbortController();
  const heartbeat = lane.keepAlive(over.signal);
  try {
    await work(lane, AbortSignal.any([signal, lane.signal]));
  } catch (error) {
    if (!lane.signal.aborted) throw error;
    logger.warn("Another process has taken the lane over; what was in hand is left to it");
  } finally {
    over.abort();
    await heartbeat;
    // What ended the work is what has to be told; the lease runs out by itself.
    await lane.release().catch((error: unknown) => {
      logger.warn("The lane could not be let go: {reason}", { reason: String(error) });
    });
  }
  return true;
}

function isSame(left: Claim, right: Claim): boolean {
  return left.takeovers === right.takeovers && left.ids.length === right.ids.length &&
    left.ids.every((id, index) => id === right.ids[index]);
}

function ignore(): void {}
