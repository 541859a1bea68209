import type { OrderBook } from "./book.ts";
import { MAX_OFFLINE } from "./history.ts";
import { BLOCK } from "./ids.ts";
import { type OrderModel, receiptIdOf } from "./order_model.ts";
import type { OrderQuery } from "./sitoo_query.ts";

/** A page and how many orders the filter covers in all. */
export interface OrderPage {
  readonly total: number;
  readonly orders: readonly OrderModel[];
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Answers order lists without walking the history: id and date ranges are arithmetic, other filters
 * are counted once per block and remembered.
 */
export class OrderLister {
  readonly #book: OrderBook;
  readonly #counts = new Map<string, Int32Array>();

  constructor(book: OrderBook) {
    this.#book = book;
  }

  list(query: OrderQuery): OrderPage {
    const named = this.#named(query);
    if (named !== undefined) {
      const orders = named.filter((order) => matches(order, query));
      orders.sort((a, b) => query.descending ? b.id - a.id : a.id - b.id);
      return {
        total: orders.length,
        orders: orders.slice(query.start, query.start + query.num),
      };
    }
    const ranges = this.#ranges(query);
    let total = 0;
    for (const range of ranges) total += this.#count(query, range);
    return { total, orders: this.#page(query, ranges) };
  }

  /** The orders a query names one by one, or `undefined`. A receipt or credit overrides ids. */
  #named(query: OrderQuery): OrderModel[] | undefined {
    const book = this.#book;
    if (query.receiptid !== undefined) {
      const order = book.byId(Number(query.receiptid.slice(16)));
      return order !== undefined && receiptIdOf(order) === query.receiptid ? [order] : [];
    }
    if (query.creditorderid !== undefined) {
      const wanted = query.creditorderid;
      return byIds(book, book.returnsOf(wanted).map((given) => given.refundId))
        .filter((order) => order.original === wanted && order.link !== "pos");
    }
    if (query.orderid !== undefined) return byIds(book, query.orderid);
    return query.externalid === undefined ? undefined : byIds(
      book,
      query.externalid.map((external) => Number(external.slice(4))),
    ).filter((order) => query.externalid?.includes(order.externalid ?? ""));
  }

  /** Positions that can match, ascending: of the history, and of what came later (any date). */
  #ranges(query: OrderQuery): Range[] {
    const { history, length } = this.#book;
    const low = query.orderidfrom === undefined ? 0 : this.#book.positionFrom(query.orderidfrom);
    const high = query.orderidto === undefined ? length : this.#book.positionFrom(query.orderidto);
    if (!hasDates(query)) return [{ low, high: Math.max(low, high) }];
    const { orderdatefrom = -Infinity, orderdateto = Infinity } = query;
    return [
      {
        low: Math.max(low, history.indexAt(orderdatefrom)),
        high: Math.min(high, history.indexAt(orderdateto + MAX_OFFLINE) + 3, history.size),
      },
      { low: Math.max(low, history.size), high },
    ].filter((range) => range.low < range.high);
  }

  #page(query: OrderQuery, ranges: readonly Range[]): OrderModel[] {
    const orders: OrderModel[] = [];
    let skip = query.start;
    const jump = isPlain(query) && !hasDates(query);
    const step = query.descending ? -1 : 1;
    for (const { low, high } of query.descending ? ranges.toReversed() : ranges) {
      let position = query.descending ? high - 1 : low;
      if (jump) {
        position += step * skip;
        skip = 0;
      }
      for (; position >= low && position < high && orders.length < query.num; position += step) {
        if (!this.#matchesAt(position, query)) continue;
        if (skip > 0) skip--;
        else orders.push(this.#book.order(position));
      }
    }
    return orders;
  }

  #count(query: OrderQuery, { low, high }: Range): number {
    if (isPlain(query) && !hasDates(query)) return high - low;
    const { history } = this.#book;
    const core = {
      low: query.orderdatefrom === undefined
        ? low
        : Math.max(low, history.indexAt(query.orderdatefrom + MAX_OFFLINE) + 3),
      high: Math.min(
        high,
        query.orderdateto === undefined ? history.size : history.indexAt(query.orderdateto),
        history.size,
      ),
    };
    if (core.low >= core.high) return this.#countEach(query, low, high);
    return this.#countEach(query, low, core.low) + this.#countCore(query, core.low, core.high) +
      this.#countEach(query, core.high, high);
  }

