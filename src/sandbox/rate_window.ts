import type { Clock } from "../time/clock.ts";

/** Counts requests in the last second, as a server that limits them does. */
export class RateWindow {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #times: number[] = [];

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Whether one more request is within the limit; a refused one does not count. */
  admit(): boolean {
    if (this.#perSecond === Infinity) return true;
    const now = this.#clock.monotonic();
    this.#times = this.#times.filter((time) => now - time < 1000);
    if (this.#times.length >= this.#perSecond) return false;
    this.#times.push(now);
    return true;
  }
}
