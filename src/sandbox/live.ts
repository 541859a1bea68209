import type { Clock } from "../time/clock.ts";
import type { OrderBook } from "./book.ts";
import { isGiftCard } from "./lines.ts";

/** How lively the shops are. */
export interface LiveOptions {
  readonly ordersPerSecond: number;
  /** Share of new orders that are refunds of earlier ones. @default 0.08 */
  readonly refunds?: number | undefined;
  /** Share of sales after which the till asks for a digital receipt. @default 0 */
  readonly receipts?: number | undefined;
  /** Share of sales whose event never comes. @default 0 */
  readonly silent?: number | undefined;
}

/** What live trade needs. */
export interface LiveContext {
  readonly book: OrderBook;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Makes new orders at a steady rate until the signal is aborted; returns how many. */
export async function trade(
  context: LiveContext,
  options: LiveOptions & { readonly signal: AbortSignal },
): Promise<number> {
  const { clock } = context;
  const started = clock.monotonic();
  const tick = Math.max(5, Math.min(1000, 1000 / options.ordersPerSecond));
  let made = 0;
  while (!options.signal.aborted) {
    const due = Math.floor((clock.monotonic() - started) * options.ordersPerSecond / 1000);
    for (; made < due; made++) makeOne(context, options);
    try {
      await clock.sleep(tick, options.signal);
    } catch {
      break;
    }
  }
  return made;
}

function makeOne({ book, random }: LiveContext, options: LiveOptions): void {
  const events = random() >= (options.silent ?? 0);
  if (random() < (options.refunds ?? 0.08) && book.length > 0) {
    const original = sometimesRefundable(book, random);
    if (original !== undefined) {
      book.refund(original, { all: random() < 0.5, events });
      return;
    }
  }
  book.sell({ receipt: random() < (options.receipts ?? 0), events });
}

/** A sale with something left, if one of a few random orders is such a sale. */
function sometimesRefundable(book: OrderBook, random: () => number): number | undefined {
  for (let tries = 0; tries < 10; tries++) {
    const order = book.order(Math.floor(random() * book.length));
    if (
      order.kind === "sale" && order.state === 10 && !isAllBack(book, order.id) &&
      !order.lines.some(isGiftCard)
    ) return order.id;
  }
  return undefined;
}

function isAllBack(book: OrderBook, id: number): boolean {
  const order = book.byId(id);
  let left = 0;
  for (const line of order?.lines ?? []) left += Math.max(0, line.quantity);
  for (const given of book.returnsOf(id)) {
    for (const line of given.lines) left -= line.quantity;
  }
  return left <= 0;
}
