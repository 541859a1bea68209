import type { Checkpoint } from "../store/rows.ts";

/** What tells one run of history from another. */
export interface HistoryRun
  extends Pick<Checkpoint, "next" | "to" | "dateFrom" | "since" | "holes" | "fingerprint"> {
  /** Epoch ms at which it is asked for. */
  readonly at: number;
}

/** The checkpoint of a run that is asked for and has not begun. */
export function requestedRun({ at, ...run }: HistoryRun): Checkpoint {
  return {
    ...run,
    state: "requested",
    total: 0,
    read: 0,
    delivered: 0,
    unchanged: 0,
    linked: 0,
    skipped: 0,
    waiting: 0,
    dead: 0,
    young: 0,
    startedAt: at,
    updatedAt: at,
  };
}
