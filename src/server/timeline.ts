/** What a Deno Deploy instance may do by itself. */
export interface Duties {
  /** Whether it reads from Sitoo and pushes to Ometria. */
  readonly works: boolean;
  /** For the log, when it does not. */
  readonly reason?: string;
}

/**
 * Deno Deploy runs crons on the production timeline and on that of every git branch. A branch does
 * nothing by itself: it would push the same orders, from a store that knows nothing of production's.
 *
 * @param timeline `DENO_TIMELINE`; absent on one's own machine
 * @param runOnBranch `TILLPIPE_RUN_ON_BRANCH`
 */
export function dutiesOn(timeline: string | undefined, runOnBranch: string | undefined): Duties {
  if (timeline === undefined || timeline === "production" || runOnBranch === "1") {
    return { works: true };
  }
  return {
    works: false,
    reason:
      `The timeline ${timeline} takes events and sends nothing; TILLPIPE_RUN_ON_BRANCH=1 changes that`,
  };
}
