import { getLogger } from "@logtape/logtape";
import type { SitooConnection } from "../definition/definition.ts";
import { ApiError } from "../http/error.ts";
import { createSlot, type Slot } from "../http/slot.ts";
import type { OrderHead } from "../records/order_head.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type { Clock } from "../time/clock.ts";
import type {
  MarkPage,
  OrderMark,
  PageQuery,
  ReadOrder,
  SitooApi,
  SitooRegister,
  SitooSiteSettings,
  SitooStore,
  SitooWarehouse,
} from "./api.ts";
import { hasStatus, SitooCaller } from "./caller.ts";
import { FieldProblem, integer, isRow, type Row, text as textOf, textMap } from "./fields.ts";
import { headFields, readHead, readMarkText } from "./head.ts";
import { type ListQuery, markFields, orderFields } from "./list_query.ts";
import { readPlaces } from "./place_reader.ts";
import { readSettings, registerList, storeList, warehouseList } from "./places.ts";
import { checkRows, type Page, readPageOf, readPartOf, type RowFilter } from "./rows.ts";
import { type DecodedOrder, decodeOrder } from "./wire.ts";

const logger = getLogger(["tillpipe", "sitoo"]);

/** Orders in one call, at most. */
const ordersPerCall = 100;
/** Refunds of one order in a page. */
const refundsPerPage = 100;

/** Options of {@linkcode createSitooClient}. */
export interface SitooClientOptions {
  readonly clock: Clock;
  /** ms until an answer has to be there. @default 30_000 */
  readonly timeout?: number;
  /**
   * Lets one request at a time go out, with a gap. To be shared by all clients of one account.
   * @default a slot of its own, with the connection's `gap`
   */
  readonly slot?: Slot;
  /** Fields to read with every order beside the usual ones; they stand in it as Sitoo has them. */
  readonly fields?: readonly string[];
}

/**
 * A client of Sitoo's REST API. It only reads, repeats nothing by itself (whoever calls decides when to
 * try again), and checks that every row of an answer is one that was asked for.
 */
export function createSitooClient(
  connection: SitooConnection,
  options: SitooClientOptions,
): SitooApi {
  const { clock, timeout = 30_000 } = options;
  const slot = options.slot ?? createSlot({ gap: connection.gap, clock });
  const caller = new SitooCaller(connection, { slot, timeout, now: () => clock.now() });
  return new SitooClient(caller, options.fields ?? []);
}

class SitooClient implements SitooApi {
  readonly #caller: SitooCaller;
  readonly #fields: readonly string[];
  /** Sitoo refused the list of fields; from then on orders are read one by one. */
  #fieldsRefused = false;
  #headFieldsRefused = false;

  constructor(caller: SitooCaller, fields: readonly string[]) {
    this.#caller = caller;
    this.#fields = fields;
  }

