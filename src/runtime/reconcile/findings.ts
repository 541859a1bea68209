import type { OrderPlace } from "../../records/order_head.ts";
import { Decimal } from "../../records/money.ts";
import { type Cause, type CauseCount, type Difference, differencesKept } from "./report.ts";

/** An order that differs, and how it could be healed. */
export interface Finding {
  readonly orderId: number;
  readonly place: OrderPlace;
  /** Sitoo's total; of an order that is gone there, the total that was sent. */
  readonly money: Decimal;
  readonly cause: Cause;
  /** The reason of a dead order. */
  readonly rule?: string;
  readonly detail?: string;
  /** Orders to make due: itself, or the sales of a refund. */
  readonly fix: readonly number[];
}

/** What has to be sent although its content may be that of the last time. */
const forced: readonly Cause[] = ["refund-not-joined", "not-at-ometria", "differs-at-ometria"];

/** What is healed by looking at the order again. */
const healed: readonly Cause[] = [
  "never-seen",
  "history-not-brought",
  "changed-since",
  "money-differs",
  "not-answered",
  "not-at-ometria",
  "differs-at-ometria",
];

/** Whether looking at the order itself again heals this. */
export function isHealedByItself(cause: Cause): boolean {
  return healed.includes(cause);
}

/** All that differs: each one up to a number, then only what is needed to count and to mend them. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<Cause, { orders: number; fixable: number }>();
  readonly #fix = new Map<number, boolean>();
  readonly #most: number;

  /** @param most findings that are kept one by one */
  constructor(most: number = differencesKept) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  add(finding: Finding): void {
    const { cause, fix } = finding;
    const counts = this.#counts.get(cause) ?? { orders: 0, fixable: 0 };
    counts.orders++;
    if (fix.length > 0) counts.fixable++;
    this.#counts.set(cause, counts);
    for (const orderId of fix) {
      const force = forced.includes(cause) || this.#fix.get(orderId) === true;
      this.#fix.set(orderId, force);
    }
    if (this.#kept.length < this.#most) this.#kept.push(finding);
  }

  /** Orders to make due, and whether each is to be sent even if it is unchanged. */
  get toFix(): ReadonlyMap<number, boolean> {
    return this.#fix;
  }

  /** By cause, the most frequent first. */
  causes(): readonly CauseCount[] {
    return [...this.#counts].map(([cause, counts]) => ({ cause, ...counts }))
      .toSorted((a, b) => b.orders - a.orders || (a.cause < b.cause ? -1 : 1));
  }

  /** By order id. */
  differences(): readonly Difference[] {
    return this.#kept.toSorted((a, b) => a.orderId - b.orderId).map(asDifference);
  }
}

function asDifference({ orderId, place, money, cause, detail, fix }: Finding): Difference {
  const { store, day, currency } = place;
  return {
    orderId,
    store,
    day,
    currency,
    money: money.toString(),
    cause,
    ...(detail === undefined ? {} : { detail }),
    fixable: fix.length > 0,
  };
}
