import type { OrderPlace } from "../../records/order_head.ts";
import { Decimal } from "../../records/money.ts";
import {
  type Bucket,
  buckets,
  type Figures,
  type Group,
  type StoreTotal,
  type Sum,
  type Total,
} from "./report.ts";

/** What one order counts as. */
export interface Counted {
  readonly bucket: Bucket;
  /** The rule of a skip, the reason of a dead order, what a due one waits for. */
  readonly rule?: string;
  /** Of a delivered order: the total that was sent. */
  readonly sent?: Decimal;
  readonly confirmed?: boolean;
}

/** Adds orders up by store, day and currency, in exact decimals. Order of arrival does not matter. */
export class Tally {
  readonly #groups = new Map<string, Sums>();

  /** Counts an order of Sitoo, with Sitoo's money. */
  add(place: OrderPlace, money: Decimal, counted: Counted): void {
    this.#sums(place).add(money, counted);
  }

  /** Takes back what was counted. */
  remove(place: OrderPlace, money: Decimal, counted: Counted): void {
    this.#sums(place).add(money, counted, -1);
  }

  /** Counts an order that Sitoo answers no longer. */
  addGone(place: OrderPlace, sent: Decimal): void {
    this.#sums(place).gone.add(sent);
  }

  /** By day, store and currency. */
  groups(): readonly Group[] {
    return [...this.#groups.values()]
      .toSorted((a, b) => compareKeys(orderOf(a.place), orderOf(b.place)))
      .map((sums) => ({ ...sums.place, ...sums.figures() }));
  }

  /** Over all days, by store and currency. */
  stores(): readonly StoreTotal[] {
    return this.#joined((place) => ({ ...place, day: "" }))
      .map(({ place: { store, currency }, sums }) => ({ store, currency, ...sums.figures() }));
  }

  /** Over all stores and days, by currency. */
  totals(): readonly Total[] {
    return this.#joined(({ currency }) => ({ store: "", day: "", currency }))
      .map(({ place: { currency }, sums }) => ({ currency, ...sums.figures() }));
  }

  #joined(
    placeOf: (place: OrderPlace) => OrderPlace,
  ): readonly { readonly place: OrderPlace; readonly sums: Sums }[] {
    const joined = new Map<string, Sums>();
    for (const sums of this.#groups.values()) {
      const place = placeOf(sums.place);
      const key = orderOf(place).join("\n");
      const sum = joined.get(key) ?? new Sums(place);
      joined.set(key, sum);
      sum.join(sums);
    }
    return [...joined.values()].map((sums) => ({ place: sums.place, sums }))
      .toSorted((a, b) => compareKeys(orderOf(a.place), orderOf(b.place)));
  }

  #sums(place: OrderPlace): Sums {
    const key = orderOf(place).join("\n");
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const { store, day, currency } = place;
    const sums = new Sums({ store, day, currency });
    this.#groups.set(key, sums);
    return sums;
  }
}

class RunningSum {
  orders = 0;
  money: Decimal = Decimal.zero;

  add(money: Decimal, times: 1 | -1 = 1): void {
    this.orders += times;
    this.money = this.money.plus(times === 1 ? money : money.negated());
  }

  join(other: RunningSum): void {
    this.orders += other.orders;
    this.money = this.money.plus(other.money);
  }

  sum(): Sum {
    return { orders: this.orders, money: text(this.money) };
  }
}

type SumsBy = Map<string, RunningSum>;

class Sums {
  readonly place: OrderPlace;
  readonly sitoo = new RunningSum();
  readonly confirmed = new RunningSum();
  readonly gone = new RunningSum();
  readonly byBucket: Readonly<Record<Bucket, RunningSum>> = {
    delivered: new RunningSum(),
    linked: new RunningSum(),
    skipped: new RunningSum(),
    waiting: new RunningSum(),
    due: new RunningSum(),
    dead: new RunningSum(),
    unexplained: new RunningSum(),
  };
  readonly byRule: Readonly<Record<"skipped" | "dead" | "due", SumsBy>> = {
    skipped: new Map(),
    dead: new Map(),
    due: new Map(),
  };
  sent: Decimal = Decimal.zero;

  constructor(place: OrderPlace) {
    this.place = place;
  }

  add(money: Decimal, { bucket, rule, sent = money, confirmed }: Counted, times: 1 | -1 = 1): void {
    this.sitoo.add(money, times);
    this.byBucket[bucket].add(money, times);
    if (bucket === "delivered") this.sent = this.sent.plus(times === 1 ? sent : sent.negated());
    if (bucket === "delivered" && confirmed === true) this.confirmed.add(money, times);
    if (bucket === "skipped" || bucket === "dead" || bucket === "due") {
      ruleSum(this.byRule[bucket], rule ?? bucket).add(money, times);
    }
  }

  join(other: Sums): void {
    this.sitoo.join(other.sitoo);
    this.confirmed.join(other.confirmed);
    this.gone.join(other.gone);
    this.sent = this.sent.plus(other.sent);
    for (const bucket of buckets) this.byBucket[bucket].join(other.byBucket[bucket]);
    for (const bucket of ["skipped", "dead", "due"] as const) {
      for (const [rule, sum] of other.byRule[bucket]) ruleSum(this.byRule[bucket], rule).join(sum);
    }
  }

  figures(): Figures {
    const { delivered, linked, skipped, waiting, due, dead, unexplained } = this.byBucket;
    return {
      sitoo: this.sitoo.sum(),
      delivered: delivered.sum(),
      confirmed: this.confirmed.sum(),
      sent: text(this.sent),
      notSent: text(delivered.money.minus(this.sent)),
      linked: linked.sum(),
      skipped: skipped.sum(),
      waiting: waiting.sum(),
      due: due.sum(),
      dead: dead.sum(),
      unexplained: unexplained.sum(),
      gone: this.gone.sum(),
      skippedBy: rules(this.byRule.skipped),
      deadBy: rules(this.byRule.dead),
      dueBy: rules(this.byRule.due),
    };
  }
}

function ruleSum(sums: SumsBy, rule: string): RunningSum {
  const known = sums.get(rule);
  if (known !== undefined) return known;
  const sum = new RunningSum();
  sums.set(rule, sum);
  return sum;
}

function rules(sums: SumsBy): Readonly<Record<string, Sum>> {
  return Object.fromEntries(
    [...sums].toSorted(([a], [b]) => a < b ? -1 : 1).map(([rule, sum]) => [rule, sum.sum()]),
  );
}

/** At least two decimals, so that a sum of nothing looks like money. */
function text(money: Decimal): string {
  return money.plus(cents).toString();
}

const cents = new Decimal(0, 2);

function orderOf({ day, store, currency }: OrderPlace): readonly string[] {
  return [day, store, currency];
}

function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? "";
    // What belongs to no store comes last.
    if (part !== other) return other === "" || (part !== "" && part < other) ? -1 : 1;
  }
  return 0;
}
