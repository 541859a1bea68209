import type { Clock } from "../time/clock.ts";

/** Whose calls go first when several wait: what happened just now, or what brings history. */
export type Priority = "live" | "history";

/** Says when the next call may go out. One in a process, or one shared through the store. */
export interface Pace {
  /** Resolves when it is this caller's turn; rejects with the signal's reason when aborted. */
  take(signal: AbortSignal, options?: TakeOptions): Promise<void>;
}

/** Options of {@linkcode Pace.take}. */
export interface TakeOptions {
  /** `history` goes when no live call waits. @default "live" */
  readonly priority?: Priority;
}

/**
 * Among how many processes a rate has to be divided right now, this one among them. Asked before every
 * call; what it throws, the call fails with.
 */
export type Sharers = (signal: AbortSignal) => Promise<number>;

/** Options of {@linkcode createRateLimiter}. */
export interface RateLimiterOptions {
  /** Calls a second; `Infinity` for no limit. */
  readonly rate: number;
  readonly clock: Clock;
  /** @default this process has the whole rate */
  readonly sharers?: Sharers;
}

/**
 * Spaces calls evenly, live ones first, otherwise in the order in which they came. Only high rates may
 * catch up after a late timer, by at most a twentieth of a second's calls: below 40 a second no two
 * calls are ever closer than `1 / rate`, so that a peer that counts by the second never sees one too
 * many. A rate that is shared is cut to whole calls a second for the same reason, if each process gets
 * one at least.
 *
 * @throws {RangeError} when the rate is not above zero.
 */
export function createRateLimiter(options: RateLimiterOptions): Pace {
  const { rate } = options;
  if (!(rate > 0)) throw new RangeError(`Cannot limit calls to ${rate} a second`);
  return rate === Infinity ? { take: takeAtOnce } : new RateLimiter(options);
}

function takeAtOnce(signal: AbortSignal): Promise<void> {
  return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve();
}

/** ms after which the number of sharers is asked again while waiting. */
const ASK_AGAIN = 500;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class RateLimiter implements Pace {
  readonly #options: RateLimiterOptions;
  readonly #waiting: Readonly<Record<Priority, Waiting[]>> = { live: [], history: [] };
  /** Ends the wait for the next turn when nobody waits any more; set while turns are given. */
  #nobody: AbortController | undefined;
  /** When the last call was due, by the monotonic clock. */
  #last = -Infinity;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  take(signal: AbortSignal, { priority = "live" }: TakeOptions = {}): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const line = this.#waiting[priority];
      const caller = { resolve: settled(resolve), reject: settled(reject) };
      const giveUp = (): void => {
        this.#leave(line, caller);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      line.push(caller);
      if (this.#nobody === undefined || this.#nobody.signal.aborted) void this.#giveTurns();

      function settled<A extends unknown[]>(settle: (...args: A) => void): (...args: A) => void {
        return (...args) => {
          signal.removeEventListener("abort", giveUp);
          settle(...args);
        };
      }
    });
  }

  #leave(line: Waiting[], caller: Waiting): void {
    const index = line.indexOf(caller);
    if (index >= 0) line.splice(index, 1);
    if (this.#isIdle()) this.#nobody?.abort();
  }

  #isIdle(): boolean {
    return this.#waiting.live.length + this.#waiting.history.length === 0;
  }

  #next(): Waiting | undefined {
    return this.#waiting.live.shift() ?? this.#waiting.history.shift();
  }

  async #giveTurns(): Promise<void> {
    const nobody = new AbortController();
    this.#nobody = nobody;
    while (!this.#isIdle()) {
      try {
        const turn = await this.#turn(nobody.signal);
        if (nobody.signal.aborted) return;
        this.#last = turn;
        this.#next()?.resolve();
      } catch (error) {
        if (nobody.signal.aborted) return;
        this.#next()?.reject(error);
      }
    }
    this.#nobody = undefined;
  }

  /** Waits until a call may go out; the time that it counts for. */
  async #turn(signal: AbortSignal): Promise<number> {
    const { clock, rate, sharers } = this.#options;
    for (;;) {
      const share = shareOf(rate, await sharers?.(signal) ?? 1);
      const due = this.#last + 1000 / share;
      const wait = Math.ceil(due - clock.monotonic());
      const slack = Math.max(0, Math.floor(share / 20) - 1) * 1000 / share;
      if (wait <= 0) return Math.max(due, clock.monotonic() - slack);
      await clock.sleep(sharers === undefined ? wait : Math.min(wait, ASK_AGAIN), signal);
    }
  }
}

function shareOf(rate: number, sharers: number): number {
  const share = rate / Math.max(1, sharers);
  return share < 1 || sharers <= 1 ? share : Math.floor(share);
}
