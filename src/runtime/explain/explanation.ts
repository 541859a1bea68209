import type { Origin } from "../../records/order_ref.ts";
import type { RefundedLine } from "../../records/refund_link.ts";
import type { LedgerRow, OutboxRow, ReceiptState } from "../../store/rows.ts";
import type { Change } from "../desk/changes.ts";

/** How an order stands as far as the store knows; `unknown`: it has never been looked at. */
export type StandingName =
  | "delivered"
  | "linked"
  | "skipped"
  | "waiting"
  | "dead"
  | "due"
  | "unknown";

/** The story of one order in one pipeline: what is kept of it, and what it would be now. Times are epoch ms. */
export interface Explanation {
  readonly pipeline: string;
  readonly orderId: number;
  readonly at: number;
  /** How it stands, in one word and one sentence. */
  readonly standing: { readonly name: StandingName; readonly headline: string };
  readonly stored: StoredOrder;
  /** The order read from Sitoo, and the stages of today; absent with `offline`. */
  readonly now?: LiveOrder;
  /** What can be done about it, most important first; empty where nothing has to be. */
  readonly advice: readonly string[];
}

/** What the store knows of an order. */
export interface StoredOrder {
  /** Absent: it has never come to an outcome. */
  readonly ledger?: Omit<LedgerRow, "hash" | "mark" | "orderId">;
  /** Nothing is kept of orders as old as this one: it may have had an outcome all the same. */
  readonly pruned: boolean;
  /** When it is looked at next, earliest first. */
  readonly due: readonly {
    readonly at: number;
    readonly origin: Origin;
    readonly attempts: number;
    readonly force: boolean;
  }[];
  readonly dead?: {
    readonly reason: string;
    readonly detail: string;
    readonly at: number;
    readonly attempts: number;
    /** What the reason means, and what can be done. */
    readonly text: string;
    readonly remedy?: string;
  };
  /** Refunds that were linked to it. */
  readonly refunds: readonly { readonly refund: number; readonly lines: readonly RefundedLine[] }[];
  /** Orders that it gives something back of. */
  readonly credits: readonly {
    readonly original: number;
    readonly lines: readonly RefundedLine[];
    readonly standing: StandingName;
  }[];
  /** Last asked first. */
  readonly receipts: readonly (Pick<OutboxRow, "id" | "askedAt" | "at" | "attempts" | "detail"> & {
    readonly state: ReceiptState;
  })[];
  /** There is more in inbox or outbox than was looked at. */
  readonly cut: boolean;
}

/** The order as Sitoo has it now, and what this pipeline would make of it. */
export type LiveOrder =
  | {
    readonly kind: "read";
    readonly facts: SitooFacts;
    readonly stages: readonly StageReport[];
    readonly end: LiveEnd;
    /** Refunds at Sitoo that credit it and are not linked here yet; absent when that call failed. */
    readonly unlinked?: readonly number[];
  }
  /** Sitoo does not answer it. */
  | { readonly kind: "missing" }
  /** Sitoo's answer could not be understood. */
  | { readonly kind: "unreadable"; readonly detail: string }
  /** Sitoo could not be asked. */
  | { readonly kind: "failed"; readonly detail: string };

/** What of a Sitoo order decides its way, without a person. */
export interface SitooFacts {
  readonly site: number;
  /** Epoch ms. */
  readonly placedAt: number;
  readonly orderstateid: number;
  readonly paymentstateid: number;
  readonly ordertypeid: number;
  readonly total: string;
  readonly currency: string;
  readonly lines: number;
  /** Taken at a till. */
  readonly till: boolean;
  readonly warehouse?: number;
  /** `pos-receiptid`. */
  readonly receipt?: string;
  /** The order that it credits. */
  readonly credits?: number;
  /** Whether it has an address that looks like one. */
  readonly email: "usable" | "unusable" | "none";
}

/** What one stage made of the order. */
export interface StageReport {
  /** As under `use:`; `start-date` before all others. */
  readonly stage: string;
  /** As under `name:`. */
  readonly name?: string;
  readonly outcome: "passed" | "made" | "skipped" | "waiting" | "linked" | "dead" | "failed";
  /** The rule, the reason, or why it failed. */
  readonly because?: string;
  /** Field by field; for the stage that makes the record, all of its fields. */
  readonly changes: readonly Change[];
}

/** How the order's way through the pipeline ends now. */
export type LiveEnd =
  | {
    readonly kind: "send";
    readonly id: string;
    /** As they would be pushed; people are masked unless asked for. */
    readonly records: readonly unknown[];
    readonly contact?: unknown;
    /**
     * `same`: just what Ometria accepted last, so that it would not be pushed; `new`: nothing was
     * accepted yet.
     */
    readonly compared: "same" | "changed" | "new";
    readonly refunds: readonly number[];
    /** Refunds that this order cannot take up. */
    readonly unusable: readonly {
      readonly refund: number;
      readonly reason: string;
      readonly detail: string;
    }[];
  }
  | {
    readonly kind: "skip";
    readonly rule: string;
    readonly text: string;
    readonly remedy?: string;
  }
  | {
    readonly kind: "wait";
    readonly rule: string;
    readonly text: string;
    readonly remedy?: string;
  }
  | {
    readonly kind: "link";
    readonly originals: readonly number[];
    /** How the refund ends once it is linked. */
    readonly outcome: "linked" | "skipped" | "dead";
    readonly rule?: string;
    readonly text: string;
    readonly remedy?: string;
  }
  | {
    readonly kind: "dead";
    readonly rule: string;
    readonly detail: string;
    readonly text: string;
    readonly remedy?: string;
  }
  /** A stage could not be asked, for instance because an API did not answer. */
  | { readonly kind: "failed"; readonly detail: string };
