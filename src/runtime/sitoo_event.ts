import * as z from "zod";
import type { OrderEvent } from "../stages/contract.ts";

/** What one element of an event batch turned out to be. */
export type ReadEvent =
  | { readonly kind: "order"; readonly event: OrderEvent }
  /** Understood and of no use here: reports, shipments, and types that do not exist yet. */
  | { readonly kind: "ignored" }
  | {
    readonly kind: "odd";
    readonly reason: "not-an-event" | "no-order-id" | "odd-account";
    readonly eventId?: string;
    readonly orderId?: number;
  };

/** What an event says by itself is completed from here. */
export interface ReadEventOptions {
  /** Epoch ms, for an event without a date. */
  readonly now: number;
  /** Account of the pipeline whose credentials were used, for an event that names none. */
  readonly accountId: string;
  /** Makes the id of an event without one; the same content must give the same id. */
  readonly idOf: (raw: unknown) => string;
}

/** Types whose `data` names an order. */
const ORDER_TYPES: ReadonlySet<string> = new Set(["order", "order-delivery", "booking"]);

/** Dates above this are milliseconds already; as seconds it would be the year 5138. */
const MILLISECONDS_FROM = 100_000_000_000;

const wholeNumber = z.preprocess(
  (value) => typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : value,
  z.int().positive(),
);
const lenientNumber = wholeNumber.optional().catch(undefined);
/** Nothing but an identifier: whatever else comes in its place might be somebody's data. */
const eventId = z.preprocess(
  (value) => typeof value === "number" ? String(value) : value,
  z.string().regex(/^[\w-]{1,64}$/),
).optional().catch(undefined);
const word = z.string().transform((text) => text.trim().toLowerCase());

const envelope = z.object({
  event_id: eventId,
  event_type: word,
  event_date: lenientNumber,
  account_id: wholeNumber.nullish(),
  data: z.unknown(),
});
const orderData = z.object({
  order_id: wholeNumber,
  eshop_id: lenientNumber,
  order_event_type: word.optional().catch(undefined),
});
const onlyId = z.object({ event_id: eventId });
const onlyType = z.object({ event_type: word });

/**
 * Reads one element of a batch as leniently as it can be read: only the order's id is indispensable.
 * Event types and values that Sitoo may add later are no error.
 */
export function readEvent(raw: unknown, options: ReadEventOptions): ReadEvent {
  const type = onlyType.safeParse(raw);
  if (!type.success) return { kind: "odd", reason: "not-an-event", ...idIn(raw) };
  if (!ORDER_TYPES.has(type.data.event_type)) return { kind: "ignored" };
  const event = envelope.safeParse(raw);
  const order = orderData.safeParse(event.success ? event.data.data : dataOf(raw));
  if (!order.success) return { kind: "odd", reason: "no-order-id", ...idIn(raw) };
  const orderId = order.data.order_id;
  if (!event.success) return { kind: "odd", reason: "odd-account", ...idIn(raw), orderId };
  const { event_id, event_date, account_id } = event.data;
  return {
    kind: "order",
    event: {
      eventId: event_id ?? options.idOf(raw),
      at: event_date === undefined ? options.now : toMilliseconds(event_date),
      accountId: account_id === undefined || account_id === null
        ? options.accountId
        : String(account_id),
      ...(order.data.eshop_id === undefined ? {} : { site: order.data.eshop_id }),
      orderId,
      asks: order.data.order_event_type === "email-receipt" ? "receipt" : "order",
    },
  };
}

function idIn(raw: unknown): { eventId?: string } {
  const found = onlyId.safeParse(raw);
  return found.success && found.data.event_id !== undefined ? { eventId: found.data.event_id } : {};
}

function dataOf(raw: unknown): unknown {
  return typeof raw === "object" && raw !== null && "data" in raw ? raw.data : undefined;
}

function toMilliseconds(date: number): number {
  return date >= MILLISECONDS_FROM ? date : date * 1000;
}
