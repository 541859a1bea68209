import { isPrunable } from "../store/pruning.ts";
import { localDay, startOfDay } from "../time/zone.ts";
import type { PipelineContext } from "./context.ts";
import { sitesOf, zoneOf } from "./reconcile/places.ts";
import { dayAfter, expectDay } from "./reconcile/range.ts";
import { RefusalError } from "./refusal.ts";

/** Days that are always kept: an open order is read again for as long. */
const daysKept = 90;
const dayMs = 86_400_000;
/** ms: what was touched more recently stays, however old the order is. */
const restedFor = dayMs;

/** What is to be pruned. */
export interface PruneRequest {
  /** Orders before this business day, `YYYY-MM-DD`. */
  readonly before: string;
  /** Only counts. @default false */
  readonly dryRun?: boolean;
  /** Called with how many rows are through. */
  readonly onProgress?: (rows: number) => void;
}

/** What was pruned, or would be. */
export interface Pruned {
  readonly rows: number;
  /** The first order id that is kept. */
  readonly keptFrom: number;
}

/**
 * Takes the ledger rows of old orders away, up to the first order of a day. Waiting and dead orders stay. Throws
 * `RefusalError` where that would lose what is still needed, and `ApiError`.
 */
export async function prune(
  context: PipelineContext,
  { before, dryRun = false, onProgress }: PruneRequest,
  signal: AbortSignal,
): Promise<Pruned> {
  const { store, sitoo, clock } = context;
  const zone = await zoneOf(context, signal);
  refuseYoung(expectDay(before), localDay(clock.now(), zone), context);
  await refuseRunning(context);
  const dateFrom = Math.floor(startOfDay(before, zone) / 1000);
  const { first } = await sitoo.measure({ from: 0, sites: sitesOf(context), dateFrom }, signal);
  if (first === undefined) {
    throw new RefusalError(
      `Sitoo has no order from ${before} on, so there is nothing to tell old orders by`,
      "Name an earlier day",
    );
  }
  const endedBefore = clock.now() - restedFor;
  let rows = 0;
  if (dryRun) {
    for await (const row of store.ledgerRange(0, first)) {
      if (isPrunable(row, endedBefore)) rows++;
    }
    return { rows, keptFrom: first };
  }
  for await (const removed of store.prune({ below: first, endedBefore })) {
    rows += removed;
    onProgress?.(rows);
    signal.throwIfAborted();
  }
  return { rows, keptFrom: first };
}

/** What the sweep looks through must be known, or it would make all of it due. */
function refuseYoung(before: string, today: string, { pipeline }: PipelineContext): void {
  const swept = Math.ceil((pipeline.webhook?.sweep.back ?? 0) / dayMs) + 1;
  const days = Math.max(daysKept, swept);
  const latest = dayAfter(today, -days);
  if (before <= latest) return;
  throw new RefusalError(
    `The last ${days} days are always kept: ${before} is too late`,
    `Name a day up to ${latest}`,
  );
}

async function refuseRunning({ store }: PipelineContext): Promise<void> {
  const run = await store.checkpoint();
  if (run?.state !== "requested" && run?.state !== "running") return;
  throw new RefusalError(
    "A backfill of this pipeline is under way, and would send again what is pruned",
    "Let it finish, and prune then",
  );
}
