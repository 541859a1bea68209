import type { Clock } from "../time/clock.ts";

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Options of {@linkcode until}. */
export interface UntilOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** ms between two looks. */
  readonly every: number;
  /** ms after which it is no use. */
  readonly within: number;
}

/** Looks again and again until something holds; false when it did not in time, or when aborted. */
export async function until(
  holds: () => Promise<boolean>,
  options: UntilOptions,
): Promise<boolean> {
  const { clock, signal } = options;
  const end = clock.monotonic() + options.within;
  while (!signal.aborted) {
    if (await holds()) return true;
    if (clock.monotonic() >= end) return false;
    await clock.sleep(options.every, signal).catch(() => {});
  }
  return false;
}
