import type { OrderBook } from "./book.ts";
import { isGiftCard } from "./lines.ts";
import { type LineModel, type OrderModel, totalOf } from "./order_model.ts";
import type { ArrivedOrder } from "./ometria_store.ts";

/** What must have become of one order. Money in minor units of two decimals. */
export interface ExpectedOrder {
  readonly id: number;
  readonly store: string;
  readonly currency: string;
  readonly total: bigint;
  readonly refunded: bigint;
  readonly status: "complete" | "partial_refund" | "refunded" | "cancelled";
  /** Cancelled after it had been closed: right is `cancelled`, or never having been sent. */
  readonly optional: boolean;
}

/** Sums over the orders of one store in one currency, cancelled ones left out. */
export interface StoreSum {
  readonly store: string;
  readonly currency: string;
  readonly orders: number;
  /** Minor units of two decimals. */
  readonly total: bigint;
  readonly refunded: bigint;
}

/** Both sides of one store. */
export interface StoreComparison {
  readonly store: string;
  readonly currency: string;
  readonly expected: StoreSum;
  readonly arrived: StoreSum;
}

/** One order that is not as it must be. */
export interface Difference {
  readonly id: string;
  readonly what: "missing" | "extra" | "total" | "refunded" | "status" | "store";
  readonly expected: string;
  readonly arrived: string;
}

/** The result of a comparison. */
export interface TruthReport {
  readonly same: boolean;
  readonly stores: readonly StoreComparison[];
  readonly differences: number;
  /** The first of them, at most `maxDifferences`. */
  readonly examples: readonly Difference[];
}

/** What counts. */
export interface TruthOptions {
  /** Epoch ms: earlier orders, and refunds of them, are left out. */
  readonly startDate?: number | undefined;
  /** What stands before Sitoo's order id at Ometria. @default "till-" */
  readonly prefix?: string | undefined;
  /** @default 50 */
  readonly maxDifferences?: number | undefined;
}

/**
 * What a right pipeline with its default options makes of an order, from what the order is; or
 * `undefined` when nothing of its own must arrive.
 */
export function expectedOf(
  book: OrderBook,
  order: OrderModel,
  startDate = 0,
): ExpectedOrder | undefined {
  if (order.type !== 10 || order.date * 1000 < startDate) return undefined;
  const sells = order.kind === "sale" || order.kind === "mixed" || order.kind === "unlinked-mixed";
  if (!sells) return undefined;
  const cancelled = order.state === 20;
  if (cancelled ? !book.wasClosed(order.id) : order.state !== 10) return undefined;
  const back = givenBack(book, order);
  const status = cancelled
    ? "cancelled"
    : !back.any
    ? "complete"
    : back.everything
    ? "refunded"
    : "partial_refund";
  return {
    id: order.id,
    store: order.store.externalid,
    currency: order.site.currency,
    total: BigInt(totalOf({ ...order, lines: order.lines.filter(isEarned) })),
    refunded: BigInt(back.gross),
    status,
    optional: cancelled,
  };
}

/** Every order that must have arrived, by ascending id; nothing is held in memory. */
export function* expectedOrders(book: OrderBook, startDate = 0): Generator<ExpectedOrder> {
  for (let position = 0; position < book.length; position++) {
    const expected = expectedOf(book, book.order(position), startDate);
    if (expected !== undefined) yield expected;
  }
}

/** Holds what arrived at the fake Ometria against what must have. */
export function compareTruth(
  book: OrderBook,
  arrived: ReadonlyMap<string, ArrivedOrder>,
  options: TruthOptions = {},
): TruthReport {
  const { prefix = "till-", maxDifferences = 50, startDate = 0 } = options;
  const expectedSums = new Sums();
  const arrivedSums = new Sums();
  const examples: Difference[] = [];
  let differences = 0;
  let met = 0;
  function differ(difference: Difference): void {
    differences++;
    if (examples.length < maxDifferences) examples.push(difference);
  }
  for (const expected of expectedOrders(book, startDate)) {
    const id = `${prefix}${expected.id}`;
    const found = arrived.get(id);
    if (found !== undefined) met++;
    if (expected.status !== "cancelled") expectedSums.add(expected);
    const difference = differenceOf(id, expected, found);
    if (difference !== undefined) differ(difference);
  }
  for (const order of arrived.values()) {
    if (order.status !== "cancelled") arrivedSums.add(order);
    if (met === arrived.size) continue;
    const own = order.id.startsWith(prefix)
      ? book.byId(Number(order.id.slice(prefix.length)))
      : undefined;
    if (own !== undefined && expectedOf(book, own, startDate) !== undefined) continue;
    differ({ id: order.id, what: "extra", expected: "nothing", arrived: order.status });
  }
  return {
    same: differences === 0,
    stores: merge(expectedSums, arrivedSums),
    differences,
    examples,
  };
}

