import type { TakeOptions } from "../http/rate_limiter.ts";
import type { Receipt } from "../records/receipt.ts";

/** What `POST /push` said of a batch. Accepted means received, not stored. */
export type PushAnswer =
  | {
    readonly kind: "accepted";
    readonly requestId?: string;
    /** Records that the account's queue still takes, where Ometria says so. */
    readonly queueRemaining?: number;
  }
  /** Some or all records were refused; which ones is not told. */
  | { readonly kind: "rejected"; readonly status: number; readonly detail: string };

/** What a profile look-up says about consent; anything doubtful is `unclear`. */
export type OptInStatus = "none" | "opted-in" | "opted-out" | "unclear";

/** An order as Ometria gives it back: what can be compared. */
export interface StoredOrder {
  readonly id: string;
  readonly grand_total: number;
  readonly status?: string;
  readonly is_valid?: boolean;
  readonly lines: number;
  readonly quantityRefunded: number;
  readonly refunded: number;
}

/** A product or variant of the account's catalogue. */
export interface CatalogueProduct {
  readonly id: string;
  readonly sku?: string;
  /** Whether it is a variant, and of which parent, if Ometria says so. */
  readonly variant: boolean;
  readonly parent?: string;
}

/** What became of one email. `unknown`: it may have been sent. */
export type EmailAnswer =
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly status: number; readonly detail: string }
  | { readonly kind: "retry"; readonly detail: string; readonly retryAfter?: number }
  | { readonly kind: "unknown"; readonly detail: string };

/**
 * What Tillpipe does at Ometria, within the connection's rates. Every method throws `ApiError` for
 * failures that may pass; `sendEmail` only for a key that is not taken.
 */
export interface OmetriaApi {
  /** Pushes JSON texts of records, ≤ 100 and all of one `@type`. */
  push(
    bodies: readonly string[],
    signal: AbortSignal,
    options?: TakeOptions,
  ): Promise<PushAnswer>;
  /**
   * Sends one email, at most once. Throws only where nothing was sent: `ApiError` of kind
   * `unauthorized` (the key is not taken, so no other email would get through either), and the signal's
   * reason when aborted before the call; an abort during the call is `unknown`.
   */
  sendEmail(receipt: Receipt, signal: AbortSignal): Promise<EmailAnswer>;
  readOrder(
    id: string,
    signal: AbortSignal,
    options?: TakeOptions,
  ): Promise<StoredOrder | undefined>;
  /**
   * Up to 250 orders from `offset` on, in the order of their last update. Rows that cannot be read are
   * left out.
   */
  recentOrders(
    offset: number,
    signal: AbortSignal,
    options?: TakeOptions,
  ): Promise<readonly StoredOrder[]>;
  /** Up to 250 products with their variants; fewer than asked only at the end. */
  products(offset: number, signal: AbortSignal): Promise<readonly CatalogueProduct[]>;
  /** The account's latest validation errors, as messages; they name no record. */
  pushErrors(signal: AbortSignal): Promise<readonly string[]>;
  /** Consent of the person with this address; an answer that leaves doubt is `unclear`. */
  optInStatus(email: string, signal: AbortSignal): Promise<OptInStatus>;
}
