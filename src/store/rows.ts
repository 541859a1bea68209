import type { ExpectedOrder } from "../records/expected_order.ts";
import type { Origin } from "../records/order_ref.ts";
import type { DecimalString } from "../records/sitoo_order.ts";

/** How an order stands, for every order ever looked at. `due` is not stored: it is an inbox row. */
export type OutcomeName = "delivered" | "linked" | "skipped" | "waiting" | "dead";

/** What kind of process has the lane: one that stays, or one that brings history and ends. */
export type LaneMode = "server" | "backfill";

/** A pointer to an order that is to be looked at. No personal data. */
export interface NewPointer {
  readonly orderId: number;
  readonly site?: number;
  readonly origin: Origin;
  /** Epoch ms: not before then. */
  readonly dueAt: number;
  /** Epoch ms: when the event was taken, for the lag. */
  readonly receivedAt: number;
  /** Failures so far. */
  readonly attempts: number;
  /**
   * Send even if the content is the same as last time: Ometria may have got something since that the ledger
   * does not know of.
   */
  readonly force?: boolean;
}

/** A pointer in the inbox. `key` is opaque to all but the store. */
export interface InboxRow extends NewPointer {
  readonly key: Deno.KvKey;
}

/** One step of an order's story: when, what, and the figures. No personal data. */
export interface Step {
  /** Epoch ms. */
  readonly at: number;
  readonly what: string;
  readonly detail?: string;
}

/** What is kept of an order, under an Ometria account label. At most 1 KiB. */
export interface LedgerRow {
  readonly orderId: number;
  readonly outcome: OutcomeName;
  /** The rule of a skip, the reason of a wait or of a dead order. */
  readonly rule?: string;
  /** Epoch ms of the outcome. */
  readonly at: number;
  /** Epoch ms since when it has been waiting, while it is. */
  readonly since?: number;
  /** Epoch ms of the pointer that will look at a waiting order again. */
  readonly nextLookAt?: number;
  /** Keyed hash of what Ometria last accepted; absent: nothing yet. */
  readonly hash?: string;
  /** The id at Ometria. */
  readonly sentId?: string;
  readonly total?: DecimalString;
  readonly currency?: string;
  readonly store?: string;
  /** Local day of the sale, `YYYY-MM-DD`. */
  readonly day?: string;
  /** Epoch ms. */
  readonly acceptedAt?: number;
  /** Epoch ms. */
  readonly confirmedAt?: number;
  /** Keyed hash of the order's mark when it was last read, for the sweep. */
  readonly mark?: string;
  /** The last eight. */
  readonly steps: readonly Step[];
}

/** An order that needs an operator. */
export interface DeadLetter {
  readonly orderId: number;
  readonly site?: number;
  readonly reason: string;
  readonly detail: string;
  /** Epoch ms. */
  readonly at: number;
  readonly attempts: number;
}

/** How far history has come. */
export interface Checkpoint {
  readonly state: "requested" | "running" | "done" | "failed" | "stopped";
  /** The next order id to read. */
  readonly next: number;
  /** End of the run, exclusive. */
  readonly to?: number;
  /** Unix seconds: first page only. */
  readonly dateFrom?: number;
  /** Orders the run covers, as counted at its start. */
  readonly total: number;
  /** Orders read so far, in this run and those it continues. */
  readonly read: number;
  readonly delivered: number;
  readonly unchanged: number;
  readonly linked: number;
  readonly skipped: number;
  readonly waiting: number;
  readonly dead: number;
  /** Left for later because they are younger than `min_age`. */
  readonly young: number;
  /** Holes that it left behind and that are still open; see {@linkcode Hole}. @default 0 */
  readonly holes?: number;
  /** Unix seconds: from here on all orders up to `next` have been read, by this run or those before it. */
  readonly since?: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly fingerprint: string;
  /** Why it failed. */
  readonly error?: string;
}

/**
 * Orders that history went past because Sitoo gave no usable answer for them, time and again. The only thing
 * that a checkpoint may pass without an outcome.
 */
export interface Hole {
  /** First order id, and the end, exclusive. */
  readonly from: number;
  readonly to: number;
  /** Epoch ms at which history went past it. */
  readonly since: number;
  /** Epoch ms: not tried again before then. */
  readonly dueAt: number;
  /** How often it was tried again. */
  readonly tries: number;
  /** What failed, without personal data. */
  readonly detail: string;
}