  async readOrders(ids: readonly number[], signal: AbortSignal): Promise<readonly ReadOrder[]> {
    if (ids.length > ordersPerCall) {
      throw new RangeError(
        `Cannot read ${ids.length} orders in one call: ${ordersPerCall} at most`,
      );
    }
    const missing = new Set(ids);
    const orders: ReadOrder[] = [];
    while (missing.size > 0) {
      const query = { orderid: [...missing], num: missing.size };
      const { rows, total } = await this.#orders(query, { ids: missing }, signal);
      orders.push(...await this.#decodeAll(rows, signal));
      for (const order of orders) missing.delete(order.orderId);
      // Sitoo may give fewer rows a page than asked for; an order left out by that is not missing.
      if (rows.length === 0 || total === undefined || total <= rows.length) break;
    }
    return orders;
  }

  async readPage(query: PageQuery, signal: AbortSignal): Promise<readonly ReadOrder[]> {
    const { rows } = await this.#orders({ ...filters(query), num: query.size }, query, signal);
    return await this.#decodeAll(rows, signal);
  }

  async measure(
    query: Omit<PageQuery, "size">,
    signal: AbortSignal,
  ): Promise<{ readonly count: number; readonly first?: number; readonly last?: number }> {
    const first = await this.#end("orderid", query, signal);
    if (first === undefined) return { count: 0 };
    const last = await this.#end("-orderid", query, signal) ?? first;
    const count = last.total ?? first.total ?? last.id - first.id + 1;
    // With a sort that is ignored, history would begin at its end.
    const isOdd = first.id === last.id && count > 1 &&
      await this.#end("orderid", { ...query, to: first.id }, signal) !== undefined;
    if (first.id > last.id || isOdd) throw ignored("measure the orders", "sort");
    return { count, first: first.id, last: last.id };
  }

  async readMarks(query: PageQuery, signal: AbortSignal): Promise<MarkPage> {
    return await this.#caller.get({
      action: "look for changed orders",
      path: "/orders",
      query: {
        ...filters(query),
        num: query.size,
        sort: "orderid",
        start: 0,
        fields: markFields,
      },
      read: (body) => {
        const { rows, total = Infinity } = readPageOf(body);
        // A full page is not taken for the last one, whatever is said of the total.
        const isLast = rows.length < query.size && total <= rows.length;
        return { marks: checkRows(rows, query).map(readMark), isLast };
      },
    }, signal);
  }

  async readHeads(query: PageQuery, signal: AbortSignal): Promise<readonly OrderHead[]> {
    const list = { ...filters(query), num: query.size };
    const refused = this.#headFieldsRefused;
    try {
      const { rows } = await this.#list(
        refused ? list : { ...list, fields: headFields },
        query,
        signal,
      );
      return rows.map(readHead);
    } catch (error) {
      if (refused || !hasStatus(error, 400)) throw error;
      // Without a list Sitoo gives more than is needed, but all of this is in it.
      const { rows } = await this.#list(list, query, signal);
      this.#headFieldsRefused = true;
      return rows.map(readHead);
    }
  }

  async readRefunds(original: number, signal: AbortSignal): Promise<readonly ReadOrder[]> {
    const orders: ReadOrder[] = [];
    for (let from = 0;;) {
      const query = { creditorderid: original, orderidfrom: from, num: refundsPerPage };
      const { rows, total } = await this.#orders(query, { from }, signal);
      const read = await this.#decodeAll(rows, signal);
      for (const one of read) if (one.ok) expectCredit(one.order, original);
      orders.push(...read);
      const last = read.at(-1);
      if (last === undefined || rows.length === total) return orders;
      from = last.orderId + 1;
    }
  }

  async findReceipt(receiptId: string, signal: AbortSignal): Promise<number | undefined> {
    const { rows } = await this.#orders({ receiptid: receiptId, num: 2 }, {}, signal);
    // A filter that is ignored answers any orders: what does not name the receipt is not it.
    const found = rows.find((row) => textMap(row, "additionaldata")["pos-receiptid"] === receiptId);
    return found === undefined ? undefined : integer(found, "orderid");
  }

  async stores(signal: AbortSignal): Promise<readonly SitooStore[]> {
    return await readPlaces(this.#caller, storeList, signal);
  }

  async warehouses(signal: AbortSignal): Promise<readonly SitooWarehouse[]> {
    return await readPlaces(this.#caller, warehouseList, signal);
  }

  async registers(signal: AbortSignal): Promise<readonly SitooRegister[]> {
    return await readPlaces(this.#caller, registerList, signal);
  }

  async siteSettings(site: number, signal: AbortSignal): Promise<SitooSiteSettings | undefined> {
    try {
      return await this.#caller.get({
        action: `read the settings of site ${site}`,
        path: `/sites/${site}/settings`,
        query: { fields: ["eshopid", "currencycode", "timezone"] },
        read: (body) => readSettings(expectRow(body), site),
      }, signal);
    } catch (error) {
      // The API user may lack the right to see settings.
      if (hasStatus(error, 403, 404)) return undefined;
      throw error;
    }
  }

  /** A page of orders by ascending id, without PII that is not used. */
  async #orders(query: ListQuery, filter: RowFilter, signal: AbortSignal): Promise<Page> {
    if (this.#fieldsRefused) return await this.#list(query, filter, signal);
    try {
      const fields = [...new Set([...orderFields, ...this.#fields])];
      return await this.#list({ ...query, fields }, filter, signal);
    } catch (error) {
      if (!hasStatus(error, 400)) throw error;
      // If it was not the fields, this fails in the same way and the error stands.
      const page = await this.#list(query, filter, signal);
      this.#fieldsRefused = true;
      logger.warn("Sitoo refuses the list of fields: orders are read one by one, which is slow");
      return page;
    }
  }

  #list(query: ListQuery, filter: RowFilter, signal: AbortSignal): Promise<Page> {
    return this.#caller.get({
      action: "read orders",
      path: "/orders",
      query: { ...query, sort: "orderid", start: 0 },
      read: (body) => {
        const { rows, total } = filter.ids === undefined ? readPageOf(body) : readPartOf(body);
        return { rows: checkRows(rows, filter), total };
      },
    }, signal);
  }

  /** The first order that a query covers in this direction, and how many it covers. */
  #end(
    sort: "orderid" | "-orderid",
    query: Omit<PageQuery, "size">,
    signal: AbortSignal,
  ): Promise<{ readonly id: number; readonly total: number | undefined } | undefined> {
    return this.#caller.get({
      action: "measure the orders",
      path: "/orders",
      query: {
        ...filters(query),
        num: 1,
        sort,
        start: 0,
        fields: ["orderid", "eshopid", "orderdate"],
      },
      read: (body) => {
        const { rows, total } = readPageOf(body);
        const [row] = checkRows(rows.slice(0, 1), query);
        return row === undefined ? undefined : { id: integer(row, "orderid"), total };
      },
    }, signal);
  }

  async #decodeAll(rows: readonly Row[], signal: AbortSignal): Promise<readonly ReadOrder[]> {
    const orders: ReadOrder[] = [];
    for (const row of rows) {
      const orderId = integer(row, "orderid");
      const decoded = decodeOrder(row, this.#fields);
      const needsOwnCall = this.#fieldsRefused || (!decoded.ok && decoded.lacksItems);
      orders.push(needsOwnCall ? await this.#single(row, signal) : readOrder(orderId, decoded));
    }
    return orders;
  }

  /** Reads an order by itself, where the list did not give all of it. */
  async #single(row: Row, signal: AbortSignal): Promise<ReadOrder> {
    const orderId = integer(row, "orderid");
    const site = textOf(row, "eshopid");
    if (!/^\d+$/.test(site)) return { ok: false, orderId, detail: "eshopid is missing" };
    try {
      return await this.#caller.get({
        action: "read an order",
        path: `/sites/${site}/orders/${orderId}`,
        query: {},
        read: (body) => {
          if (integer(expectRow(body), "orderid") !== orderId) {
            throw new FieldProblem("orderid", "is another one");
          }
          return readOrder(orderId, decodeOrder(body, this.#fields));
        },
      }, signal);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      return {
        ok: false,
        orderId,
        detail: "Sitoo lists the order, but does not find it by itself",
      };
    }
  }
}

