import { getLogger } from "@logtape/logtape";
import { createSlot, type Slot } from "../http/slot.ts";
import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import { shareKey, sharePrefix } from "./keys.ts";
import { readRow } from "./reading.ts";
import { shareCodec } from "./row_codecs.ts";

const log = getLogger(["tillpipe", "store"]);

/** ms that a process counts without saying again that it uses the rate, and after which it does. */
const SHARE_KEPT = 10_000;
const SAY_AGAIN = 3_000;
/** ms that a count is relied on. Who is new waits as long before its first call. */
const COUNT_KEPT = 1_000;
/** ms by which the clocks of two machines may differ before a deadline is taken for nonsense. */
const CLOCK_SKEW = 60_000;
/** Processes that are counted. */
const COUNTED = 200;

/** What a share of a rate needs. */
export interface RateShareOptions {
  readonly db: Database;
  readonly clock: Clock;
  /** Names this process among others. */
  readonly process: string;
  /** What the rate is for; it stands in the store as a digest. */
  readonly name: string;
}

/**
 * Counts the processes that use a rate at the moment. Each leaves a row with a deadline while it makes
 * calls; the row of one that died, or makes none any more, counts for ten seconds at most. Who is new
 * waits until all others must have seen it, so that their shares are never more than the whole.
 */
export class RateShare {
  readonly #options: RateShareOptions;
  /** Calls that ask at the same time share one look. */
  readonly #line: Slot;
  /** When this process said last that it uses the rate (monotonic ms). */
  #saidAt = -Infinity;
  /** The others have seen it. */
  #isSeen = false;
  #count = 1;
  #countedAt = -Infinity;

  constructor(options: RateShareOptions) {
    this.#options = options;
    this.#line = createSlot({ gap: 0, clock: options.clock });
  }

  /**
   * How many processes use the rate, this one among them. Waits a moment when it is new among others.
   * Rejects with the signal's reason only.
   */
  count(signal: AbortSignal): Promise<number> {
    return this.#line.run(() => this.#upToDate(signal), signal);
  }

  /** Leaves the whole rate to the others. */
  async close(): Promise<void> {
    if (this.#saidAt === -Infinity) return;
    const { db, name, process } = this.#options;
    this.#saidAt = -Infinity;
    try {
      await db.transact((draft) => draft.delete(shareKey(name, process)));
    } catch (error) {
      log.warn("Share of a rate was not given back: {reason}", { reason: String(error) });
    }
  }

  async #upToDate(signal: AbortSignal): Promise<number> {
    const { clock } = this.#options;
    const now = clock.monotonic();
    // A row that has run out, or soon will, is not seen by others in time.
    const isNew = !this.#isSeen || now - this.#saidAt > SHARE_KEPT - COUNT_KEPT;
    this.#isSeen = !isNew;
    const isDue = isNew || now - this.#saidAt >= SAY_AGAIN;
    if (isDue || now - this.#countedAt >= COUNT_KEPT) await this.#renew(isDue);
    if (isNew && this.#count > 1) {
      await clock.sleep(COUNT_KEPT, signal);
      await this.#renew(false);
    }
    this.#isSeen = true;
    return this.#count;
  }

  /** A rate is a courtesy: while the store fails, the last count holds, and no call is held up. */
  async #renew(say: boolean): Promise<void> {
    try {
      if (say) await this.#say(this.#options.clock.monotonic());
      await this.#look();
    } catch (error) {
      log.warn("Rate goes on with its last share: {reason}", { reason: String(error) });
    }
  }

  async #say(now: number): Promise<void> {
    const { db, clock, name, process } = this.#options;
    const value = shareCodec.encode({ until: clock.now() + SHARE_KEPT });
    const write = { key: shareKey(name, process), value, expireIn: 2 * SHARE_KEPT };
    await db.transact((draft) => draft.set(write));
    this.#saidAt = now;
  }

  async #look(): Promise<void> {
    const { db, clock, name, process } = this.#options;
    const asked = clock.monotonic();
    const entries = await db.page({ prefix: sharePrefix(name) }, { limit: COUNTED });
    const now = clock.now();
    const others = entries.filter((entry) => {
      const until = readRow(shareCodec, entry)?.until ?? 0;
      // A deadline too far ahead is of a clock that was set back since.
      const isAlive = until > now && until - now <= SHARE_KEPT + CLOCK_SKEW;
      return isAlive && entry.key.at(-1) !== process;
    });
    this.#count = 1 + others.length;
    this.#countedAt = asked;
  }
}
