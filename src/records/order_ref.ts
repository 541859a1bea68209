/**
 * How the pipeline came to look at an order. Sweep and refund count as live wherever only live and
 * history are told apart.
 *
 * - `live`: a webhook event
 * - `history`: a page of the backfill
 * - `sweep`: the periodic look for what a lost event left behind
 * - `refund`: a refund of this order was linked, so the order has to be sent again
 * - `replay`: an operator asked for it
 */
export type Origin = "live" | "history" | "sweep" | "refund" | "replay";

/** Points at one Sitoo order. Carries no personal data: the order itself is read when it is its turn. */
export interface OrderRef {
  /** Sitoo's `orderid`, unique in the whole account. */
  readonly orderId: number;
  /** Sitoo's `eshopid`, if the event or the page named it. */
  readonly site?: number;
  readonly origin: Origin;
}
