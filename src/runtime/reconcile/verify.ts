import { confirmAfter, differenceOf } from "../../engine/confirmation.ts";
import type { StoredOrder } from "../../ometria/api.ts";
import type { ExpectedOrder } from "../../records/expected_order.ts";
import { Decimal } from "../../records/money.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import { OrderList } from "./order_list.ts";
import { persist } from "./persist.ts";
import { ordersPerRead, redecide } from "./redecide.ts";

/** Orders that are compared at a time: what is kept in memory. */
const ordersPerSlice = 5_000;

/** What an order must be like at Ometria. */
interface Expectation {
  readonly orderId: number;
  readonly total: string;
  /** Epoch ms. */
  readonly acceptedAt: number;
  /** Absent where what was sent cannot be told any more: then its id and total are compared. */
  readonly expected?: ExpectedOrder;
}

/** What was found wrong, by order id. */
export interface ReadBack {
  readonly orders: number;
  readonly wrong: ReadonlyMap<number, Mistake>;
}

/** An order that is not at Ometria as it should be. */
export interface Mistake {
  readonly cause: "not-at-ometria" | "differs-at-ometria";
  readonly detail?: string;
}

/**
 * Reads delivered orders back from Ometria and compares them, as confirm does. Throws `ApiError`.
 *
 * @param orderIds ascending
 */
export async function readBack(
  orderIds: readonly number[],
  context: PipelineContext,
  { signal, onProgress }: {
    readonly signal: AbortSignal;
    readonly onProgress: (done: number) => void;
  },
): Promise<ReadBack> {
  const list = new OrderList(context, signal);
  const wrong = new Map<number, Mistake>();
  let orders = 0;
  // From the end: what was sold last was mostly changed last, and that is where the list begins.
  for (let end = orderIds.length; end > 0; end -= ordersPerSlice) {
    const slice = orderIds.slice(Math.max(0, end - ordersPerSlice), end);
    const wanted = new Map<string, Expectation>();
    for (let from = 0; from < slice.length; from += ordersPerRead) {
      const part = slice.slice(from, from + ordersPerRead);
      for (const [sentId, one] of await expectationsOf(part, context, signal)) {
        wanted.set(sentId, one);
      }
    }
    orders += wanted.size;
    // What differs in the list is read by itself: a list may say less than an order does.
    const isRight = (order: StoredOrder): boolean => {
      const one = wanted.get(order.id);
      return one !== undefined && mistakeOf(one, order) === undefined;
    };
    await list.takeOut(wanted, isRight, (left) => onProgress(orders - left));
    let left = wanted.size;
    for (const [sentId, one] of wanted) {
      const read = (): Promise<StoredOrder | undefined> =>
        context.ometria.readOrder(sentId, signal, { priority: "history" });
      const mistake = mistakeOf(one, await persist(read, context, signal));
      if (mistake !== undefined) wrong.set(one.orderId, withAge(mistake, one, context.clock.now()));
      onProgress(orders - --left);
    }
  }
  return { orders, wrong };
}

/** By the id at Ometria. */
async function expectationsOf(
  orderIds: readonly number[],
  context: PipelineContext,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Expectation>> {
  const expectations = new Map<string, Expectation>();
  for (const [orderId, { row, decision, unchanged }] of await redecide(orderIds, context, signal)) {
    if (!isAccepted(row)) continue;
    const expected = decision.kind === "send" && unchanged ? decision.encoded.expected : undefined;
    expectations.set(row.sentId, {
      orderId,
      total: row.total,
      acceptedAt: row.acceptedAt,
      ...(expected === undefined ? {} : { expected }),
    });
  }
  return expectations;
}

type Accepted = LedgerRow & Required<Pick<LedgerRow, "sentId" | "total" | "acceptedAt">>;

function isAccepted(row: LedgerRow | undefined): row is Accepted {
  return row?.sentId !== undefined && row.total !== undefined && row.acceptedAt !== undefined;
}

function mistakeOf(one: Expectation, stored: StoredOrder | undefined): Mistake | undefined {
  if (stored === undefined) return { cause: "not-at-ometria" };
  const detail = one.expected === undefined
    ? totalDifference(one.total, stored)
    : differenceOf(one.expected, stored);
  return detail === undefined ? undefined : { cause: "differs-at-ometria", detail };
}

/** Ometria stores what it accepts some time later. */
function withAge(mistake: Mistake, { acceptedAt }: Expectation, now: number): Mistake {
  if (now >= acceptedAt + confirmAfter) return mistake;
  const age = `accepted ${Math.round((now - acceptedAt) / 1000)} s ago, may not be stored yet`;
  return {
    ...mistake,
    detail: mistake.detail === undefined ? age : `${mistake.detail}; ${age}`,
  };
}

function totalDifference(total: string, stored: StoredOrder): string | undefined {
  const off = Decimal.parse(stored.grand_total).minus(Decimal.parse(total)).abs();
  if (off.compare(Decimal.parse("0.005")) < 0) return undefined;
  return `grand_total is ${stored.grand_total}, not ${total}`;
}
