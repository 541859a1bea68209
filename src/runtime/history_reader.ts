import type { TallyName } from "../engine/settle.ts";
import type { ReadOrder } from "../sitoo/api.ts";
import type { Checkpoint, Hole } from "../store/rows.ts";
import { type BatchCommit, emptyCommit } from "../store/store.ts";
import type { PipelineContext } from "./context.ts";
import type { Fetched } from "./fetched.ts";
import { batchOf, nothing, withHole, withOutcomes } from "./history_batch.ts";
import { HistoryStart } from "./history_start.ts";
import { type HoleAnswer, HoleReader } from "./hole_reader.ts";
import { type PageAnswer, PageReader } from "./page_reader.ts";

/** Orders in one batch, at most: a longer page is committed in parts. */
const ordersPerBatch = 100;

const noOrders: PageAnswer = { kind: "page", orders: [] };

type Tally = ReadonlyMap<TallyName, number>;

/** A run and where it stands, as last committed or about to be. A batch of a run never moves another one. */
interface Run {
  checkpoint: Checkpoint;
}

/**
 * Walks through history by ascending order id, page by page, ahead of the checkpoint in the store. The
 * checkpoint itself moves with the outcomes of each batch. After a failure `reset()` goes back to it.
 */
export class HistoryReader {
  readonly #context: PipelineContext;
  readonly #commit: (batch: BatchCommit) => Promise<void>;
  #run: Run | undefined;
  /** The next id to read; ahead of the checkpoint. */
  #cursor = 0;
  /** What has been read and waits, as it is put together when its turn comes. */
  #ready: (() => Fetched)[] = [];
  /** Orders that live has read since the page was read whose parts wait. */
  readonly #overtaken = new Set<number>();
  /** The end of the run has been read and waits for its turn. */
  #ending = false;
  readonly #pages: PageReader;
  readonly #holes: HoleReader;
  readonly #start: HistoryStart;

