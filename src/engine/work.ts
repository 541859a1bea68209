import type { Origin } from "../records/order_ref.ts";
import type { RefundLink } from "../records/refund_link.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type { Consent, EncodedOrder, ProductMatches, UnusableRefund } from "../stages/contract.ts";
import type { InboxRow, LedgerRow } from "../store/rows.ts";

/** All inbox rows of one order, as one piece of work. History makes them without rows. */
export interface Pointer {
  readonly orderId: number;
  readonly site?: number;
  /** The most telling of its rows: live before replay, sweep, refund and history. */
  readonly origin: Origin;
  /** Epoch ms of the oldest event. */
  readonly receivedAt: number;
  /** Failures so far. */
  readonly attempts: number;
  /**
   * Send even if the content is the same as last time: Ometria may have got something since that the ledger
   * does not know of.
   */
  readonly force: boolean;
  /** Rows that are through when this order is. */
  readonly rows: readonly InboxRow[];
}

/** What came of reading an order. */
export type Reading =
  | { readonly kind: "order"; readonly order: SitooOrder }
  /** Sitoo's answer lacked it; `detail`: Sitoo fails when it is asked for, and gives others. */
  | { readonly kind: "missing"; readonly detail?: string }
  /** Sitoo's answer could not be understood. */
  | { readonly kind: "unreadable"; readonly detail: string };

/** A pointer, what was read for it, and what the store knows. */
export interface Item {
  readonly pointer: Pointer;
  readonly reading: Reading;
  readonly row?: LedgerRow;
  /** Refunds linked to this order so far. */
  readonly links: readonly RefundLink[];
  /** See `OrderFacts`. */
  readonly consent?: Consent;
}

/** What the stages made of one item. */
export type Decision =
  | {
    readonly kind: "send";
    readonly encoded: EncodedOrder;
    readonly links: readonly RefundLink[];
    readonly unusable: readonly UnusableRefund[];
    readonly products?: ProductMatches;
  }
  | { readonly kind: "skip"; readonly rule: string }
  | { readonly kind: "wait"; readonly reason: string }
  | { readonly kind: "link"; readonly links: readonly RefundLink[] }
  | {
    readonly kind: "dead";
    readonly reason: string;
    readonly detail: string;
    readonly products?: ProductMatches;
  }
  | { readonly kind: "missing"; readonly detail?: string };

/** An item and what was decided. */
export interface Decided {
  readonly item: Item;
  readonly decision: Decision;
  /** Links to this order that the decision takes into account, those of its own batch included. */
  readonly applied: readonly RefundLink[];
}

/** A pointer to an order that is looked at without anything of the inbox asking for it. */
export function pointerTo(orderId: number, origin: Origin): Pointer {
  return { orderId, origin, receivedAt: 0, attempts: 0, force: false, rows: [] };
}

/** The refunds of an order that still give something back. */
export function linksInUse(links: readonly RefundLink[] | undefined): readonly RefundLink[] {
  return (links ?? []).filter((link) => link.lines.length > 0);
}
