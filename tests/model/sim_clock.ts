import { setImmediate } from "node:timers";
import type { Clock } from "../../src/time/clock.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time of a world in which everything but sleeping takes no time: it stands still until nothing can go on, then
 * jumps to the next sleeper. Nothing in such a world waits for anything outside it.
 */
export class SimClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  #sleepers: Sleeper[] = [];

  constructor(start: number) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { at: this.#elapsed + Math.max(0, ms), wake };
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      };
      function wake(): void {
        signal.removeEventListener("abort", onAbort);
        resolve();
      }
      signal.addEventListener("abort", onAbort, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Lets `ms` go by. */
  async pass(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await everythingElse();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#elapsed = Math.max(next.at, this.#elapsed);
      next.wake();
      await everythingElse();
    }
    this.#elapsed = end;
  }

  /** The earliest sleeper; of several, the one that fell asleep first. */
  #next(): Sleeper | undefined {
    let first = this.#sleepers[0];
    for (const sleeper of this.#sleepers) {
      if (first === undefined || sleeper.at < first.at) first = sleeper;
    }
    return first;
  }
}

/** One turn of the event loop: all microtasks, and those that they start, have run. */
function everythingElse(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
