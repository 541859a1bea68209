import type { SitooOrder } from "./sitoo_order.ts";

/** What of an order tells where, when and in which currency it counts. */
export type Placed = Pick<
  SitooOrder,
  "orderid" | "eshopid" | "orderdate" | "currencycode" | "warehouseid" | "additionaldata"
>;

/** The little of an order that a comparison of sums needs. No name, no address, no lines. */
export interface OrderHead extends Placed {
  /** `"0.00"` where it could not be read. */
  readonly moneytotal_gross_all: SitooOrder["moneytotal_gross_all"];
  /**
   * What tells whether the order has changed, in one text, as `markText` makes it of the whole order. Holds
   * an address: to be hashed at once.
   */
  readonly mark: string;
}

/** Where an order counts in a report. */
export interface OrderPlace {
  /** As the ledger has it; `""` where none is known. */
  readonly store: string;
  /** ISO 4217; `""` where none is known. */
  readonly currency: string;
  /** Local day, `YYYY-MM-DD`. */
  readonly day: string;
}
