import { ApiError } from "../../http/error.ts";
import { reconcile } from "../../runtime/reconcile/reconcile.ts";
import type { ReconcileReport } from "../../runtime/reconcile/report.ts";
import { RefusalError } from "../../runtime/refusal.ts";
import type { Clock } from "../../time/clock.ts";
import type { ServedPipeline } from "../environment.ts";
import { TimeLimitError, withTimeLimit } from "../time_limit.ts";
import type { Refused } from "./backfill.ts";

/** What is to be compared; see `ReconcileOptions`. */
export interface ReconcileAsked {
  readonly from?: string;
  readonly to?: string;
  /** Delivered orders that are read back from Ometria. */
  readonly verify?: number;
  readonly fix?: boolean;
}

/** ms that a comparison may take here; a longer one is the command's. */
const TAKES = 45_000;

/** Holds what was sold against what came of it, as long as that is quick. */
export async function compareDays(
  served: ServedPipeline,
  asked: ReconcileAsked,
  { clock, stopping }: { readonly clock: Clock; readonly stopping: AbortSignal },
): Promise<ReconcileReport | Refused> {
  try {
    return await withTimeLimit(
      (signal) => reconcile(served, asked, signal),
      { ms: TAKES, clock, stop: stopping },
    );
  } catch (error) {
    if (error instanceof RefusalError) return { reason: error.message, remedy: error.remedy };
    if (error instanceof ApiError) {
      return { reason: error.message, remedy: "Try again when it answers" };
    }
    if (error instanceof TimeLimitError) {
      return {
        reason: "Comparing so much takes longer than a page can wait",
        remedy: "Choose fewer days, or use deno task reconcile",
      };
    }
    throw error;
  }
}
