import type { TallyName } from "../engine/settle.ts";
import type { Pointer } from "../engine/work.ts";
import type { ReadOrder } from "../sitoo/api.ts";
import type { BatchCommit } from "../store/store.ts";
import type { Checkpoint, NewPointer } from "../store/rows.ts";
import type { PipelineContext } from "./context.ts";
import { readingsOf } from "./fetched.ts";
import type { Fetched } from "./fetched.ts";

/** Orders in one batch, at most: a longer page is committed in parts. */
const ordersPerBatch = 100;

/** A commit that changes nothing but what is put into it. */
export const emptyCommit: BatchCommit = {
  before: new Map(),
  ledger: [],
  dead: [],
  links: [],
  pointers: [],
  done: [],
  receipts: [],
  missedWindow: 0,
};

/**
 * Walks through history by ascending order id, page by page, ahead of the checkpoint in the store. The
 * checkpoint itself moves with the outcomes of each batch. After a failure `reset()` goes back to it.
 */
export class HistoryReader {
  readonly #context: PipelineContext;
  readonly #commit: (batch: BatchCommit) => Promise<void>;
  /** As last committed, or about to be. */
  #checkpoint: Checkpoint | undefined;
  /** The next id to read; ahead of the checkpoint. */
  #cursor = 0;
  #ready: Fetched[] = [];
  /** The end of the run has been read and waits for its turn. */
  #ending = false;

  constructor(context: PipelineContext, commit: (batch: BatchCommit) => Promise<void>) {
    this.#context = context;
    this.#commit = commit;
  }

  /** Forgets what was read ahead. */
  reset(): void {
    this.#checkpoint = undefined;
    this.#ready = [];
    this.#ending = false;
  }

  /** The next batch of history; `undefined` when no run is asked for or under way. Throws `ApiError`. */
  async next(signal: AbortSignal): Promise<Fetched | undefined> {
    if (this.#ready.length === 0 && !this.#ending) await this.#readAhead(signal);
    return this.#ready.shift();
  }

  async #readAhead(signal: AbortSignal): Promise<void> {
    const run = await this.#current(signal);
    if (run === undefined) return;
    const { history } = this.#context.pipeline;
    const from = Math.max(this.#cursor, run.next);
    const answer = run.to !== undefined && from >= run.to
      ? []
      : await this.#context.sitoo.readPage({
        from,
        sites: history?.sites ?? [],
        size: history?.pageSize ?? ordersPerBatch,
        ...(run.to === undefined ? {} : { to: run.to }),
      }, signal);
    const last = answer.at(-1);
    if (last === undefined) {
      this.#ready.push(this.#end());
      return;
    }
    this.#cursor = last.orderId + 1;
    for (let start = 0; start < answer.length; start += ordersPerBatch) {
      this.#ready.push(this.#batch(answer.slice(start, start + ordersPerBatch)));
    }
    if (run.to !== undefined && this.#cursor >= run.to) this.#ready.push(this.#end());
  }

  /** The run under way, begun if it was only asked for; `undefined` when there is none. */
  async #current(signal: AbortSignal): Promise<Checkpoint | undefined> {
    const stored = await this.#context.store.checkpoint();
    if (stored === undefined || (stored.state !== "requested" && stored.state !== "running")) {
      this.reset();
      return undefined;
    }
    if (this.#checkpoint !== undefined) return this.#checkpoint;
    this.#checkpoint = stored.state === "requested" ? await this.#begin(stored, signal) : stored;
    this.#cursor = this.#checkpoint.next;
    return this.#checkpoint;
  }

  /** Finds out where a run begins and ends, and how long it is. */
  async #begin(asked: Checkpoint, signal: AbortSignal): Promise<Checkpoint> {
    const { store, sitoo, clock, pipeline } = this.#context;
    const cutOver = await store.cutOver();
    const limit = asked.to ?? (cutOver === undefined ? undefined : cutOver + 1);
    const measured = await sitoo.measure({
      from: asked.next,
      sites: pipeline.history?.sites ?? [],
      ...(limit === undefined ? {} : { to: limit }),
      ...(asked.dateFrom === undefined ? {} : { dateFrom: asked.dateFrom }),
    }, signal);
    const begun: Checkpoint = {
      ...asked,
      state: "running",
      next: Math.max(asked.next, measured.first ?? asked.next),
      to: Math.min(limit ?? Infinity, (measured.last ?? asked.next - 1) + 1),
      total: asked.read + measured.count,
      updatedAt: clock.now(),
    };
    await this.#commit({ ...emptyCommit, checkpoint: begun });
    return begun;
  }

  #batch(orders: readonly ReadOrder[]): Fetched {
    const { clock, pipeline } = this.#context;
    const now = clock.now();
    const minAge = pipeline.history?.minAge ?? 0;
    const ripe: ReadOrder[] = [];
    const later: NewPointer[] = [];
    for (const read of orders) {
      const dueAt = read.ok ? read.order.orderdate * 1000 + minAge : now;
      if (dueAt <= now) ripe.push(read);
      else later.push(youngPointer(read, dueAt));
    }
    const ids = ripe.map((read) => read.orderId);
    const nextId = (orders.at(-1)?.orderId ?? 0) + 1;
    return {
      pointers: ripe.map((read) => historyPointer(read, now)),
      readings: readingsOf(ids, ripe),
      takeovers: 0,
      later,
      checkpoint: (tally) => this.#advance(nextId, orders.length, later.length, tally),
    };
  }

  #end(): Fetched {
    this.#ending = true;
    return {
      pointers: [],
      readings: new Map(),
      takeovers: 0,
      later: [],
      checkpoint: () => {
        const run = this.#known();
        const next = Math.max(run.next, run.to ?? run.next);
        const done: Checkpoint = {
          ...run,
          state: "done",
          next,
          updatedAt: this.#context.clock.now(),
        };
        this.reset();
        return done;
      },
    };
  }

  #advance(
    next: number,
    read: number,
    young: number,
    tally: ReadonlyMap<TallyName, number>,
  ): Checkpoint {
    const run = this.#known();
    const count = (name: TallyName): number => tally.get(name) ?? 0;
    const moved: Checkpoint = {
      ...run,
      next,
      read: run.read + read,
      young: run.young + young,
      delivered: run.delivered + count("delivered"),
      unchanged: run.unchanged + count("unchanged"),
      linked: run.linked + count("linked"),
      skipped: run.skipped + count("skipped"),
      waiting: run.waiting + count("waiting"),
      dead: run.dead + count("dead"),
      updatedAt: this.#context.clock.now(),
    };
    this.#checkpoint = moved;
    return moved;
  }

  #known(): Checkpoint {
    if (this.#checkpoint === undefined) throw new TypeError("No run of history is under way");
    return this.#checkpoint;
  }
}

function historyPointer(read: ReadOrder, now: number): Pointer {
  return {
    orderId: read.orderId,
    origin: "history",
    receivedAt: now,
    attempts: 0,
    force: false,
    rows: [],
    ...(read.ok ? { site: read.order.eshopid } : {}),
  };
}

/** History leaves an order that automations would still react to until it is old enough. */
function youngPointer(read: ReadOrder, dueAt: number): NewPointer {
  return {
    orderId: read.orderId,
    origin: "history",
    receivedAt: dueAt,
    dueAt,
    attempts: 0,
    ...(read.ok ? { site: read.order.eshopid } : {}),
  };
}
