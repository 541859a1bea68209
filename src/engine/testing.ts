/** Builders of work in hand, for tests of the engine and the runtime. */
import type { RefundLink } from "../records/refund_link.ts";
import { sitooOrder } from "../records/testing.ts";
import type { EncodedOrder } from "../stages/contract.ts";
import type { LedgerRow } from "../store/rows.ts";
import type { Decided, Decision, Item, Pointer } from "./work.ts";

/** A live pointer without rows. */
export function pointer(orderId: number, fields: Partial<Pointer> = {}): Pointer {
  return {
    orderId,
    origin: "live",
    receivedAt: 0,
    attempts: 0,
    force: false,
    rows: [],
    ...fields,
  };
}

/** An order that was read. */
export function item(orderId: number, fields: Partial<Item> = {}): Item {
  return {
    pointer: pointer(orderId),
    reading: { kind: "order", order: sitooOrder({ orderid: orderId }) },
    links: [],
    ...fields,
  };
}

/** A ledger row of an order that Ometria accepted at 1000. */
export function deliveredRow(orderId: number, fields: Partial<LedgerRow> = {}): LedgerRow {
  return {
    orderId,
    outcome: "delivered",
    at: 1_000,
    hash: "old",
    sentId: `${orderId}`,
    acceptedAt: 1_000,
    steps: [{ at: 1_000, what: "delivered" }],
    ...fields,
  };
}

/** The link of a refund of one piece. */
export function link(
  original: number,
  refund: number,
  fields: Partial<RefundLink> = {},
): RefundLink {
  return {
    original,
    refund,
    lines: [{ index: 0, sku: "TEE-RED-M", quantity: 1, amount: "249.00" }],
    ...fields,
  };
}

/** A record as it would be pushed. */
export function encoded(orderId: number): EncodedOrder {
  return {
    id: `${orderId}`,
    bodies: [`{"id":"${orderId}"}`],
    total: "249.00",
    currency: "SEK",
    store: "S-014",
    day: "2025-09-06",
  };
}

/** An item with what was decided of it. */
export function decided(
  orderId: number,
  decision: Decision | "send",
  fields: Partial<Item> = {},
): Decided {
  const own = item(orderId, fields);
  return {
    item: own,
    applied: own.links,
    decision: decision === "send"
      ? { kind: "send", encoded: encoded(orderId), links: [], unusable: [] }
      : decision,
  };
}
