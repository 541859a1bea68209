import type { OrderHead } from "../records/order_head.ts";
import { markText } from "../records/order_mark.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type {
  PageQuery,
  ReadOrder,
  SitooApi,
  SitooRegister,
  SitooSiteSettings,
  SitooStore,
  SitooWarehouse,
} from "./api.ts";

/** Names of Sitoo's calls. */
export type SitooMethod = keyof SitooApi;

/** A Sitoo in memory, for tests of what stands above the client. */
export interface MemorySitoo extends SitooApi {
  /** Every call that was made, failed ones too, with what it asked for. */
  readonly calls: readonly { readonly method: SitooMethod; readonly asked: unknown }[];
  /** Adds an order or replaces it. */
  put(...orders: readonly SitooOrder[]): void;
  /** Takes an order away, as if Sitoo did not answer it. */
  remove(orderId: number): void;
  /** Makes an order unreadable for this reason, until it is put again. */
  spoil(orderId: number, detail: string): void;
  /**
   * Every answer that would hold this order rejects with this error, until it is put again; `marks`: so does what
   * reads only its mark.
   */
  poison(orderId: number, error: Error, options?: { readonly marks?: boolean }): void;
  /** The next call (of that method, if one is named) rejects with this error. May be said repeatedly. */
  failNext(error: Error, method?: SitooMethod): void;
}

/** What a {@linkcode MemorySitoo} knows beside orders. */
export interface MemorySitooOptions {
  readonly stores?: readonly SitooStore[];
  readonly warehouses?: readonly SitooWarehouse[];
  readonly settings?: readonly SitooSiteSettings[];
  readonly registers?: readonly SitooRegister[];
}

/** Makes a Sitoo in memory that answers as the real client does. */
export function createMemorySitoo(
  orders: readonly SitooOrder[] = [],
  options: MemorySitooOptions = {},
): MemorySitoo {
  const byId = new Map<number, SitooOrder>(orders.map((order) => [order.orderid, order]));
  const spoiled = new Map<number, string>();
  const poisoned = new Map<number, { error: Error; marks: boolean }>();
  const calls: { method: SitooMethod; asked: unknown }[] = [];
  const failures: { error: Error; method: SitooMethod | undefined }[] = [];

  return {
    calls,
    put: (...changed) => {
      for (const order of changed) {
        byId.set(order.orderid, order);
        spoiled.delete(order.orderid);
        poisoned.delete(order.orderid);
      }
    },
    remove: (orderId) => void byId.delete(orderId),
    spoil: (orderId, detail) => void spoiled.set(orderId, detail),
    poison: (orderId, error, { marks = false } = {}) =>
      void poisoned.set(orderId, { error, marks }),
    failNext: (error, method) => void failures.push({ error, method }),
    readOrders: (ids, signal) =>
      answer("readOrders", ids, signal, () => {
        return unharmed([...new Set(ids)].flatMap((id) => byId.get(id) ?? []), "page").map(read);
      }),
    readPage: (query, signal) =>
      answer(
        "readPage",
        query,
        signal,
        () => unharmed(select(query).slice(0, query.size), "page").map(read),
      ),
    measure: (query, signal) =>
      answer("measure", query, signal, () => {
        const found = select(query);
        const first = found[0]?.orderid;
        const last = found.at(-1)?.orderid;
        if (first === undefined || last === undefined) return { count: 0 };
        return { count: found.length, first, last };
      }),
    readMarks: (query, signal) =>
      answer("readMarks", query, signal, () => {
        const found = select(query);
        const marks = unharmed(found.slice(0, query.size), "marks").map((order) => ({
          orderId: order.orderid,
          orderdate: order.orderdate,
          text: markText(order),
        }));
        return { marks, isLast: found.length < query.size };
      }),
    readHeads: (query, signal) =>
      answer("readHeads", query, signal, () => select(query).slice(0, query.size).map(headOf)),
    readRefunds: (original, signal) =>
      answer("readRefunds", original, signal, () => {
        const refunds = select({ from: 0, sites: [] })
          .filter((order) => order.creditorderid === original);
        return unharmed(refunds, "page").map(read);
      }),
    findReceipt: (receiptId, signal) =>
      answer("findReceipt", receiptId, signal, () => {
        return [...byId.values()].find((order) =>
          order.additionaldata["pos-receiptid"] === receiptId
        )?.orderid;
      }),
    stores: (signal) => answer("stores", undefined, signal, () => options.stores ?? []),
    warehouses: (signal) => answer("warehouses", undefined, signal, () => options.warehouses ?? []),
    registers: (signal) => answer("registers", undefined, signal, () => options.registers ?? []),
    siteSettings: (site, signal) =>
      answer("siteSettings", site, signal, () => {
        return options.settings?.find((one) => one.eshopid === site);
      }),
  };

  async function answer<T>(
    method: SitooMethod,
    asked: unknown,
    signal: AbortSignal,
    give: () => T,
  ): Promise<T> {
    signal.throwIfAborted();
    calls.push({ method, asked });
    // Answers come later than the call, as they do over a network.
    await Promise.resolve();
    const index = failures.findIndex((one) => one.method === undefined || one.method === method);
    const [failure] = index < 0 ? [] : failures.splice(index, 1);
    if (failure !== undefined) throw failure.error;
    return give();
  }

  function unharmed(orders: readonly SitooOrder[], what: "page" | "marks"): readonly SitooOrder[] {
    for (const { orderid } of orders) {
      const poison = poisoned.get(orderid);
      if (poison !== undefined && (what === "page" || poison.marks)) throw poison.error;
    }
    return orders;
  }

  function read(order: SitooOrder): ReadOrder {
    const detail = spoiled.get(order.orderid);
    if (detail !== undefined) return { ok: false, orderId: order.orderid, detail };
    return { ok: true, orderId: order.orderid, order };
  }

  function select(query: Omit<PageQuery, "size">): SitooOrder[] {
    const { from, to = Infinity, sites, dateFrom = -Infinity, dateTo = Infinity } = query;
    return [...byId.values()].filter((order) =>
      order.orderid >= from && order.orderid < to &&
      (sites.length === 0 || sites.includes(order.eshopid)) &&
      order.orderdate >= dateFrom && order.orderdate <= dateTo
    ).toSorted((a, b) => a.orderid - b.orderid);
  }
}

function headOf(order: SitooOrder): OrderHead {
  const { orderid, eshopid, orderdate, moneytotal_gross_all, currencycode } = order;
  const { warehouseid, additionaldata } = order;
  return {
    orderid,
    eshopid,
    orderdate,
    moneytotal_gross_all,
    currencycode,
    additionaldata,
    mark: markText(order),
    ...(warehouseid === undefined ? {} : { warehouseid }),
  };
}
