import { startInstant } from "../../engine/start_date.ts";
import type { DeadLetter, Hole, InboxRow, SweepRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";

/** Dead letters that are looked at; with more of them none counts as let go. */
const lettersRead = 100_000;
/** Holes that are looked at; a run leaves a handful. */
const holesRead = 10_000;

/** What the store says of the pipeline as a whole when orders are judged. */
export interface Situation {
  /** Epoch ms. */
  readonly now: number;
  /** Whether live orders come by themselves, and the highest order id before them, if that is known. */
  readonly live: boolean;
  readonly cutOver?: number;
  readonly history: {
    readonly enabled: boolean;
    /** Whether a run is asked for or under way. */
    readonly running: boolean;
    /** The next order id that it reads. */
    readonly next?: number;
  };
  /** What history went past, since Sitoo gave no usable answer for it; tried again. */
  readonly holes: readonly Pick<Hole, "from" | "to">[];
  /** Orders below this id may have been pruned. */
  readonly keptFrom?: number;
  readonly sweep?: SweepRow;
  /** ms between two looks for new orders. */
  readonly sweepEvery: number;
  /** When each order that has a pointer is looked at next, epoch ms. */
  readonly pending: ReadonlyMap<number, number>;
  readonly letters: ReadonlyMap<number, DeadLetter>;
  /** Whether every dead letter is in `letters`, so that a dead order without one was let go. */
  readonly lettersComplete: boolean;
}

/** Reads how the pipeline stands. */
export async function readSituation(
  { store, pipeline, clock }: PipelineContext,
): Promise<Situation> {
  const [cutOver, checkpoint, sweep, pending, letters, holes, keptFrom] = await Promise.all([
    store.cutOver(),
    store.checkpoint(),
    store.sweep(),
    readPending(store),
    store.deadLetters(lettersRead),
    store.holes(holesRead),
    store.keptFrom(),
  ]);
  const { webhook, history } = pipeline;
  return {
    now: clock.now(),
    live: webhook !== undefined,
    history: {
      enabled: history?.enabled === true,
      running: checkpoint?.state === "requested" || checkpoint?.state === "running",
      ...(checkpoint === undefined ? {} : { next: checkpoint.next }),
    },
    sweepEvery: webhook?.sweep.newEvery ?? 0,
    pending,
    letters: new Map(letters.map((letter) => [letter.orderId, letter])),
    lettersComplete: letters.length < lettersRead,
    holes,
    ...(keptFrom === undefined ? {} : { keptFrom }),
    ...(cutOver === undefined ? {} : { cutOver }),
    ...(sweep === undefined ? {} : { sweep }),
  };
}

/** When each order that has a pointer is looked at next, epoch ms. */
export async function readPending(
  store: { inboxRows(): AsyncIterable<InboxRow> },
): Promise<ReadonlyMap<number, number>> {
  const pending = new Map<number, number>();
  // By due time, so the first row of an order is its next look.
  for await (const { orderId, dueAt } of store.inboxRows()) {
    if (!pending.has(orderId)) pending.set(orderId, dueAt);
  }
  return pending;
}

/** Tells which orders are from before the pipeline's `start_date`, in its site's zone. */
export class StartDate {
  readonly #context: PipelineContext;
  readonly #starts = new Map<number, number>();

  constructor(context: PipelineContext) {
    this.#context = context;
  }

  async isAfter(
    head: { readonly eshopid: number; readonly orderdate: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { history, transform } = this.#context.pipeline;
    if (history === undefined) return false;
    let start = this.#starts.get(head.eshopid);
    if (start === undefined) {
      const zone = await transform.zone?.(head.eshopid, signal) ?? "UTC";
      start = startInstant(history.startDate, zone);
      this.#starts.set(head.eshopid, start);
    }
    return head.orderdate * 1000 < start;
  }
}
