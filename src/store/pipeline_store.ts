import type { ApiName } from "../http/error.ts";
import type { RefundLink } from "../records/refund_link.ts";
import type { Clock } from "../time/clock.ts";
import { Activity } from "./activity.ts";
import type { Arrivals } from "./arrivals.ts";
import { commitBatch } from "./batch.ts";
import { KvCache } from "./cache.ts";
import { Confirmations } from "./confirmations.ts";
import { NO_COUNTS } from "./counters.ts";
import type { Database } from "./database.ts";
import { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import { Inbox } from "./inbox.ts";
import { accountScope, connectionKey, pipelineScope, singleKey } from "./keys.ts";
import { Lane } from "./lane.ts";
import { Ledger } from "./ledger.ts";
import { type OrderRows, readOrderRows } from "./order_rows.ts";
import { Outbox } from "./outbox.ts";
import { ProductMatches } from "./product_matches.ts";
import { Pruning } from "./pruning.ts";
import { readRow } from "./reading.ts";
import {
  accountCodec,
  connectionCodec,
  numberCodec,
  orderCountsCodec,
  sweepCodec,
} from "./row_codecs.ts";
import type {
  AccountRow,
  ActivityRow,
  Checkpoint,
  ConfirmRow,
  ConnectionRow,
  Counters,
  DeadLetter,
  Hole,
  InboxRow,
  LaneMode,
  LedgerRow,
  OutboxRow,
  QuarantineRow,
  SweepRow,
} from "./rows.ts";
import type {
  Arrival,
  BatchCommit,
  Claim,
  DeadLetterPart,
  InboxSummary,
  LaneHold,
  LaneHolder,
  PipelineStore,
  PruneOptions,
  ReceiptPart,
  StoreCache,
} from "./store.ts";

const apiNames: readonly ApiName[] = ["sitoo", "ometria", "ometriaEmail"];

/** What the parts of a store share within a process. */
export interface PipelineStoreOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly hub: Hub;
  readonly arrivals: Arrivals;
  /** Never the same twice, in any process. */
  readonly unique: () => string;
  readonly name: string;
  readonly account: string;
}

/**
 * One pipeline's part of the database. The inbox and the lane belong to the pipeline; what is known of
 * Ometria belongs to the pipeline under an account label.
 */
export class KvPipelineStore implements PipelineStore {
  readonly cache: StoreCache;
  readonly #options: PipelineStoreOptions;
  readonly #pipeline: string;
  readonly #account: string;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #ledger: Ledger;
  readonly #history: History;
  readonly #pruning: Pruning;
  readonly #lane: Lane;
  readonly #confirmations: Confirmations;
  readonly #activity: Activity;
  readonly #products: ProductMatches;

