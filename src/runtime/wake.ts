import type { Clock } from "../time/clock.ts";

/** Lets a loop sleep until there is something to do. A call that comes too early is not lost. */
export class Wake {
  #called = false;
  #listener: (() => void) | undefined;

  /** Ends the sleep under way, or the next one. */
  call(): void {
    this.#called = true;
    this.#listener?.();
  }

  /** Sleeps for at most `ms`. Returns, rather than rejects, when the signal aborts. */
  async sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (!this.#called && !signal.aborted) {
      const early = new AbortController();
      this.#listener = () => early.abort();
      await clock.sleep(ms, AbortSignal.any([signal, early.signal])).catch(ignore);
      this.#listener = undefined;
    }
    this.#called = false;
  }
}

function ignore(): void {}
