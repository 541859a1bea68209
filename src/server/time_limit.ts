import type { Clock } from "../time/clock.ts";

/** Thrown when something took too long. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

/** Options of {@linkcode withTimeLimit}. */
export interface TimeLimitOptions {
  readonly ms: number;
  readonly clock: Pick<Clock, "sleep">;
}

/**
 * Runs `work`, and rejects when it takes longer than `ms`. The work's signal is aborted then, and what
 * it still does is its own business.
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: TimeLimitOptions,
): Promise<T> {
  const done = new AbortController();
  const over = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = options.clock.sleep(options.ms, done.signal).then(() => {
    const error = new TimeLimitError(`Took longer than ${options.ms} ms`);
    reject(error);
    over.abort(error);
  }, () => {});
  try {
    return await Promise.race([work(over.signal), late]);
  } finally {
    done.abort();
    await timer;
  }
}