/** All states of a receipt. */
export const receiptStates = [
  "asked",
  "reserved",
  "sent",
  "refused",
  "unknown",
  "expired",
  "no-address",
  "skipped",
] as const;

/** State of a receipt. `asked` and `reserved` are on the way; the others are ends. */
export type ReceiptState = typeof receiptStates[number];

/** What an operator did about a receipt. Who it was is not kept. */
export interface ReceiptStep {
  /** Epoch ms. */
  readonly at: number;
  readonly act: "resend" | "mark-sent";
  /** How the receipt stood before. */
  readonly from: ReceiptState;
}

/** One request for a receipt. Ids only, no address. */
export interface OutboxRow {
  /** The till's event id, or `sale-<orderid>`. */
  readonly id: string;
  readonly orderId: number;
  readonly site?: number;
  readonly state: ReceiptState;
  /** Epoch ms of the request; `max_age` counts from here. */
  readonly askedAt: number;
  /** Epoch ms: not before then. */
  readonly dueAt: number;
  readonly attempts: number;
  /** Epoch ms of the last change. */
  readonly at: number;
  /** Why it was skipped: the name of a rule. */
  readonly reason?: string;
  readonly detail?: string;
  /** The latest acts of operators, oldest first. */
  readonly steps?: readonly ReceiptStep[];
}

/** An event that could not be used: known fields and a hash, never the raw body. */
export interface QuarantineRow {
  /** Epoch ms. */
  readonly at: number;
  readonly reason: string;
  /** Hash of the raw text. */
  readonly hash: string;
  readonly eventId?: string;
  readonly orderId?: number;
}

/** How a connection stands. `paused`: refused (401, 403); `down`: an outage. A probe ends both by itself. */
export interface ConnectionRow {
  readonly state: "ok" | "paused" | "down";
  /** Epoch ms. */
  readonly since: number;
  readonly detail?: string;
}

/** What happened in five minutes, for the charts. Kept for a day and a little more. */
export interface ActivityRow {
  /** Epoch ms at which the five minutes begin. */
  readonly at: number;
  /** Orders that Ometria accepted. */
  readonly accepted: number;
  /** Orders that were given up. */
  readonly dead: number;
  /** ms: the longest that a live event had waited when its order was through. */
  readonly lag: number;
}

/** Which Ometria account a label stands for, and how orders are named there. */
export interface AccountRow {
  /** Keyed hashes of the API keys that were used, oldest first. */
  readonly keys: readonly string[];
  /** What the ids depend on: namespace, separator, what they apply to. */
  readonly ids: string;
}

/** An accepted order that is to be read back. */
export interface ConfirmRow {
  readonly orderId: number;
  /** The id at Ometria. */
  readonly sentId: string;
  /** Epoch ms of the push; a later push has a row of its own. */
  readonly acceptedAt: number;
  /** Epoch ms: not before then. */
  readonly dueAt: number;
  /** Times it was not there, or not as it must be. */
  readonly tries: number;
  readonly expected: ExpectedOrder;
}

/** How far the sweep has come. */
export interface SweepRow {
  /** Next new order id to look from. */
  readonly next: number;
  /** Epoch ms of the last look for new ids. */
  readonly newAt: number;
  /** Local day of the last look for changes, `YYYY-MM-DD`. */
  readonly changedDay?: string;
  /** Orders it made due so far. */
  readonly healed: number;
}

/** How the lines of one UTC day's orders matched the products of the Ometria account. */
export interface ProductMatchRow {
  /** `YYYY-MM-DD`, UTC: the last day on which a line was looked up. */
  readonly day: string;
  /** Lines whose SKU the account has. */
  readonly matched: number;
  /** Lines whose SKU it does not have. */
  readonly missed: number;
  /** Their SKUs, each once; the first 50. */
  readonly unmatched: readonly string[];
}

/** How many orders stand how. `skipped` and `dead` by rule and by reason. */
export interface Counters {
  readonly delivered: number;
  readonly confirmed: number;
  /** Live orders that reached Ometria over four hours after their event. */
  readonly missedWindow: number;
  readonly linked: number;
  readonly waiting: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly deadBy: Readonly<Record<string, number>>;
  readonly receipts: Readonly<Record<string, number>>;
  /**
   * Skipped receipts by rule; with `sale-closed` also sales for which none was asked for, by what brought them
   * (`history`, `sweep`, `replay`, `update`).
   */
  readonly receiptsSkipped: Readonly<Record<string, number>>;
  /** Absent while no stage looks products up. */
  readonly products?: ProductMatchRow;
}
