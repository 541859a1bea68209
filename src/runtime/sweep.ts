import { getLogger } from "@logtape/logtape";
import { backoff } from "../engine/backoff.ts";
import { markHash } from "../engine/content_hash.ts";
import type { ApiError } from "../http/error.ts";
import type { OrderMark } from "../sitoo/api.ts";
import type { WebhookSource } from "../stages/contract.ts";
import type { NewPointer, SweepRow } from "../store/rows.ts";
import { type BatchCommit, emptyCommit } from "../store/store.ts";
import { localDay, localTime } from "../time/zone.ts";
import type { PipelineContext } from "./context.ts";
import { mayBeThePage } from "./page_reader.ts";
import { givesOrders } from "./sitoo_probe.ts";

const logger = getLogger(["tillpipe", "sweep"]);

/** Ids looked at again: Sitoo does not rule out that a lower id is committed after a higher one. */
const overlap = 200;
const marksPerPage = 500;
/** ms that the sweep waits after a failure of its own, at first and at most. */
const firstWait = 30_000;
const longestWait = 600_000;
/** Failures of its own in a row after which an operator is told, once. */
const failuresTold = 3;

/** A look that is under way, a page at a time. */
interface Look {
  readonly kind: "new" | "changed";
  readonly from: number;
  /** Unix seconds. */
  readonly dateFrom?: number;
  /** Orders from this id on that the ledger does not know are made due. */
  readonly unknownFrom: number;
}

/**
 * Heals what a lost event left behind: looks for new order ids every few minutes, and once a day for
 * orders that changed. Reads only what tells whether an order has changed; what differs becomes due.
 */
export class Sweep {
  readonly #context: PipelineContext;
  readonly #source: WebhookSource;
  readonly #commit: (batch: BatchCommit) => Promise<void>;
  #look: Look | undefined;
  #row: SweepRow | undefined;
  #zone: string | undefined;
  /** Failures in a row of the sweep's own, and by the monotonic clock when it may ask again. */
  #failures = 0;
  #dueAt = -Infinity;

  constructor(
    context: PipelineContext,
    source: WebhookSource,
    commit: (batch: BatchCommit) => Promise<void>,
  ) {
    this.#context = context;
    this.#source = source;
    this.#commit = commit;
  }

  /**
   * Does one page if a look is due or under way. How many orders it made due. Where Sitoo fails on the sweep's
   * questions alone, only the sweep waits; an outage's `ApiError` is thrown.
   */
  async step(signal: AbortSignal): Promise<number> {
    if (this.#context.clock.monotonic() < this.#dueAt) return 0;
    try {
      const due = await this.#step(signal);
      this.#failures = 0;
      return due;
    } catch (error) {
      if (!mayBeThePage(error) || !await givesOrders(this.#context.sitoo, signal)) throw error;
      this.#wait(error);
      return 0;
    }
  }

  #wait(error: ApiError): void {
    const { clock, random, alert, pipeline } = this.#context;
    this.reset();
    this.#failures++;
    const wait = backoff(this.#failures, { first: firstWait, longest: longestWait, random });
    this.#dueAt = clock.monotonic() + wait;
    const text =
      `The sweep finds no lost events, since Sitoo fails on its question: ${error.message}`;
    logger.error("{text}", { text });
    if (this.#failures === failuresTold) alert?.(`${pipeline.definition.name}: ${text}`);
  }

  async #step(signal: AbortSignal): Promise<number> {
    const row = this.#row ?? await this.#begin(signal);
    this.#look ??= await this.#due(row, signal);
    return this.#look === undefined ? 0 : await this.#page(row, this.#look, signal);
  }

  /** Ends a look after a failure; it starts again when it is next due. */
  reset(): void {
    this.#look = undefined;
    this.#row = undefined;
  }

  /** The first server stores where live begins (T0), and what it knows from then on. */
  async #begin(signal: AbortSignal): Promise<SweepRow> {
    const { store, sitoo, clock } = this.#context;
    const known = await store.sweep();
    if (known !== undefined && await store.cutOver() !== undefined) return this.#row = known;
    const { last } = await sitoo.measure({ from: 0, sites: this.#source.sites }, signal);
    await store.setCutOver(last ?? 0);
    const cutOver = await store.cutOver() ?? last ?? 0;
    logger.info("Live orders begin after order {cutOver}", { cutOver });
    const row: SweepRow = {
      next: cutOver + 1,
      newAt: clock.now(),
      changedDay: await this.#today(signal),
      healed: 0,
    };
    await this.#commit({ ...emptyCommit, sweep: row });
    return this.#row = row;
  }

  async #due(row: SweepRow, signal: AbortSignal): Promise<Look | undefined> {
    const { clock, store, pipeline } = this.#context;
    const { sweep } = this.#source;
    const firstLive = (await store.cutOver() ?? 0) + 1;
    if (clock.now() - row.newAt >= sweep.newEvery) {
      const from = Math.max(firstLive, row.next - overlap);
      return { kind: "new", from, unknownFrom: firstLive };
    }
    const zone = await this.#zoneName(signal);
    const isTime = localTime(clock.now(), zone) >= sweep.changedAt;
    if (!isTime || await this.#today(signal) === row.changedDay) return undefined;
    return {
      kind: "changed",
      from: pipeline.history?.enabled === true ? 0 : firstLive,
      dateFrom: Math.floor((clock.now() - sweep.back) / 1000),
      unknownFrom: firstLive,
    };
  }

  async #page(row: SweepRow, look: Look, signal: AbortSignal): Promise<number> {
    const { sitoo, clock } = this.#context;
    const { marks, isLast } = await sitoo.readMarks({
      from: look.from,
      sites: this.#source.sites,
      size: marksPerPage,
      ...(look.dateFrom === undefined ? {} : { dateFrom: look.dateFrom }),
    }, signal);
    const last = marks.at(-1);
    const pointers = await this.#differing(marks, look);
    const isOver = isLast || last === undefined;
    const next: SweepRow = {
      ...row,
      next: Math.max(row.next, (last?.orderId ?? 0) + 1),
      healed: row.healed + pointers.length,
      ...(isOver && look.kind === "new" ? { newAt: clock.now() } : {}),
      ...(isOver && look.kind === "changed" ? { changedDay: await this.#today(signal) } : {}),
    };
    await this.#commit({ ...emptyCommit, pointers, sweep: next });
    if (pointers.length > 0) {
      logger.info("Orders made due by the sweep: {orders}", { orders: pointers.length });
    }
    this.#row = next;
    this.#look = isOver ? undefined : { ...look, from: last.orderId + 1 };
    return pointers.length;
  }

  async #differing(marks: readonly OrderMark[], look: Look): Promise<readonly NewPointer[]> {
    const { store, clock, keyedHash } = this.#context;
    const rows = await store.ledger(marks.map((mark) => mark.orderId));
    const now = clock.now();
    return marks.filter((mark) => {
      const row = rows.get(mark.orderId);
      if (row === undefined) return mark.orderId >= look.unknownFrom;
      return row.mark !== markHash(mark.text, keyedHash);
    }).map((mark) => ({
      orderId: mark.orderId,
      origin: "sweep",
      receivedAt: now,
      dueAt: now,
      attempts: 0,
    }));
  }

  async #today(signal: AbortSignal): Promise<string> {
    return localDay(this.#context.clock.now(), await this.#zoneName(signal));
  }

  async #zoneName(signal: AbortSignal): Promise<string> {
    const { transform } = this.#context.pipeline;
    return this.#zone ??= await transform.zone?.(this.#source.sites[0], signal) ?? "UTC";
  }
}
