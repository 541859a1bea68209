import type { Register, Site, Store, Variant, Voucher } from "./catalogue.ts";
import type { Person } from "./people.ts";

/** What an order is, as only its maker knows. Decides what must become of it. */
export type OrderKind =
  | "sale"
  | "refund"
  | "unlinked-refund"
  | "mixed"
  | "unlinked-mixed"
  | "web"
  | "web-refund"
  | "open"
  | "parked"
  | "booking"
  | "cancelled"
  | "abandoned";

/** A line. Amounts in minor units incl. VAT; quantity and totals negative on a return. */
export interface LineModel {
  readonly variant: Variant;
  readonly quantity: number;
  /** List price per piece, positive. */
  readonly unitGross: number;
  /** Discount on the whole line, positive. */
  readonly discount: number;
  readonly gross: number;
  readonly net: number;
  readonly vatRate: number;
  readonly voucher?: Voucher;
  /** On a return: the line of the original it gives back. */
  readonly originalLine?: number;
  /** Whether the till wrote `originalLine` down. */
  readonly tellsLine?: boolean;
}

/** An amount with its VAT apart, minor units. */
export interface Fee {
  readonly net: number;
  readonly vat: number;
}

/** One order before it takes a wire form. Money in minor units, dates in Unix seconds. */
export interface OrderModel {
  readonly id: number;
  readonly kind: OrderKind;
  readonly site: Site;
  readonly store: Store;
  /** Absent on web copies. */
  readonly register?: Register;
  readonly date: number;
  readonly state: number;
  readonly payment: number;
  readonly type: number;
  readonly person?: Person;
  readonly lines: readonly LineModel[];
  readonly delivery?: Fee;
  readonly checkout?: Fee;
  readonly roundoff: number;
  readonly paidBy: "card" | "cash" | "exchange" | "none";
  /** The order that is credited, if this one gives something back of a known order. */
  readonly original?: number;
  /** Where the link is written: `creditorderid`, `pos-originalsales-orderid` or both. */
  readonly link?: "credit" | "pos" | "both";
  /** The other half of an exchange. */
  readonly partner?: {
    readonly id: number;
    readonly is: "sale" | "refund";
    readonly receipt: string;
  };
  /** The parked order that became this one. */
  readonly source?: number;
  readonly externalid?: string;
}

/** What one refund order gave back of an original. */
export interface ReturnModel {
  readonly refundId: number;
  /** Unix seconds of the refund. */
  readonly date: number;
  readonly lines: readonly ReturnedLine[];
}

/** Pieces and money given back of one line, both positive. */
export interface ReturnedLine {
  readonly line: number;
  readonly quantity: number;
  /** Minor units incl. VAT. */
  readonly gross: number;
}

/** The amount to pay, minor units. */
export function totalOf(order: OrderModel): number {
  let sum = order.roundoff;
  for (const line of order.lines) sum += line.gross;
  if (order.delivery !== undefined) sum += order.delivery.net + order.delivery.vat;
  if (order.checkout !== undefined) sum += order.checkout.net + order.checkout.vat;
  return sum;
}

/** The receipt's id as it is printed, or `undefined` without a till. */
export function receiptIdOf(order: Pick<OrderModel, "id" | "register">): string | undefined {
  return order.register === undefined ? undefined : `${order.register.registerkey}${order.id}`;
}
