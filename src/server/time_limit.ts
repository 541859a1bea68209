import type { Clock } from "../time/clock.ts";

/** Thrown when something took too long. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

/** Options of {@linkcode withTimeLimit}. */
export interface TimeLimitOptions {
  readonly ms: number;
  readonly clock: Pick<Clock, "sleep">;
  /** Ends the work as well. */
  readonly stop?: AbortSignal;
}

/**
 * Runs `work`, and rejects when it takes longer than `ms`. The work's signal is aborted then, or when
 * `stop` is; what it still does is its own business.
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: TimeLimitOptions,
): Promise<T> {
  const { clock, ms, stop } = options;
  const done = new AbortController();
  const over = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.sleep(ms, done.signal).then(() => {
    const error = new TimeLimitError(`Took longer than ${ms} ms`);
    reject(error);
    over.abort(error);
  }, () => {});
  const onStop = (): void => over.abort(stop?.reason);
  stop?.addEventListener("abort", onStop, { once: true });
  try {
    return await Promise.race([work(over.signal), late]);
  } finally {
    stop?.removeEventListener("abort", onStop);
    done.abort();
    await timer;
  }
}
