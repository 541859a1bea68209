import type { Sharers } from "../http/rate_limiter.ts";
import type { Slot } from "../http/slot.ts";
import type { RefundLink } from "../records/refund_link.ts";
import type { ApiName } from "../http/error.ts";
import type { OrderRows } from "./order_rows.ts";
import type { StoreUnwritableError } from "./unwritable.ts";
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
  NewPointer,
  OutboxRow,
  QuarantineRow,
  ReceiptState,
  SweepRow,
} from "./rows.ts";

/** The orders that are being pushed, and how often their batch was taken over from a dead holder. */
export interface Claim {
  readonly ids: readonly number[];
  readonly takeovers: number;
}

/** The lane as its holder has it. Every fenced commit checks that nobody took it over. */
export interface LaneHold {
  readonly holder: string;
  /** Of the definition that the holder runs. */
  readonly fingerprint: string;
  /** Rises with every takeover. */
  readonly epoch: number;
  /** Epoch ms: when it took the lane. */
  readonly since?: number;
  readonly mode?: LaneMode;
  /** What the last holder had in hand when it was taken over, `takeovers` as that holder wrote it. */
  readonly inHand: Claim;
}

/** Who has the lane, as others see it. */
export interface LaneHolder {
  readonly holder: string;
  readonly fingerprint: string;
  /** Epoch ms: the lease ends then unless it is renewed. */
  readonly until: number;
  /** Epoch ms: when it took the lane; absent in what an older version wrote. */
  readonly since?: number;
  readonly mode?: LaneMode;
  /** How many orders of the batch in hand, for the status. */
  readonly inHand?: number;
}

/** What one webhook request leaves behind, committed together before it is answered. */
export interface Arrival {
  readonly pointers: readonly NewPointer[];
  readonly receipts: readonly OutboxRow[];
  readonly quarantine: readonly QuarantineRow[];
}

/** Everything that changes when a batch is through. */
export interface BatchCommit {
  /** Ledger rows as they were read before, for the counters; no entry: there was none. */
  readonly before: ReadonlyMap<number, LedgerRow>;
  /** New state of each order's ledger row. */
  readonly ledger: readonly LedgerRow[];
  /** Dead letters to write; orders in `ledger` with another outcome lose theirs. */
  readonly dead: readonly DeadLetter[];
  /** Replaces what each of these refunds had linked before. A link without lines is taken away. */
  readonly links: readonly RefundLink[];
  /** New rows: originals that are due again, retries, young orders. */
  readonly pointers: readonly NewPointer[];
  /** Rows that are through. */
  readonly done: readonly InboxRow[];
  /** Receipts asked for by `sale-closed`. Existing ids are left alone. */
  readonly receipts: readonly OutboxRow[];
  /** Closed sales for which none is asked for, by why: counted beside the skipped receipts. */
  readonly receiptsLeft?: Readonly<Record<string, number>>;
  readonly checkpoint?: Checkpoint;
  /** Holes in history to write, and those that are closed, by their first order id. */
  readonly holes?: { readonly open: readonly Hole[]; readonly closed: readonly number[] };
  readonly sweep?: SweepRow;
  /** Accepted orders to be read back; each takes the place of the order's former row. */
  readonly confirm?: readonly ConfirmRow[];
  /** Orders that need not be read back any more. */
  readonly confirmed?: readonly number[];
  /** How the lines of its orders match the account's products: lines that do, and each SKU of one that does not. */
  readonly products?: { readonly hits: number; readonly misses: readonly string[] };
  /** Orders of this batch that missed the four-hour window. */
  readonly missedWindow: number;
  /** What is in hand once this is committed. @default nothing */
  readonly inHand?: Claim;
}

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

/** Thrown when another process has taken the lane: stop, discard, change nothing. */
export class LaneLostError extends Error {
  override readonly name = "LaneLostError";
}

/** Thrown when a commit lost against others for good. */
export class StoreConflictError extends Error {
  override readonly name = "StoreConflictError";
}

/** Which dead letters are asked for. */
export interface DeadLetterPart {
  /** Only letters with this reason. */
  readonly reason?: string;
  /** Only order ids below this one: where the page before ended. */
  readonly before?: number;
}

/** Which receipts are asked for. */
export interface ReceiptPart {
  /** Only those that stand so. */
  readonly state?: ReceiptState;
  /** Only those asked for before this one: where the page before ended. */
  readonly before?: { readonly askedAt: number; readonly id: string };
}

/** Time figures of the inbox. */
export interface InboxSummary {
  /** Rows that are due now, and all rows; counting stops at `limit` rows. */
  readonly due: number;
  readonly later: number;
  /** Epoch ms of the oldest event that is due. */
  readonly oldest?: number;
  /** Epoch ms when the next row falls due. */
  readonly nextDueAt?: number;
}

/**
 * What survives of one pipeline. The only way to the key-value database: keys, limits, retries and
 * schema versions are the store's business. Times are epoch ms from the injected clock.
 */
export interface PipelineStore {
  /**
   * Commits what a webhook brought. Concurrent calls share a commit (one fsync). Resolves only after
   * the commit; rejects when nothing was written.
   */
  arrive(arrival: Arrival): Promise<void>;
  /** Rows due now, oldest first. */
  due(limit: number): Promise<readonly InboxRow[]>;
  inboxSummary(limit: number): Promise<InboxSummary>;
  /** All rows, due or not, by due time; streamed. */
  inboxRows(): AsyncIterable<InboxRow>;
  /** Events that could not be used, last one first; kept for 90 days. */
  quarantine(limit: number): Promise<readonly QuarantineRow[]>;

