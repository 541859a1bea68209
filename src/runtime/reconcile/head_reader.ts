import type { OrderHead } from "../../records/order_head.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import { persist } from "./persist.ts";
import { sitesOf } from "./places.ts";
import type { DayRange } from "./range.ts";

/** Orders in one page; a client is known to read as many. */
export const headsPerPage = 500;
/** Ids that a window of the ledger may span, so that an order with a stray date does not cost a scan. */
const widestWindow = 20 * headsPerPage;
/** Ids before the first order and after the last one that are looked through too. */
const margin = 200;

/** What of Sitoo's orders is walked through. */
export interface Stretch {
  readonly range: DayRange;
  /** Order id at which it is enough. */
  readonly last: number;
}

/** A page of Sitoo's orders beside what the ledger has there. */
export interface Sheet {
  readonly heads: readonly OrderHead[];
  readonly rows: ReadonlyMap<number, LedgerRow>;
  /** Rows between these orders that Sitoo's page does not have, of orders that Ometria accepted. */
  readonly others: readonly LedgerRow[];
}

/**
 * Walks through Sitoo's orders of a range by ascending id, and through the ledger beside them. Throws `ApiError`.
 *
 * @param stretch.last highest id at the beginning: a shop that sells faster than pages are read has no last page
 */
export async function* readSheets(
  context: PipelineContext,
  { range: { dateFrom, dateTo }, last: until }: Stretch,
  signal: AbortSignal,
): AsyncGenerator<Sheet> {
  const sites = sitesOf(context);
  let from = 0;
  for (;;) {
    const query = { from, sites, dateFrom, dateTo, size: headsPerPage };
    const heads = await persist(() => context.sitoo.readHeads(query, signal), context, signal);
    const first = heads[0];
    const last = heads.at(-1);
    if (first === undefined || last === undefined) break;
    const begin = from === 0 ? Math.max(0, first.orderid - margin) : from;
    yield await sheetOf(heads, begin, context);
    from = last.orderid + 1;
    if (from > until) break;
  }
  if (from > 0) yield await sheetOf([], from, context);
}

async function sheetOf(
  heads: readonly OrderHead[],
  begin: number,
  { store }: Pick<PipelineContext, "store">,
): Promise<Sheet> {
  const ids = new Set(heads.map((head) => head.orderid));
  const end = (heads.at(-1)?.orderid ?? begin + margin) + 1;
  if (end - begin > widestWindow) {
    return { heads, rows: await store.ledger([...ids]), others: [] };
  }
  const rows = new Map<number, LedgerRow>();
  const others: LedgerRow[] = [];
  for await (const row of store.ledgerRange(begin, end)) {
    if (ids.has(row.orderId)) rows.set(row.orderId, row);
    else if (row.acceptedAt !== undefined) others.push(row);
  }
  return { heads, rows, others };
}