  constructor(context: PipelineContext, commit: (batch: BatchCommit) => Promise<void>) {
    const { history } = context.pipeline;
    this.#context = context;
    this.#commit = commit;
    this.#pages = new PageReader({
      sitoo: context.sitoo,
      sites: history?.sites ?? [],
      size: history?.pageSize ?? ordersPerBatch,
    });
    this.#holes = new HoleReader(context);
    this.#start = new HistoryStart(context);
  }

  /** Forgets what was read ahead. */
  reset(): void {
    this.#forget();
    this.#holes.reset();
  }

  #forget(): void {
    this.#run = undefined;
    this.#ready = [];
    this.#overtaken.clear();
    this.#ending = false;
  }

  /** Live reads these orders: what history has read of them before is not to be sent after that. */
  overtaken(ids: readonly number[]): void {
    if (this.#ready.length === 0) return;
    for (const id of ids) this.#overtaken.add(id);
  }

  /**
   * The next batch of history; `undefined` when no run is asked for or under way, and no hole that one left is
   * due to be tried again. Throws `ApiError`.
   */
  async next(signal: AbortSignal): Promise<Fetched | undefined> {
    if (this.#ready.length === 0 && !this.#ending) await this.#readAhead(signal);
    return this.#ready.shift()?.();
  }

  async #readAhead(signal: AbortSignal): Promise<void> {
    this.#overtaken.clear();
    const run = await this.#current(signal);
    if (run === undefined) return;
    const { next, to } = run.checkpoint;
    const from = Math.max(this.#cursor, next);
    const range = { from, ...(to === undefined ? {} : { to }) };
    const isOver = to !== undefined && from >= to;
    const answer = isOver ? noOrders : await this.#pages.read(range, signal);
    if (answer.kind === "hole") {
      this.#cursor = answer.to;
      const past = await this.#goPast(run, answer);
      this.#ready.push(() => past);
      return;
    }
    const last = answer.orders.at(-1);
    if (last === undefined) {
      const again = await this.#holes.atEnd(signal);
      const batch = again === undefined ? this.#end(run) : this.#atEnd(run, again);
      this.#ready.push(() => batch);
      return;
    }
    this.#cursor = last.orderId + 1;
    this.#ready.push(...this.#batches(run, answer.orders));
  }

  /** The run under way, begun if it was only asked for; `undefined` when there is none. */
  async #current(signal: AbortSignal): Promise<Run | undefined> {
    const stored = await this.#context.store.checkpoint();
    if (stored === undefined || (stored.state !== "requested" && stored.state !== "running")) {
      this.#forget();
      if ((stored?.holes ?? 0) > 0) await this.#patrol(signal);
      return undefined;
    }
    if (this.#run?.checkpoint.startedAt === stored.startedAt) return this.#run;
    this.#forget();
    const known = stored.state === "requested" ? await this.#begin(stored, signal) : stored;
    if (known === undefined) return undefined;
    this.#cursor = known.next;
    return this.#run = { checkpoint: { ...known, holes: await this.#holes.count() } };
  }

  /** Finds out where a run begins and ends, and how long it is; `undefined` where it cannot begin now. */
  async #begin(asked: Checkpoint, signal: AbortSignal): Promise<Checkpoint | undefined> {
    const { store, clock, pipeline } = this.#context;
    const cutOver = await store.cutOver();
    const limit = asked.to ?? (cutOver === undefined ? undefined : cutOver + 1);
    const measured = await this.#start.measure(asked, {
      from: asked.next,
      sites: pipeline.history?.sites ?? [],
      ...(limit === undefined ? {} : { to: limit }),
      ...(asked.dateFrom === undefined ? {} : { dateFrom: asked.dateFrom }),
    }, signal);
    if (measured.kind === "later") return undefined;
    if (measured.kind === "failed") {
      const { error } = measured;
      const failed: Checkpoint = { ...asked, state: "failed", error, updatedAt: clock.now() };
      await this.#commit({ ...emptyCommit, checkpoint: failed });
      return undefined;
    }
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

  /** Between runs: a hole that is due is tried again, and what comes of it counts for the run that left it. */
  async #patrol(signal: AbortSignal): Promise<void> {
    const { store, pipeline, clock } = this.#context;
    if (pipeline.history?.enabled !== true) return;
    const answer = await this.#holes.due(signal);
    // Read last: no batch of holes is under way now that could move it.
    const ended = answer === undefined ? undefined : await store.checkpoint();
    if (answer === undefined || ended === undefined) return;
    const batch = this.#batch(answer.orders);
    this.#ready.push(() => ({
      ...batch,
      holes: answer.change,
      checkpoint: (tally) => ({
        ...withHole(ended, { answer, batch, tally }),
        updatedAt: clock.now(),
      }),
    }));
  }

  /** A hole that was tried again before the end of the run. */
  #atEnd(run: Run, answer: HoleAnswer): Fetched {
    const batch = this.#batch(answer.orders);
    return {
      ...batch,
      holes: answer.change,
      checkpoint: this.#moving(run, (from, tally) => withHole(from, { answer, batch, tally })),
    };
  }

  /** Records a hole, with which the checkpoint may move past it. */
  async #goPast(run: Run, hole: Pick<Hole, "from" | "to" | "detail">): Promise<Fetched> {
    const isNew = !await this.#holes.isOpen(hole.from);
    return {
      ...nothing,
      holes: { open: [this.#holes.opened(hole)], closed: [] },
      checkpoint: this.#moving(run, (from) => {
        const holes = (from.holes ?? 0) + (isNew ? 1 : 0);
        return { ...from, next: hole.to, holes };
      }),
    };
  }

  /** A page in parts that one commit holds. */
  #batches(run: Run, orders: readonly ReadOrder[]): readonly (() => Fetched)[] {
    const batches: (() => Fetched)[] = [];
    for (let start = 0; start < orders.length; start += ordersPerBatch) {
      const part = orders.slice(start, start + ordersPerBatch);
      const next = (part.at(-1)?.orderId ?? 0) + 1;
      batches.push(() => {
        const batch = this.#batch(part);
        return {
          ...batch,
          checkpoint: this.#moving(run, (from, tally) => ({
            ...withOutcomes(from, { batch, read: part.length, tally }),
            next,
          })),
        };
      });
    }
    return batches;
  }

  #batch(orders: readonly ReadOrder[]): Fetched {
    const { clock, pipeline } = this.#context;
    return batchOf(orders, {
      now: clock.now(),
      minAge: pipeline.history?.minAge ?? 0,
      overtaken: this.#overtaken,
    });
  }

  #end(run: Run): Fetched {
    this.#ending = true;
    return {
      ...nothing,
      checkpoint: this.#moving(run, (from) => {
        if (this.#run === run) this.reset();
        const { next, to } = from;
        return { ...from, state: "done", next: Math.max(next, to ?? next) };
      }),
    };
  }

  /** Asked again (outcomes that one commit does not hold are worked out anew), it starts from the same place. */
  #moving(
    run: Run,
    change: (from: Checkpoint, tally: Tally) => Checkpoint,
  ): (tally: Tally) => Checkpoint {
    let from: Checkpoint | undefined;
    return (tally) => {
      from ??= run.checkpoint;
      return run.checkpoint = { ...change(from, tally), updatedAt: this.#context.clock.now() };
    };
  }
}
