import type { ReadOrder, SitooApi } from "../../sitoo/api.ts";
import { startInstant } from "../../engine/start_date.ts";

/** Orders in one page, and so in one batch. */
const pageSize = 100;
/** Seconds: orders of tills that were offline come with older dates, never with ones much newer. */
const outOfOrder = 7 * 86_400;

/** Which of Sitoo's orders are looked at. */
export type OrderChoice =
  /** The newest ones. */
  | { readonly last: number }
  /** Order ids, or days in UTC; `to` is the first that is left out. */
  | { readonly from?: string; readonly to?: string };

/** Orders page by page, and how many there will be at most. */
export interface OrderSource {
  readonly total: number;
  readonly pages: AsyncIterable<readonly ReadOrder[]>;
}

/** Finds the orders that are meant, and reads them page by page by ascending id. Throws `ApiError`. */
export async function chooseOrders(
  sitoo: Pick<SitooApi, "measure" | "readPage">,
  choice: OrderChoice,
  signal: AbortSignal,
): Promise<OrderSource> {
  if ("last" in choice) {
    const { from, count } = await lastOnes(sitoo, choice.last, signal);
    const skipped = Math.max(0, count - choice.last);
    return { total: count - skipped, pages: without(skipped, pagesFrom(sitoo, { from }, signal)) };
  }
  const range = rangeOf(choice);
  const { count } = await sitoo.measure({ ...range.query, sites: [] }, signal);
  return {
    total: count,
    pages: pagesFrom(sitoo, { ...range.query, before: range.before }, signal),
  };
}

/** The id from which on about as many orders lie as are wanted; at least as many, if there are. */
async function lastOnes(
  sitoo: Pick<SitooApi, "measure">,
  wanted: number,
  signal: AbortSignal,
): Promise<{ readonly from: number; readonly count: number }> {
  const all = await sitoo.measure({ from: 0, sites: [] }, signal);
  const { first = 0, last = 0 } = all;
  if (all.count <= wanted) return { from: first, count: all.count };
  for (let span = wanted;; span *= 4) {
    const from = Math.max(first, last - span + 1);
    const { count } = await sitoo.measure({ from, sites: [] }, signal);
    if (count >= wanted || from === first) return { from, count };
  }
}

interface PageRange {
  readonly from: number;
  readonly to?: number;
  readonly dateFrom?: number;
  /** Unix seconds: orders from then on are left out. */
  readonly before?: number | undefined;
}

async function* pagesFrom(
  sitoo: Pick<SitooApi, "readPage">,
  { before = Infinity, ...query }: PageRange,
  signal: AbortSignal,
): AsyncIterable<readonly ReadOrder[]> {
  for (let from = query.from;;) {
    const page = await sitoo.readPage({ ...query, from, sites: [], size: pageSize }, signal);
    const last = page.at(-1);
    if (last === undefined) return;
    const dates = page.map((read) => read.ok ? read.order.orderdate : 0);
    const wanted = page.filter((_, index) => (dates[index] ?? 0) < before);
    if (wanted.length > 0) yield wanted;
    if (Math.min(...dates) > before + outOfOrder) return;
    from = last.orderId + 1;
  }
}

async function* without(
  count: number,
  pages: AsyncIterable<readonly ReadOrder[]>,
): AsyncIterable<readonly ReadOrder[]> {
  let left = count;
  for await (const page of pages) {
    const rest = page.slice(left);
    left = Math.max(0, left - page.length);
    if (rest.length > 0) yield rest;
  }
}

function rangeOf({ from, to }: { readonly from?: string; readonly to?: string }): {
  readonly query: { readonly from: number; readonly to?: number; readonly dateFrom?: number };
  readonly before?: number;
} {
  return {
    query: {
      from: isId(from) ? Number(from) : 0,
      ...(isId(to) ? { to: Number(to) } : {}),
      ...(from === undefined || isId(from) ? {} : { dateFrom: seconds(from) }),
    },
    ...(to === undefined || isId(to) ? {} : { before: seconds(to) }),
  };
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,15}$/.test(text);
}

function seconds(day: string): number {
  return Math.floor(startInstant(day, "UTC") / 1000);
}