  constructor(options: PipelineStoreOptions) {
    const { db, clock, name, account } = options;
    this.#options = options;
    this.#pipeline = pipelineScope(name);
    this.#account = accountScope(name, account);
    this.#inbox = new Inbox(db, this.#pipeline, options.unique);
    this.#outbox = new Outbox(db, this.#account);
    this.#ledger = new Ledger(db, this.#account);
    this.#pruning = new Pruning(db, this.#account, this.#ledger);
    this.#confirmations = new Confirmations(db, this.#account);
    this.#activity = new Activity(db, this.#account, clock);
    this.#products = new ProductMatches(db, this.#account, clock);
    this.#history = new History(db, this.#account, clock);
    const names = { scope: this.#account, pipeline: name, account };
    this.#lane = new Lane(db, { scope: this.#pipeline, names, clock });
    this.cache = new KvCache(db, this.#account, clock);
  }

  async arrive(arrival: Arrival): Promise<void> {
    await this.#options.arrivals.add(arrival, { inbox: this.#inbox, outbox: this.#outbox });
    this.#options.hub.notify(this.#pipeline);
  }

  due(limit: number): Promise<readonly InboxRow[]> {
    return this.#inbox.due(this.#options.clock.now(), limit);
  }

  inboxSummary(limit: number): Promise<InboxSummary> {
    return this.#inbox.summary(this.#options.clock.now(), limit);
  }

  inboxRows(): AsyncIterable<InboxRow> {
    return this.#inbox.rows();
  }

  quarantine(limit: number): Promise<readonly QuarantineRow[]> {
    return this.#inbox.quarantine(limit);
  }

  acquireLane(
    holder: string,
    fingerprint: string,
    mode?: LaneMode,
  ): Promise<LaneHold | undefined> {
    return this.#lane.acquire(holder, fingerprint, mode);
  }

  renewLane(hold: LaneHold, inHand: Claim): Promise<void> {
    return this.#lane.renew(hold, inHand);
  }

  releaseLane(hold: LaneHold): Promise<void> {
    return this.#lane.release(hold);
  }

  laneHolder(): Promise<LaneHolder | undefined> {
    return this.#lane.holder();
  }

  async commit(hold: LaneHold, batch: BatchCommit): Promise<void> {
    await commitBatch(
      {
        db: this.#options.db,
        scope: this.#account,
        lane: this.#lane,
        inbox: this.#inbox,
        ledger: this.#ledger,
        outbox: this.#outbox,
        history: this.#history,
        confirmations: this.#confirmations,
        activity: this.#activity,
        products: this.#products,
      },
      hold,
      batch,
    );
    const now = this.#options.clock.now();
    const isDue = batch.pointers.some((pointer) => pointer.dueAt <= now);
    if (isDue || batch.receipts.length > 0) this.#options.hub.notify(this.#pipeline);
  }

  ledger(orderIds: readonly number[]): Promise<ReadonlyMap<number, LedgerRow>> {
    return this.#ledger.rows(orderIds);
  }

  ledgerRange(from: number, to: number): AsyncIterable<LedgerRow> {
    return this.#ledger.range(from, to);
  }

  links(originals: readonly number[]): Promise<ReadonlyMap<number, readonly RefundLink[]>> {
    return this.#ledger.links(originals);
  }

  linksOf(refund: number): Promise<readonly RefundLink[]> {
    return this.#ledger.linksOf(refund);
  }

  orderRows(orderId: number): Promise<OrderRows> {
    const parts = { inbox: this.#inbox, outbox: this.#outbox, ledger: this.#ledger };
    return readOrderRows(orderId, parts);
  }

  checkpoint(): Promise<Checkpoint | undefined> {
    return this.#history.checkpoint();
  }

  async requestBackfill(checkpoint: Checkpoint): Promise<boolean> {
    const isAsked = await this.#history.request(checkpoint);
    if (isAsked) this.#options.hub.notify(this.#pipeline);
    return isAsked;
  }

  holes(limit: number): Promise<readonly Hole[]> {
    return this.#history.holes(limit);
  }

  cancelBackfill(): Promise<void> {
    return this.#history.cancel();
  }

  deadLetters(limit: number, part?: DeadLetterPart): Promise<readonly DeadLetter[]> {
    return this.#ledger.deadLetters(limit, part);
  }

  deadLetter(orderId: number): Promise<DeadLetter | undefined> {
    return this.#ledger.deadLetter(orderId);
  }

  discardDead(letters: readonly DeadLetter[]): Promise<number> {
    return this.#ledger.discardDead(letters);
  }

  dueReceipts(limit: number): Promise<readonly OutboxRow[]> {
    return this.#outbox.due(this.#options.clock.now(), limit);
  }

  receipts(limit: number, part?: ReceiptPart): Promise<readonly OutboxRow[]> {
    return this.#outbox.latest(limit, part);
  }

  receipt(id: string): Promise<OutboxRow | undefined> {
    return this.#outbox.get(id);
  }

  moveReceipt(from: OutboxRow, to: OutboxRow): Promise<boolean> {
    return this.#outbox.move(from, to);
  }

  toConfirm(limit: number): Promise<readonly ConfirmRow[]> {
    return this.#confirmations.due(this.#options.clock.now(), limit);
  }

  async counters(): Promise<Counters> {
    const [entry, { states, skipped }, products] = await Promise.all([
      this.#options.db.get(singleKey(this.#account, "counters")),
      this.#outbox.counts(),
      this.#products.row(),
    ]);
    return {
      ...readRow(orderCountsCodec, entry) ?? NO_COUNTS,
      receipts: states,
      receiptsSkipped: skipped,
      ...(products === undefined ? {} : { products }),
    };
  }

  activity(from: number): Promise<readonly ActivityRow[]> {
    return this.#activity.rows(from);
  }

  async sweep(): Promise<SweepRow | undefined> {
    return readRow(sweepCodec, await this.#options.db.get(singleKey(this.#account, "sweep")));
  }

  async connections(): Promise<ReadonlyMap<ApiName, ConnectionRow>> {
    const keys = apiNames.map((api) => connectionKey(this.#account, api));
    const entries = await this.#options.db.getMany(keys);
    const rows = new Map<ApiName, ConnectionRow>();
    for (const [index, api] of apiNames.entries()) {
      const entry = entries[index];
      const row = entry === undefined ? undefined : readRow(connectionCodec, entry);
      if (row !== undefined) rows.set(api, row);
    }
    return rows;
  }

  async setConnection(api: ApiName, row: ConnectionRow): Promise<void> {
    const write = { key: connectionKey(this.#account, api), value: connectionCodec.encode(row) };
    await this.#options.db.transact((draft) => draft.set(write));
  }

  async account(): Promise<AccountRow | undefined> {
    return readRow(accountCodec, await this.#options.db.get(singleKey(this.#account, "account")));
  }

  async setAccount(row: AccountRow): Promise<void> {
    const write = { key: singleKey(this.#account, "account"), value: accountCodec.encode(row) };
    await this.#options.db.transact((draft) => draft.set(write));
  }

  async cutOver(): Promise<number | undefined> {
    const entry = await this.#options.db.get(singleKey(this.#account, "cutover"));
    return readRow(numberCodec, entry)?.value;
  }

  async setCutOver(orderId: number): Promise<void> {
    await this.#options.db.transact(async (draft) => {
      const entry = await this.#options.db.get(singleKey(this.#account, "cutover"));
      if (readRow(numberCodec, entry) !== undefined) return;
      draft.check(entry);
      draft.set({ key: entry.key, value: numberCodec.encode({ value: orderId }) });
    });
  }

  keptFrom(): Promise<number | undefined> {
    return this.#pruning.keptFrom();
  }

  prune(options: PruneOptions): AsyncIterable<number> {
    return this.#pruning.prune(options);
  }

  onArrival(listener: () => void): () => void {
    return this.#options.hub.listen(this.#pipeline, listener);
  }
}
