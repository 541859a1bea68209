import { requestedRun } from "../engine/history_run.ts";
import { startInstant } from "../engine/start_date.ts";
import type { Checkpoint } from "../store/rows.ts";
import { localDay } from "../time/zone.ts";
import type { PipelineContext } from "./context.ts";
import { readMoment, zoneOf } from "./history_moment.ts";
import { RefusalError } from "./refusal.ts";

/** Seconds between the first zone of the world that begins a day and the last one. */
const earliestZone = 26 * 3600;

/** What of history is asked for. */
export interface HistoryRange {
  /** Read everything again from the start; unchanged orders are not sent again. */
  readonly restart?: boolean;
  /** First order id, or a date or instant from which to read. @default where the last run ended */
  readonly from?: string;
  /** Order id, or a date or instant, at which to end. @default everything there is */
  readonly to?: string;
}

/** Options of {@linkcode askForBackfill}. */
export interface AskOptions extends HistoryRange {
  /** Told what a user may not expect of where the run begins. */
  readonly onNote?: (text: string) => void;
}

/** Asks for a run, unless one has been broken off: that one goes on. Whoever holds the lane does it. */
export async function askForBackfill(
  context: PipelineContext,
  options: AskOptions,
  signal: AbortSignal,
): Promise<void> {
  const { store } = context;
  const known = await store.checkpoint();
  const isUnderWay = known?.state === "requested" || known?.state === "running";
  if (isUnderWay && !isSpecial(options)) return;
  if (!isUnderWay && await store.requestBackfill(await plannedRun(context, options, signal))) {
    return;
  }
  throw new RefusalError(
    "A backfill of this pipeline is under way already",
    "Run backfill without --restart, --from and --to to let it finish, then ask again",
  );
}

/** The run that would be asked for, as its first checkpoint. Throws `RefusalError` for an odd date. */
export async function plannedRun(
  context: PipelineContext,
  options: AskOptions,
  signal: AbortSignal,
): Promise<Checkpoint> {
  const { store, clock, pipeline } = context;
  const known = await store.checkpoint();
  const { fingerprint } = pipeline.definition;
  // Requests in one millisecond are still two runs.
  const at = Math.max(clock.now(), (known?.startedAt ?? 0) + 1);
  const mayGoOn = known?.state === "stopped" || known?.state === "failed";
  if (mayGoOn && !isSpecial(options)) {
    const { error: _, ...kept } = known;
    return { ...kept, state: "requested", startedAt: at, updatedAt: at, fingerprint };
  }
  const start = await startOf(context, { ...options, known }, signal);
  const to = options.to === undefined ? undefined : await endOf(context, options.to, signal);
  return requestedRun({
    ...start,
    ...(to === undefined ? {} : { to }),
    ...(known?.holes === undefined ? {} : { holes: known.holes }),
    fingerprint,
    at,
  });
}

type Start = Pick<Checkpoint, "next" | "dateFrom" | "since">;

async function startOf(
  context: PipelineContext,
  { from, restart, known, onNote }: AskOptions & { readonly known: Checkpoint | undefined },
  signal: AbortSignal,
): Promise<Start> {
  const startDate = context.pipeline.history?.startDate ?? "1970-01-01";
  const zone = await zoneOf(context, signal);
  const oldest = Math.floor(startInstant(startDate, zone) / 1000);
  if (from === undefined && restart !== true && known !== undefined) {
    const { next, since } = known;
    if (since !== undefined && since > oldest) {
      const day = localDay(since * 1000, zone);
      onNote?.(
        `History was read from ${day} on, and start_date is ${startDate}: what lies between is left out; --restart reads it too`,
      );
    }
    return { next, ...(since === undefined ? {} : { since }) };
  }
  if (from === undefined) {
    return { next: 0, dateFrom: oldest - earlierElsewhere(context, startDate), since: oldest };
  }
  const moment = await readMoment(context, from, signal);
  if (moment.kind === "time" && moment.seconds < oldest) {
    onNote?.(`Orders before start_date, ${startDate}, are skipped as before-start`);
  }
  if (known !== undefined && onNote !== undefined) {
    const first = moment.kind === "order"
      ? moment.orderId
      : await firstSince(context, moment.seconds, signal);
    const note = first === undefined ? undefined : noteOf(first, known.next);
    if (note !== undefined) onNote(note);
  }
  return moment.kind === "order"
    ? { next: moment.orderId }
    : { next: 0, dateFrom: moment.seconds, since: moment.seconds };
}

/**
 * Seconds by which a `start_date` without a time may begin earlier at other sites, which have zones of their own:
 * the stages judge each order by its site's, and skip what lies before.
 */
function earlierElsewhere({ pipeline }: PipelineContext, startDate: string): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(startDate);
  return isDay && pipeline.transform.places?.zone === undefined ? earliestZone : 0;
}

/** What it means to begin elsewhere than where history has come to. */
function noteOf(first: number, next: number): string | undefined {
  if (first === next || next === 0) return undefined;
  return first < next
    ? `History has come to order ${next}: orders from ${first} on are read again, and what has not changed is not sent again`
    : `History has come to order ${next}: orders from there to ${first} are left out; without --from they are read too`;
}

/** The first order on or after a date ends the run; an id ends it by itself. */
async function endOf(context: PipelineContext, to: string, signal: AbortSignal): Promise<number> {
  const moment = await readMoment(context, to, signal);
  if (moment.kind === "order") return moment.orderId;
  return await firstSince(context, moment.seconds, signal) ?? Number.MAX_SAFE_INTEGER;
}

/** The lowest id of the orders placed at or after this time (Unix seconds). */
async function firstSince(
  { sitoo, pipeline }: PipelineContext,
  dateFrom: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const sites = pipeline.history?.sites ?? [];
  return (await sitoo.measure({ from: 0, sites, dateFrom }, signal)).first;
}

function isSpecial({ restart, from, to }: HistoryRange): boolean {
  return restart === true || from !== undefined || to !== undefined;
}
