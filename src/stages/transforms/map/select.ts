import type { OrderFacts, Verdict } from "../../contract.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import type { MapOptions } from "./options.ts";

/** Sitoo's `ordertypeid`. */
const orderTypes = { order: 10, booking: 100, parked: 110 } as const;

/** Sitoo's `orderstateid`. */
export const orderStates = { abandoned: -1, open: 0, closed: 10, cancelled: 20 } as const;

/** The verdicts that end an order's way. */
export type Stop = Exclude<Verdict<never>, { readonly kind: "pass" }>;

/**
 * What the head of an order alone decides; nothing when its lines have to be looked at. What was never
 * a sale comes first, so that an order is always skipped by the same rule.
 */
export function stopByHead(
  order: SitooOrder,
  options: Pick<MapOptions, "web_orders">,
): Stop | undefined {
  if (order.ordertypeid === orderTypes.parked) return skip("parked");
  if (order.ordertypeid === orderTypes.booking) return skip("booking");
  if (order.ordertypeid !== orderTypes.order) return skip("not-an-order");
  if (order.orderstateid === orderStates.abandoned) return skip("abandoned");
  if (order.registerid === undefined && options.web_orders === "skip") return skip("web-copy");
  if (!isKnownState(order.orderstateid)) {
    return {
      kind: "dead",
      reason: "unknown-order-state",
      detail: `orderstateid is ${order.orderstateid}; known are -1, 0, 10 and 20`,
    };
  }
  return undefined;
}

/** What its state decides for an order that is sent under its own id. */
export function stopByState(
  order: SitooOrder,
  facts: Pick<OrderFacts, "delivered">,
  options: Pick<MapOptions, "open_orders">,
): Stop | undefined {
  if (order.orderstateid === orderStates.cancelled && !facts.delivered) return skip("cancelled");
  if (order.orderstateid === orderStates.open && options.open_orders === "wait") return waitOpen;
  return undefined;
}

/** Not closed at the till yet. */
export const waitOpen: Stop = { kind: "wait", reason: "open" };

export function skip(rule: string): Stop {
  return { kind: "skip", rule };
}

function isKnownState(state: number): boolean {
  return state === orderStates.open || state === orderStates.closed ||
    state === orderStates.cancelled;
}