  /** Takes the lane if it is free or its lease has run out; `undefined` when somebody holds it. */
  acquireLane(
    holder: string,
    fingerprint: string,
    mode?: LaneMode,
  ): Promise<LaneHold | undefined>;
  /** Renews the lease and notes the batch in hand. Throws `LaneLostError`. */
  renewLane(hold: LaneHold, inHand: Claim): Promise<void>;
  /** Lets the lane go at once. Does nothing when it is lost already. */
  releaseLane(hold: LaneHold): Promise<void>;
  /** Who holds the lane now, if its lease is alive. */
  laneHolder(): Promise<LaneHolder | undefined>;

  /**
   * Commits a batch under the lane's fence, leaving in hand what it says. Throws `LaneLostError`, and
   * `RangeError` when the batch is more than one commit may hold.
   */
  commit(hold: LaneHold, batch: BatchCommit): Promise<void>;

  ledger(orderIds: readonly number[]): Promise<ReadonlyMap<number, LedgerRow>>;
  /** All rows from one order id to before another, ascending; streamed. */
  ledgerRange(from: number, to: number): AsyncIterable<LedgerRow>;
  links(originals: readonly number[]): Promise<ReadonlyMap<number, readonly RefundLink[]>>;
  /** The links that a refund order made, by its own id. */
  linksOf(refund: number): Promise<readonly RefundLink[]>;

  /** What stands in inbox and outbox for one order, and its dead letter. */
  orderRows(orderId: number): Promise<OrderRows>;

  checkpoint(): Promise<Checkpoint | undefined>;
  /**
   * Asks for a run; from then on only the lane's holder moves it. False while one has not ended.
   * `startedAt` tells runs apart: a commit of an older run no longer moves the checkpoint.
   */
  requestBackfill(checkpoint: Checkpoint): Promise<boolean>;
  /** What history went past and still has to read, lowest order id first. */
  holes(limit: number): Promise<readonly Hole[]>;

  /** Highest order id first; only a part of them, where `part` says which. */
  deadLetters(limit: number, part?: DeadLetterPart): Promise<readonly DeadLetter[]>;
  deadLetter(orderId: number): Promise<DeadLetter | undefined>;
  /**
   * Takes letters away that still stand as given; returns how many. The ledger goes on saying that their orders
   * are dead.
   */
  discardDead(letters: readonly DeadLetter[]): Promise<number>;

  /** Receipts that are due, oldest first. */
  dueReceipts(limit: number): Promise<readonly OutboxRow[]>;
  /** Last asked first; only a part of them, where `part` says which. */
  receipts(limit: number, part?: ReceiptPart): Promise<readonly OutboxRow[]>;
  receipt(id: string): Promise<OutboxRow | undefined>;
  /** Moves a receipt on, if it still stands as `from` says; false when somebody else moved it. */
  moveReceipt(from: OutboxRow, to: OutboxRow): Promise<boolean>;

  /** Accepted orders that are due to be read back, oldest first. */
  toConfirm(limit: number): Promise<readonly ConfirmRow[]>;
  counters(): Promise<Counters>;
  /** What happened in each five minutes from a time on, oldest first; those without anything are left out. */
  activity(from: number): Promise<readonly ActivityRow[]>;
  sweep(): Promise<SweepRow | undefined>;
  connections(): Promise<ReadonlyMap<ApiName, ConnectionRow>>;
  setConnection(api: ApiName, row: ConnectionRow): Promise<void>;
  /** Stops a run that has not ended; the lane's holder sees it with its next commit. */
  cancelBackfill(): Promise<void>;
  /** What is known of the account behind the label. */
  account(): Promise<AccountRow | undefined>;
  setAccount(row: AccountRow): Promise<void>;
  /** What stages keep across restarts. */
  readonly cache: StoreCache;
  /** The highest order id when the first server started; set once. */
  cutOver(): Promise<number | undefined>;
  setCutOver(orderId: number): Promise<void>;
  /** Orders below this id may have been pruned; absent: nothing was pruned yet. */
  keptFrom(): Promise<number | undefined>;
  /**
   * Takes the ledger rows of orders below an id away, those that came to a quiet end before `endedBefore` (epoch
   * ms): delivered, linked and skipped ones. Waiting and dead orders stay, and so do the links of refunds. The
   * counters tell what is left. What was done stays done when aborted.
   */
  prune(options: PruneOptions): AsyncIterable<number>;
  /** Calls back, in this process, after rows were added. Returns how to stop it. */
  onArrival(listener: () => void): () => void;
}

/** What is to be pruned. */
export interface PruneOptions {
  /** Exclusive. */
  readonly below: number;
  /** Epoch ms. */
  readonly endedBefore: number;
}

/** Small derived values with an age limit; see `StageCache`. */
export interface StoreCache {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, maxAge: number): Promise<void>;
}

/** The store of an installation. */
export interface Store extends AsyncDisposable {
  pipeline(name: string, account: string): PipelineStore;
  /** The key of all keyed hashes when none is configured: made once, kept in the store. */
  secret(): Promise<string>;
  /** Remembers the keyed hash of an address whose person asked to be forgotten. */
  forget(emailHash: string): Promise<void>;
  forgotten(emailHashes: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * One task at a time over all processes on this store, with `gap` ms between two. The same name gives
   * the same slot; its first `gap` holds.
   */
  slot(name: string, options: { readonly gap: number }): Slot;
  /** Among how many processes on this store a rate is divided at the moment. */
  sharers(name: string): Sharers;
  /** Whether the store answers, for `/readyz`. */
  ping(): Promise<boolean>;
  /** Why what is written is not taken, such as a full disk; absent when it is. */
  refusal(): StoreUnwritableError | undefined;
}
