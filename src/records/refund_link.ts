import type { DecimalString } from "./sitoo_order.ts";

/** What one refund order gave back of one line of its original. Amounts are positive. */
export interface RefundedLine {
  /** `orderitemid` of the original's line, where the till recorded it. */
  readonly index?: number;
  readonly sku: string;
  /** Pieces returned, positive. */
  readonly quantity: number;
  /** Money given back for them, including tax, positive. */
  readonly amount: DecimalString;
}

/** Ties a refund order to the order it credits. Holds no person. A cancelled refund has no lines. */
export interface RefundLink {
  readonly original: number;
  readonly refund: number;
  readonly lines: readonly RefundedLine[];
}
