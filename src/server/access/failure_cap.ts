import type { Clock } from "../../time/clock.ts";

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
 * Counts wrong credentials by address. What follows is the caller's to say: a webhook's right credentials are
 * never held up, since a stranger's guesses must not lock Sitoo out; a person's password is not looked at any more
 * for the rest of the window.
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
    const before = this.#lately(address);
    const count = before === undefined
      ? { since: this.#clock.monotonic(), failures: 1 }
      : { since: before.since, failures: before.failures + 1 };
    // Taken out first, so that the map stays in the order of the last failures.
    this.#counts.delete(address);
    this.#counts.set(address, count);
    if (this.#counts.size > ADDRESSES) this.#dropOldest();
    return count.failures > this.#limit;
  }

  /** Whether the address has used up its failures for now. */
  isUsedUp(address: string): boolean {
    return (this.#lately(address)?.failures ?? 0) >= this.#limit;
  }

  #lately(address: string): Count | undefined {
    const count = this.#counts.get(address);
    if (count === undefined) return undefined;
    return this.#clock.monotonic() - count.since >= this.#window ? undefined : count;
  }

  #dropOldest(): void {
    for (const address of this.#counts.keys()) {
      this.#counts.delete(address);
      return;
    }
  }
}
