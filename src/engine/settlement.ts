import type { ApiError } from "../http/error.ts";
import type { RefundLink } from "../records/refund_link.ts";
import type { ConfirmRow, DeadLetter, LedgerRow, NewPointer, OutboxRow } from "../store/rows.ts";
import type { Decided } from "./work.ts";

/** What became of an order that was to be sent. Times are epoch ms. */
export type Sent =
  | { readonly kind: "accepted"; readonly at: number; readonly hash: string }
  | { readonly kind: "unchanged" }
  /** Its last push is too recent. */
  | { readonly kind: "deferred"; readonly until: number }
  | { readonly kind: "rejected"; readonly reason: string; readonly detail: string }
  /** `unsure`: Ometria may have it all the same. */
  | { readonly kind: "failed"; readonly error: ApiError; readonly unsure?: boolean };

/** A batch that has been decided and pushed. */
export interface BatchEnd {
  readonly decided: readonly Decided[];
  /** For every decision to send. */
  readonly sent: ReadonlyMap<number, Sent>;
  /** Ledger rows of the batch's orders, of originals they link to, of refunds linked to them. */
  readonly rows: ReadonlyMap<number, LedgerRow>;
  /** What the batch's refunds linked before. */
  readonly linkedBefore: ReadonlyMap<number, readonly RefundLink[]>;
  /** Keyed hash of each order's mark, for the sweep. */
  readonly marks: ReadonlyMap<number, string>;
}

/** Times and chance that settling a batch needs. */
export interface SettleOptions {
  /** Epoch ms. */
  readonly now: number;
  /** ms between two pushes of one order. */
  readonly settle: number;
  readonly random: () => number;
  /** Whether a sale that is seen closed for the first time asks for a receipt. */
  readonly receiptOnSale: boolean;
}

/** How a batch's orders fared, for progress and summaries. */
export type TallyName =
  | "delivered"
  | "unchanged"
  | "linked"
  | "skipped"
  | "waiting"
  | "dead"
  | "due";

/** Everything that has to be committed for a batch. */
export interface Settlement {
  readonly ledger: readonly LedgerRow[];
  readonly dead: readonly DeadLetter[];
  readonly links: readonly RefundLink[];
  readonly pointers: readonly NewPointer[];
  readonly receipts: readonly OutboxRow[];
  /** Closed sales that get no receipt since they came another way than a till's first event; by which. */
  readonly receiptsLeft: Readonly<Record<string, number>>;
  readonly confirm: readonly ConfirmRow[];
  /** Orders whose former plan to be read back no longer holds. */
  readonly confirmed: readonly number[];
  readonly missedWindow: number;
  readonly tally: ReadonlyMap<TallyName, number>;
}
