import { ApiError } from "../../http/error.ts";
import { askForBackfill, refuseWithoutHistory } from "../../runtime/backfill.ts";
import { plannedRun } from "../../runtime/history_request.ts";
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

/** What a run covers, and what it takes at least. */
export interface BackfillMeasure {
  /** Orders of the range, as Sitoo counts them. */
  readonly orders: number;
  /** Pages of history. */
  readonly pages: number;
  /** At the connections' rates, with nobody else calling. */
  readonly seconds: number;
}

/** Asks for a run, or lets one go on that was stopped. Whoever holds the lane does it. */
export function startBackfill(
  served: ServedPipeline,
  asked: BackfillAsked,
  signal: AbortSignal,
): Promise<Refused | undefined> {
  return orRefused(served, async () => {
    await askForBackfill(served, asked, signal);
    return undefined;
  });
}

/** Counts what a run would cover: a few small calls to Sitoo. Starts nothing. */
export function measureBackfill(
  served: ServedPipeline,
  asked: BackfillAsked,
  signal: AbortSignal,
): Promise<BackfillMeasure | Refused> {
  return orRefused(served, async () => {
    const { sitoo, store, pipeline, clock } = served;
    const run = await plannedRun(served, asked, signal);
    const cutOver = await store.cutOver();
    const to = run.to ?? (cutOver === undefined ? undefined : cutOver + 1);
    const started = clock.monotonic();
    const { count: orders } = await sitoo.measure({
      from: run.next,
      sites: pipeline.history?.sites ?? [],
      ...(to === undefined ? {} : { to }),
      ...(run.dateFrom === undefined ? {} : { dateFrom: run.dateFrom }),
    }, signal);
    const { connections } = pipeline.definition;
    const aCall = Math.max(connections.sitoo.gap, (clock.monotonic() - started) / 2) / 1000;
    const pages = Math.ceil(orders / (pipeline.history?.pageSize ?? 100));
    // A page is read while the one before it is pushed.
    return { orders, pages, seconds: pages * Math.max(aCall, 1 / connections.ometria.pushRate) };
  });
}

async function orRefused<T>(
  served: ServedPipeline,
  work: () => Promise<T>,
): Promise<T | Refused> {
  try {
    refuseWithoutHistory(served);
    return await work();
  } catch (error) {
    if (error instanceof RefusalError) return { reason: error.message, remedy: error.remedy };
    if (error instanceof ApiError) {
      return { reason: error.message, remedy: "Try again when Sitoo answers" };
    }
    throw error;
  }
}