function filters(query: Omit<PageQuery, "size">): ListQuery {
  return {
    orderidfrom: query.from,
    orderidto: query.to,
    eshopid: query.sites,
    orderdatefrom: query.dateFrom,
    orderdateto: query.dateTo,
  };
}

function readOrder(orderId: number, decoded: DecodedOrder): ReadOrder {
  if (decoded.ok) return { ok: true, orderId, order: decoded.order };
  return { ok: false, orderId, detail: decoded.detail };
}

function readMark(row: Row): OrderMark {
  const orderId = integer(row, "orderid");
  try {
    return { orderId, orderdate: integer(row, "orderdate"), text: readMarkText(row) };
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error;
    // Equal to no mark of an order: it is read whole, and its own reading says what is wrong.
    return { orderId, orderdate: 0, text: error.message };
  }
}

function expectRow(body: unknown): Row {
  if (!isRow(body)) throw new FieldProblem("The answer", "is no object");
  return body;
}

/** The till notes the original in two places and may fill only one. */
function expectCredit(order: SitooOrder, original: number): void {
  const noted = order.additionaldata["pos-originalsales-orderid"]?.trim();
  if (order.creditorderid === original || noted === String(original)) return;
  throw ignored("read refunds", "creditorderid");
}

function ignored(action: string, parameter: string): ApiError {
  return new ApiError(`Cannot ${action}: Sitoo ignored the parameter ${parameter}`, {
    api: "sitoo",
    kind: "malformed",
    reached: true,
  });
}
