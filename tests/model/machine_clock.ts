import type { Clock } from "../../src/time/clock.ts";

/** What the programs of a machine see of time: its clock can be set, and what only passes does not change by that. */
export class MachineClock implements Clock {
  readonly #time: Clock;
  #offset = 0;

  constructor(time: Clock) {
    this.#time = time;
  }

  now(): number {
    return this.#time.now() + this.#offset;
  }

  monotonic(): number {
    return this.#time.monotonic();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#time.sleep(ms, signal);
  }

  /** Sets the clock so many ms forward, or backward. */
  set(ms: number): void {
    this.#offset += ms;
  }
}
