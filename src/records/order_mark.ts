import type { SitooOrder } from "./sitoo_order.ts";

/** What of an order tells whether it has changed since it was last read. */
export type Marked = Pick<
  SitooOrder,
  "orderstateid" | "paymentstateid" | "moneytotal_gross_all" | "email"
>;

/**
 * One text of what tells whether an order has changed. Sitoo's order list has no modified-since filter, so the
 * sweep compares these. Holds an address: to be hashed with the installation's key before it is kept.
 */
export function markText(order: Marked): string {
  const { orderstateid, paymentstateid, moneytotal_gross_all, email } = order;
  return [orderstateid, paymentstateid, moneytotal_gross_all, email].join("|");
}
