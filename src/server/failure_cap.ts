import type { Clock } from "../time/clock.ts";

/** Options of {@linkcode FailureCap}. */
export interface FailureCapOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** Failures of one address within `window` that are answered as what they are. @default 20 */
  readonly limit?: number;
  /** ms. @default 60_000 */
  readonly window?: number;
}

interface Count {
  readonly since: number;
  readonly failures: number;
}

/** Addresses remembered; whoever has more cannot be held off this way, nor fill the memory. */
const ADDRESSES = 10_000;

/**
 * Counts wrong credentials by address. It never stands in the way of right ones: behind a proxy all
 * callers share an address, and a stranger's guesses must not lock Sitoo out.
 */
export class FailureCap {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #limit: number;
  readonly #window: number;
  readonly #counts = new Map<string, Count>();

  constructor(options: FailureCapOptions) {
    this.#clock = options.clock;
    this.#limit = options.limit ?? 20;
    this.#window = options.window ?? 60_000;
  }

  /** Notes a failure; true when the address has had too many of them lately. */
  fail(address: string): boolean {
    const now = this.#clock.monotonic();
    const before = this.#counts.get(address);
    const fresh = before === undefined || now - before.since >= this.#window;
    const count = fresh
      ? { since: now, failures: 1 }
      : { since: before.since, failures: before.failures + 1 };
    // Taken out first, so that the map stays in the order of the last failures.
    this.#counts.delete(address);
    this.#counts.set(address, count);
    if (this.#counts.size > ADDRESSES) this.#dropOldest();
    return count.failures > this.#limit;
  }

  #dropOldest(): void {
    for (const address of this.#counts.keys()) {
      this.#counts.delete(address);
      return;
    }
  }
}
