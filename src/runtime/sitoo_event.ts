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
const EVENT_ID = /^[\w-]{1,64}$/;
const eventId = z.preprocess(
  (value) => typeof value === "number" ? String(value) : value,
  z.string().regex(EVENT_ID),
).optional().catch(undefined);
const word = z.string().transform(plainWord);

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
  return readPlain(raw) ?? readLenient(raw, options);
}

/** An event of an order exactly as Sitoo documents it, which nearly all are; `undefined` for any other. */
function readPlain(raw: unknown): ReadEvent | undefined {
  if (!isRecord(raw) || !isRecord(raw.data)) return undefined;
  const { event_id: id, event_type: type, event_date: date, account_id: account } = raw;
  const { order_id: orderId, eshop_id: site, order_event_type: what } = raw.data;
  if (typeof type !== "string" || !ORDER_TYPES.has(type)) return undefined;
  if (typeof id !== "string" || !EVENT_ID.test(id)) return undefined;
  if (!isWhole(date) || !isWhole(account) || !isWhole(orderId) || !isWhole(site)) return undefined;
  if (typeof what !== "string") return undefined;
  return {
    kind: "order",
    event: {
      eventId: id,
      at: toMilliseconds(date),
      accountId: String(account),
      site,
      orderId,
      asks: asksFor(what),
    },
  };
}

function readLenient(raw: unknown, options: ReadEventOptions): ReadEvent {
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
      asks: asksFor(order.data.order_event_type ?? ""),
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

function asksFor(what: string): OrderEvent["asks"] {
  return plainWord(what) === "email-receipt" ? "receipt" : "order";
}

function plainWord(text: string): string {
  return text.trim().toLowerCase();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function toMilliseconds(date: number): number {
  return date >= MILLISECONDS_FROM ? date : date * 1000;
}
