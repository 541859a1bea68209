import type { Clock } from "../time/clock.ts";
import { TimeLimitError } from "./time_limit.ts";

/** Options of {@linkcode SharedTimeLimit}. */
export interface SharedTimeLimitOptions {
  /** ms that each piece of work may take. */
  readonly ms: number;
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  /** Ends everything under way as well. */
  readonly stop: AbortSignal;
}

/** Tells one piece of work that it has to end. */
export interface Cut {
  /** Why it has to end, once it has to. */
  readonly reason: unknown;
  /** Calls back with the reason, at most once. One callback at a time; none takes it back. */
  onCut(call: ((reason: unknown) => void) | undefined): void;
}

/**
 * One time limit for very many short pieces of work. They all may take as long, so they end in the order they
 * began, and a single timer that looks at the oldest stands for all of them.
 */
export class SharedTimeLimit {
  readonly #options: SharedTimeLimitOptions;
  /** Oldest first. */
  readonly #running = new Set<Running>();
  #isWatching = false;

  constructor(options: SharedTimeLimitOptions) {
    this.#options = options;
    options.stop.addEventListener("abort", () => {
      for (const one of this.#running) one.cut(options.stop.reason);
    }, { once: true });
  }

  /**
   * Runs `work`, and rejects with a {@linkcode TimeLimitError} when it takes too long. The work is told then,
   * and also when everything stops; what it still does is its own business.
   */
  run<T>(work: (cut: Cut) => Promise<T>): Promise<T> {
    const { clock, ms } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const one = new Running(clock.monotonic() + ms, reject);
    this.#running.add(one);
    if (!this.#isWatching) void this.#watch();
    work(one).then((value) => {
      this.#running.delete(one);
      resolve(value);
    }, (error) => {
      this.#running.delete(one);
      reject(error);
    });
    return promise;
  }

  /** Looks at the oldest when its time is up, until nothing is under way. */
  async #watch(): Promise<void> {
    const { clock, stop } = this.#options;
    this.#isWatching = true;
    for (const one of this.#running) {
      await clock.sleep(Math.max(0, one.endsAt - clock.monotonic()), stop).catch(() => {});
      if (stop.aborted) break;
      if (this.#running.has(one)) one.expire(this.#options.ms);
    }
    this.#isWatching = false;
  }
}

class Running implements Cut {
  readonly endsAt: number;
  readonly #reject: (error: unknown) => void;
  #call: ((reason: unknown) => void) | undefined;
  reason: unknown;

  constructor(endsAt: number, reject: (error: unknown) => void) {
    this.endsAt = endsAt;
    this.#reject = reject;
  }

  onCut(call: ((reason: unknown) => void) | undefined): void {
    this.#call = call;
  }

  cut(reason: unknown): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#call?.(reason);
  }

  expire(ms: number): void {
    const error = new TimeLimitError(`Took longer than ${ms} ms`);
    this.#reject(error);
    this.cut(error);
  }
}