/** Sums of what must have arrived, per store and currency. */
export function expectedSums(book: OrderBook, startDate = 0): readonly StoreSum[] {
  const sums = new Sums();
  for (const expected of expectedOrders(book, startDate)) {
    if (expected.status !== "cancelled") sums.add(expected);
  }
  return sums.list();
}

/** Sums of what arrived at the fake Ometria, per store and currency. */
export function arrivedSums(arrived: Iterable<ArrivedOrder>): readonly StoreSum[] {
  const sums = new Sums();
  for (const order of arrived) if (order.status !== "cancelled") sums.add(order);
  return sums.list();
}

/** Sold lines count, but for gift cards: their money counts when they are used. */
function isEarned(line: LineModel): boolean {
  return line.quantity > 0 && !isGiftCard(line);
}

function givenBack(
  book: OrderBook,
  order: OrderModel,
): { any: boolean; everything: boolean; gross: number } {
  let gross = 0;
  let pieces = 0;
  const returns = book.returnsOf(order.id);
  for (const given of returns) {
    for (const line of given.lines) {
      gross += line.gross;
      pieces += line.quantity;
    }
  }
  let sold = 0;
  for (const line of order.lines) sold += isEarned(line) ? line.quantity : 0;
  return { any: returns.length > 0, everything: pieces >= sold, gross };
}

function differenceOf(
  id: string,
  expected: ExpectedOrder,
  found: ArrivedOrder | undefined,
): Difference | undefined {
  if (found === undefined) {
    if (expected.optional) return undefined;
    return { id, what: "missing", expected: expected.status, arrived: "nothing" };
  }
  if (found.total !== expected.total || found.currency !== expected.currency) {
    return differing(id, "total", [
      `${expected.total} ${expected.currency}`,
      `${found.total} ${found.currency}`,
    ]);
  }
  if (found.status !== expected.status) {
    return differing(id, "status", [expected.status, found.status]);
  }
  if (found.refunded !== expected.refunded && expected.status !== "cancelled") {
    return differing(id, "refunded", [String(expected.refunded), String(found.refunded)]);
  }
  if (found.store !== expected.store) {
    return differing(id, "store", [expected.store, found.store]);
  }
  return undefined;
}

function differing(
  id: string,
  what: Difference["what"],
  [expected, arrived]: readonly [string, string],
): Difference {
  return { id, what, expected, arrived };
}

interface Summand {
  readonly store: string;
  readonly currency: string;
  readonly total: bigint;
  readonly refunded: bigint;
}

class Sums {
  readonly #byKey = new Map<string, StoreSum>();

  add({ store, currency, total, refunded }: Summand): void {
    const key = `${store}\n${currency}`;
    const sum = this.#byKey.get(key);
    this.#byKey.set(key, {
      store,
      currency,
      orders: (sum?.orders ?? 0) + 1,
      total: (sum?.total ?? 0n) + total,
      refunded: (sum?.refunded ?? 0n) + refunded,
    });
  }

  get(store: string, currency: string): StoreSum {
    return this.#byKey.get(`${store}\n${currency}`) ??
      { store, currency, orders: 0, total: 0n, refunded: 0n };
  }

  list(): StoreSum[] {
    return [...this.#byKey.values()].sort((a, b) =>
      `${a.store} ${a.currency}` < `${b.store} ${b.currency}` ? -1 : 1
    );
  }
}

function merge(expected: Sums, arrived: Sums): StoreComparison[] {
  const keys = new Map<string, StoreSum>();
  for (const sum of [...expected.list(), ...arrived.list()]) {
    keys.set(`${sum.store}\n${sum.currency}`, sum);
  }
  return [...keys.values()].map(({ store, currency }) => ({
    store,
    currency,
    expected: expected.get(store, currency),
    arrived: arrived.get(store, currency),
  }));
}
