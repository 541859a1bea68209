import type { PipelineContext } from "../runtime/context.ts";
import { readPipelineStatus } from "../runtime/status.ts";
import type { Clock } from "../time/clock.ts";

/** Rows of the inbox that are counted; whether there are any is what matters. */
const COUNTED = 1_000;

/** How much of a pipeline's work is left, as figures that change while it moves on. */
export interface Left {
  /** Orders in hand, due now, and due within the horizon; their number changes as work moves on. */
  readonly orders: number;
  readonly isBackfilling: boolean;
  /** Receipts that were asked for and not tried yet. */
  readonly receipts: number;
  /** Receipts under way, or left so by a server that died. */
  readonly reserved: number;
  /** Orders that came to an end, so far. */
  readonly through: number;
}

/**
 * What a pipeline still has to do within `horizon` ms. The inbox is looked at once: a row that falls due between two
 * looks would be in neither. It comes after what is in hand, and before the receipts: what a batch makes due, and
 * the receipts that it asks for, are there once the batch is not in hand any more.
 */
export async function readLeft(context: PipelineContext, horizon: number): Promise<Left> {
  const { inFlight, backfill } = await readPipelineStatus(context, 1);
  const now = context.clock.now();
  const { due, later, nextDueAt = Infinity } = await context.store.inboxSummary(COUNTED);
  const { receipts, delivered, linked, dead, waiting } = await readPipelineStatus(context, 1);
  return {
    orders: inFlight + due + (nextDueAt <= now + horizon ? Math.max(1, later) : 0),
    isBackfilling: backfill !== null && backfill.state !== "done",
    receipts: receipts["asked"] ?? 0,
    reserved: receipts["reserved"] ?? 0,
    through: delivered + linked + dead + waiting,
  };
}

/** Options of {@linkcode untilAtRest}. */
export interface RestOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** ms between two looks. */
  readonly every: number;
  /** ms without any change after which it is no use to wait. */
  readonly still: number;
  /** ms after which it is no use even while something changes. */
  readonly within: number;
}

/**
 * Waits until nothing is left to do, for as long as things move on: a slow machine gets the time that it needs,
 * what is stuck is given up. `look` answers `undefined` at rest, else figures that change while things move on.
 * False when it came to no rest, or when aborted.
 */
export async function untilAtRest(
  look: () => Promise<unknown>,
  { clock, signal, every, still, within }: RestOptions,
): Promise<boolean> {
  const begun = clock.monotonic();
  let movedAt = begun;
  let before = "";
  while (!signal.aborted) {
    const left = await look();
    if (left === undefined) return true;
    const now = clock.monotonic();
    const figures = JSON.stringify(left);
    if (figures !== before) movedAt = now;
    before = figures;
    if (now - movedAt >= still || now - begun >= within) return false;
    await clock.sleep(every, signal).catch(() => {});
  }
  return false;
}
