import { ApiError } from "../../http/error.ts";
import { askForBackfill } from "../../runtime/backfill.ts";
import { RefusalError } from "../../runtime/refusal.ts";
import type { ServedPipeline } from "../environment.ts";

/** What a run of history is asked for; see `BackfillOptions`. */
export interface BackfillAsked {
  readonly from?: string;
  readonly to?: string;
  readonly restart?: boolean;
}

/** Why something was not done, and what helps. */
export interface Refused {
  readonly reason: string;
  readonly remedy: string;
}

/** Whether the pipeline brings history at all. */
export function bringsHistory({ pipeline }: Pick<ServedPipeline, "pipeline">): boolean {
  return pipeline.history?.enabled === true && pipeline.orders !== undefined;
}

/** Asks for a run, or lets one go on that was stopped. Whoever holds the lane does it. */
export async function startBackfill(
  served: ServedPipeline,
  asked: BackfillAsked,
  signal: AbortSignal,
): Promise<Refused | undefined> {
  if (!bringsHistory(served)) {
    return {
      reason: "This pipeline does not bring history",
      remedy: "Add the source sitoo-history with enabled: true, and the sink ometria-orders",
    };
  }
  try {
    await askForBackfill(served, asked, signal);
    return undefined;
  } catch (error) {
    if (error instanceof RefusalError) return { reason: error.message, remedy: error.remedy };
    if (error instanceof ApiError) {
      return { reason: error.message, remedy: "Try again when Sitoo answers" };
    }
    throw error;
  }
}