  #countEach(query: OrderQuery, low: number, high: number): number {
    let count = 0;
    for (let position = low; position < high; position++) {
      if (this.#matchesAt(position, query)) count++;
    }
    return count;
  }

  /** Counts where every date fits: whole blocks from memory, the rest and changed orders one by one. */
  #countCore(query: OrderQuery, low: number, high: number): number {
    const plain = { ...query };
    delete plain.orderdatefrom;
    delete plain.orderdateto;
    if (isPlain(plain)) return high - low;
    const first = Math.ceil(low / BLOCK);
    const last = Math.floor(high / BLOCK);
    if (first >= last) return this.#countEach(plain, low, high);
    const sums = this.#sums(plain);
    let count = (sums[last] ?? 0) - (sums[first] ?? 0);
    for (const [position, order] of this.#book.changed) {
      if (position < first * BLOCK || position >= last * BLOCK) continue;
      count += (matches(order, plain) ? 1 : 0) - (this.#matchesUnchanged(position, plain) ? 1 : 0);
    }
    return count + this.#countEach(plain, low, first * BLOCK) +
      this.#countEach(plain, last * BLOCK, high);
  }

  /** Running sums of matches per block of the unchanged history. */
  #sums(query: OrderQuery): Int32Array {
    const { eshopid, orderstate, paymentstate, ordertype, warehouseid, email } = query;
    const key = JSON.stringify([eshopid, orderstate, paymentstate, ordertype, warehouseid, email]);
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const { size } = this.#book.history;
    const blocks = Math.floor(size / BLOCK);
    const sums = new Int32Array(blocks + 1);
    let count = 0;
    for (let position = 0; position < blocks * BLOCK; position++) {
      if (position % BLOCK === 0) sums[position / BLOCK] = count;
      if (this.#matchesUnchanged(position, query)) count++;
    }
    sums[blocks] = count;
    if (this.#counts.size >= 20) this.#counts.clear();
    this.#counts.set(key, sums);
    return sums;
  }

  #matchesAt(position: number, query: OrderQuery): boolean {
    const special = this.#book.special(position);
    return special === undefined
      ? this.#matchesUnchanged(position, query)
      : matches(special, query);
  }

  #matchesUnchanged(position: number, query: OrderQuery): boolean {
    const { history } = this.#book;
    if (!isPlain(query)) {
      const head = history.head(position);
      if (!has(query.eshopid, head.site.eshopid) || !has(query.orderstate, head.state)) {
        return false;
      }
      if (!has(query.ordertype, head.type) || !has(query.paymentstate, head.payment)) return false;
      const web = head.role === "web" || head.role === "web-open";
      if (query.warehouseid !== undefined && web) return false;
      if (!has(query.warehouseid, head.store.warehouseid)) return false;
      if (query.email !== undefined && !sameEmail(history.person(position)?.email, query.email)) {
        return false;
      }
    }
    return !hasDates(query) || inDates(history.date(position), query);
  }
}

/** Whether an order fits every filter of a query. */
export function matches(order: OrderModel, query: OrderQuery): boolean {
  return has(query.eshopid, order.site.eshopid) && has(query.orderstate, order.state) &&
    has(query.paymentstate, order.payment) && has(query.ordertype, order.type) &&
    (query.warehouseid === undefined ||
      (order.register !== undefined && query.warehouseid.includes(order.store.warehouseid))) &&
    (query.email === undefined || sameEmail(order.person?.email, query.email)) &&
    order.id >= (query.orderidfrom ?? 0) && order.id < (query.orderidto ?? Infinity) &&
    inDates(order.date, query);
}

function byIds(book: OrderBook, ids: readonly number[]): OrderModel[] {
  return [...new Set(ids)].flatMap((id) => book.byId(id) ?? []);
}

function has(list: readonly number[] | undefined, value: number): boolean {
  return list === undefined || list.includes(value);
}

function sameEmail(a: string | undefined, b: string): boolean {
  return a !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();
}

function hasDates(query: OrderQuery): boolean {
  return query.orderdatefrom !== undefined || query.orderdateto !== undefined;
}

function inDates(date: number, query: OrderQuery): boolean {
  return date >= (query.orderdatefrom ?? -Infinity) && date < (query.orderdateto ?? Infinity);
}

/** Whether nothing but ids and dates is filtered. */
function isPlain(query: OrderQuery): boolean {
  return query.eshopid === undefined && query.orderstate === undefined &&
    query.paymentstate === undefined && query.ordertype === undefined &&
    query.warehouseid === undefined && query.email === undefined;
}
