/** How waits grow. */
export interface BackoffOptions {
  /** ms of the first wait. */
  readonly first: number;
  /** ms that no wait passes. */
  readonly longest: number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** ms that the server asked for; a shorter wait is lengthened to it. */
  readonly atLeast?: number;
}

/**
 * ms to wait after the `failures`th failure in a row: doubling, with jitter over the upper half so that
 * processes that failed together do not come back together.
 */
export function backoff(failures: number, options: BackoffOptions): number {
  const grown = options.first * 2 ** Math.min(Math.max(failures, 1) - 1, 30);
  const capped = Math.min(grown, options.longest);
  const jittered = capped / 2 + (capped / 2) * options.random();
  return Math.round(Math.max(jittered, options.atLeast ?? 0));
}
