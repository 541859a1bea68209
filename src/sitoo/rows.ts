import { FieldProblem, integer, isRow, list, type Row } from "./fields.ts";

/** One page of a list. */
export interface Page {
  readonly rows: readonly Row[];
  /** How many rows the filter covers in all, if Sitoo said so. */
  readonly total: number | undefined;
}

/** What every row of an answer has to satisfy. Sitoo ignores filters that it does not know. */
export interface RowFilter {
  readonly ids?: ReadonlySet<number>;
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
  readonly sites?: readonly number[];
  /** Unix seconds, inclusive. */
  readonly dateFrom?: number;
  /** Unix seconds; whether Sitoo counts it in is not known. */
  readonly dateTo?: number;
}

/**
 * Reads `{ totalcount, items }`. Nothing at all is believed only together with its count: what is taken for the end of a
 * list must not be half an answer.
 *
 * @throws {FieldProblem} when it is something else
 */
export function readPageOf(body: unknown): Page {
  const page = readPartOf(body);
  if (page.rows.length === 0 && page.total === undefined) {
    throw new FieldProblem("totalcount", "is missing");
  }
  return page;
}

/**
 * The same where nothing is no end of anything: rows that were asked for one by one, and further pages.
 *
 * @throws {FieldProblem}
 */
export function readPartOf(body: unknown): Page {
  if (!isRow(body)) throw new FieldProblem("The answer", "is no object");
  if (body["items"] === undefined) throw new FieldProblem("items", "is missing");
  const rows = list(body, "items").map((row) => {
    if (!isRow(row)) throw new FieldProblem("items", "holds something that is no object");
    return row;
  });
  const total = integer(body, "totalcount", -1);
  return { rows, total: total < 0 ? undefined : total };
}

/**
 * Checks order rows against what was asked for: their ids ascend (`sort`) and every row passes the
 * filter. Without this an ignored parameter would let a walk through history jump over orders.
 *
 * @returns The rows, without repeated ones.
 * @throws {FieldProblem} for the first row that does not fit
 */
export function checkRows(rows: readonly Row[], filter: RowFilter): readonly Row[] {
  let last = -1;
  return rows.filter((row) => {
    const id = integer(row, "orderid");
    if (id < last) throw new FieldProblem("The parameter sort", "was ignored");
    const isNew = id !== last;
    last = id;
    const ignored = ignoredFilter(row, id, filter);
    if (ignored !== undefined) throw new FieldProblem(`The filter ${ignored}`, "was ignored");
    return isNew;
  });
}

function ignoredFilter(row: Row, id: number, filter: RowFilter): string | undefined {
  const { ids, from = 0, to = Infinity, sites = [], dateFrom, dateTo } = filter;
  if (ids !== undefined && !ids.has(id)) return "orderid";
  if (id < from) return "orderidfrom";
  if (id >= to) return "orderidto";
  const site = readable(row, "eshopid");
  if (sites.length > 0 && site !== undefined && !sites.includes(site)) return "eshopid";
  const date = readable(row, "orderdate");
  if (dateFrom !== undefined && date !== undefined && date < dateFrom) return "orderdatefrom";
  if (dateTo !== undefined && date !== undefined && date > dateTo) return "orderdateto";
  return undefined;
}

/** What cannot be read says nothing of the filter, and one odd order must not hold up the others. */
function readable(row: Row, field: string): number | undefined {
  try {
    return integer(row, field);
  } catch {
    return undefined;
  }
}
