import type { ApiName } from "../http/error.ts";
import { LEASE } from "../store/lane.ts";
import type {
  Checkpoint,
  ConnectionRow,
  LaneMode,
  ProductMatchRow,
  SweepRow,
} from "../store/rows.ts";
import type { LaneHolder, PipelineStore } from "../store/store.ts";
import type { Clock } from "../time/clock.ts";

/** How one pipeline stands, as `status --json` and `/status.json` show it. Times are epoch ms. */
export interface PipelineStatus {
  /** Pointers that are due now, those of the batch in hand among them; counting stops at 10,000. */
  readonly due: number;
  /** Orders of the batch that is being read and pushed. */
  readonly inFlight: number;
  readonly waiting: number;
  readonly delivered: number;
  readonly confirmed: number;
  readonly linked: number;
  readonly dead: number;
  /** By rule. */
  readonly skipped: Readonly<Record<string, number>>;
  /** By reason. */
  readonly deadBy: Readonly<Record<string, number>>;
  /** Age of the oldest event that is due, in whole seconds; 0 when nothing is. */
  readonly lagSeconds: number;
  /** Live orders that reached Ometria over four hours after their event. */
  readonly missedWindow: number;
  /** By state. */
  readonly receipts: Readonly<Record<string, number>>;
  /**
   * Skipped receipts by rule; with `sale-closed` also sales for which none was asked for, by what brought them
   * (`history`, `sweep`, `replay`, `update`).
   */
  readonly receiptsSkipped: Readonly<Record<string, number>>;
  readonly connections: Readonly<Record<ApiName, ConnectionRow["state"]>>;
  /** How lines matched the account's products, on the last day that had any; `null` unless they are looked up. */
  readonly products: ProductMatchRow | null;
  /** `null` until a backfill has been asked for. */
  readonly backfill: Checkpoint | null;
  /** `null` until the first sweep. */
  readonly sweep: SweepRow | null;
  /** The process that works on it at this moment; `null` when none does. */
  readonly worker: WorkerStatus | null;
}

/** A process at work on a pipeline. Times are epoch ms. */
export interface WorkerStatus {
  readonly mode: LaneMode;
  /** When it began; absent in what an older version wrote. */
  readonly since?: number;
  /** Its last sign of life; one that gives none for ten seconds counts as gone. */
  readonly seenAt: number;
}

/** How an installation's pipelines stand, by name. */
export interface Status {
  readonly pipelines: Readonly<Record<string, PipelineStatus>>;
}

/** What reading the status needs of a `PipelineContext`. */
export interface StatusContext {
  readonly pipeline: { readonly definition: { readonly name: string } };
  readonly store: Pick<
    PipelineStore,
    "inboxSummary" | "laneHolder" | "counters" | "connections" | "checkpoint" | "sweep"
  >;
  readonly clock: Pick<Clock, "now">;
}

/** Rows that are counted at most, so that asking stays cheap whatever has piled up. */
export const DUE_COUNTED = 10_000;

/** Reads how all pipelines stand. Rows of the inbox are counted up to `counted`. */
export async function readStatus(
  contexts: readonly StatusContext[],
  counted = DUE_COUNTED,
): Promise<Status> {
  const entries = await Promise.all(contexts.map(async (context) => {
    const status = await readPipelineStatus(context, counted);
    return [context.pipeline.definition.name, status] as const;
  }));
  return { pipelines: Object.fromEntries(entries) };
}

/** How a pipeline stands, with the rows that say so of its connections and its lane. */
export interface Standing {
  readonly status: PipelineStatus;
  readonly connections: ReadonlyMap<ApiName, ConnectionRow>;
  readonly holder: LaneHolder | undefined;
}

/** Reads how one pipeline stands. */
export async function readPipelineStatus(
  context: StatusContext,
  counted = DUE_COUNTED,
): Promise<PipelineStatus> {
  return (await readStanding(context, counted)).status;
}

/** Reads how one pipeline stands, and hands the rows on. */
export async function readStanding(
  context: StatusContext,
  counted = DUE_COUNTED,
): Promise<Standing> {
  const { store } = context;
  const [inbox, holder, counters, connections, checkpoint, sweep] = await Promise.all([
    store.inboxSummary(counted),
    store.laneHolder(),
    store.counters(),
    store.connections(),
    store.checkpoint(),
    store.sweep(),
  ]);
  const state = (api: ApiName): ConnectionRow["state"] => connections.get(api)?.state ?? "ok";
  const status = {
    due: inbox.due,
    inFlight: holder?.inHand ?? 0,
    waiting: counters.waiting,
    delivered: counters.delivered,
    confirmed: counters.confirmed,
    linked: counters.linked,
    dead: sum(counters.deadBy),
    skipped: counters.skipped,
    deadBy: counters.deadBy,
    lagSeconds: lagSeconds(context.clock.now(), inbox.oldest),
    missedWindow: counters.missedWindow,
    receipts: counters.receipts,
    receiptsSkipped: counters.receiptsSkipped,
    connections: {
      sitoo: state("sitoo"),
      ometria: state("ometria"),
      ometriaEmail: state("ometriaEmail"),
    },
    products: counters.products ?? null,
    backfill: checkpoint ?? null,
    sweep: sweep ?? null,
    worker: workerOf(holder),
  };
  return { status, connections, holder };
}

function workerOf(holder: LaneHolder | undefined): WorkerStatus | null {
  if (holder === undefined) return null;
  const { mode = "server", since, until } = holder;
  return { mode, ...(since === undefined ? {} : { since }), seenAt: until - LEASE };
}

/** The figures of a record, added up. */
export function sum(figures: Readonly<Record<string, number>>): number {
  return Object.values(figures).reduce((total, figure) => total + figure, 0);
}

function lagSeconds(now: number, oldest: number | undefined): number {
  return oldest === undefined ? 0 : Math.max(0, Math.floor((now - oldest) / 1000));
}
