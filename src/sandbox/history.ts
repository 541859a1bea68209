import { Allocator } from "./allocation.ts";
import { type Register, type Site, sites, type Store } from "./catalogue.ts";
import { BLOCK, IdSpace } from "./ids.ts";
import { giftCardLine, makeBasket, makeReturnLine, negated, skusDiffer } from "./lines.ts";
import { cashRounding, netOf } from "./money.ts";
import type { Fee, LineModel, OrderKind, OrderModel, ReturnModel } from "./order_model.ts";
import { type Person, personOf } from "./people.ts";
import { Planner, returnsSomething, type Role } from "./plan.ts";
import { at, hash, Rng } from "./random.ts";

/** What the history is made from. The same values give the same orders. */
export interface HistoryOptions {
  readonly seed: number;
  /** How many orders there are. */
  readonly orders: number;
  readonly firstId: number;
  /** Share of orders that are refunds, 0 to 0.4. */
  readonly refundRate: number;
  /** Epoch ms between which the orders are spread. */
  readonly start: number;
  readonly end: number;
}

/** The cheap part of an order: enough for list filters, without its lines. */
export interface OrderHead {
  readonly role: Role;
  readonly site: Site;
  readonly store: Store;
  readonly register: Register;
  readonly state: number;
  readonly payment: number;
  readonly type: number;
}

/** At most this much older than its neighbours is the sale of a till that was offline, seconds. */
export const MAX_OFFLINE = 6 * 3600;

/**
 * Orders that lie in the past when the sandbox starts. Order k is made on demand from the seed, so
 * a million of them need no memory.
 */
export class History {
  readonly size: number;
  readonly ids: IdSpace;
  readonly #options: HistoryOptions;
  readonly #planner: Planner;
  readonly #allocator: Allocator;
  readonly #step: number;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.size = options.orders;
    this.ids = new IdSpace(options.seed, options.firstId);
    this.#planner = new Planner(options.seed, options.refundRate);
    this.#allocator = new Allocator(options.seed, this.#planner, (index) => this.#lines(index));
    this.#step = (options.end - options.start) / Math.max(1, options.orders);
  }

  /** What an order is, without its lines. */
  head(index: number): OrderHead {
    const role = this.#role(index);
    const place = this.#placeIndex(index, role);
    const h = hash(this.#options.seed, place, 2);
    const site = at(sites, sitePick(h));
    const store = at(site.stores, (h >>> 8) % site.stores.length);
    const till = hash(this.#options.seed, index, 3);
    const register = at(store.registers, till % store.registers.length);
    return { role, site, store, register, ...statesOf(role, till >>> 8) };
  }

  /** When the order was made, Unix seconds. */
  date(index: number): number {
    const h = hash(this.#options.seed, index, 4);
    const jitter = (h & 0xffff) / 0x10000;
    const date = Math.floor((this.#options.start + (index + jitter) * this.#step) / 1000);
    const offline = h >>> 16;
    if (offline % 160 !== 0 || this.#role(index) !== "sale") return date;
    return date - 600 - (offline * 13) % (MAX_OFFLINE - 600);
  }

  /** The first index that can hold a date of at least `seconds`, offline tills left aside. */
  indexAt(seconds: number): number {
    if (!Number.isFinite(seconds)) return seconds < 0 ? 0 : this.size;
    const index = Math.floor((seconds * 1000 - this.#options.start) / this.#step) - 1;
    return Math.max(0, Math.min(this.size, index));
  }

  /** The person of an order, `undefined` when anonymous. */
  person(index: number): Person | undefined {
    const { seed, orders } = this.#options;
    const from = this.#placeIndex(index, this.#role(index));
    const web = this.#role(from).startsWith("web");
    if (!web && hash(seed, from, 5) % 100 < 35) return undefined;
    return personOf(seed, hash(seed, from, 6) % Math.max(40, Math.floor(orders / 4)));
  }

  /** The whole order. */
  order(index: number): OrderModel {
    const { role, ...head } = this.head(index);
    const { register, ...place } = head;
    const rng = new Rng(hash(this.#options.seed, index, 8));
    const person = this.person(index);
    const base = {
      id: this.ids.idOf(index),
      ...place,
      date: this.date(index),
      ...(person === undefined ? {} : { person }),
    };
    const atTill = role === "web" || role === "web-open" ? {} : { register };
    if (returnsSomething(role)) return { ...base, ...atTill, ...this.#giveBack(index, role, rng) };
    if (role === "unlinked-refund" || role === "unlinked-mixed") {
      return { ...base, ...atTill, ...this.#giveBackUnlinked(index, role) };
    }
    return { ...base, ...atTill, ...this.#sell(index, role, rng, head.site) };
  }

  /** Everything that later orders of the history give back of this one, oldest first. */
  returnsOf(index: number): ReturnModel[] {
    const block = Math.floor(index / BLOCK);
    const list: ReturnModel[] = [];
    for (const given of this.#allocator.givenBack(block)) {
      if (given.original !== index || given.refund >= this.size) continue;
      const lines = this.#lines(index);
      list.push({
        refundId: this.ids.idOf(given.refund),
        date: this.date(given.refund),
        lines: given.pieces.map((piece) => {
          const line = makeReturnLine(at(lines, piece.line), {
            index: piece.line,
            already: piece.already,
            quantity: piece.quantity,
            tellsLine: true,
          });
          return { line: piece.line, quantity: piece.quantity, gross: 0 - line.gross };
        }),
      });
    }
    return list;
  }

  #role(index: number): Role {
    const block = Math.floor(index / BLOCK);
    return at(this.#planner.plan(block), index - block * BLOCK).role;
  }

  /** A refund happens on its original's site and store, to its person. */
  #placeIndex(index: number, role: Role): number {
    if (role === "exchange-sale") return this.#placeIndex(index - 1, "exchange-refund");
    if (!returnsSomething(role)) return index;
    return this.#allocator.ofRefund(index)?.original ?? index;
  }

  #lines(index: number): LineModel[] {
    return makeBasket(new Rng(hash(this.#options.seed, index, 9)), this.head(index).site);
  }

  #giveBack(index: number, role: Role, rng: Rng): Partial<OrderModel> & OrderParts {
    const given = this.#allocator.ofRefund(index);
    if (given === undefined) {
      return this.#giveBackUnlinked(index, role === "mixed" ? "unlinked-mixed" : "unlinked-refund");
    }
    const sold = role === "mixed" ? this.#lines(index) : [];
    const lines = this.#lines(given.original);
    const tellsLine = !skusDiffer(lines) || rng.chance(0.9);
    const returned = given.pieces.map((piece) =>
      makeReturnLine(at(lines, piece.line), {
        index: piece.line,
        already: piece.already,
        quantity: piece.quantity,
        tellsLine,
      })
    );
    const kind = role === "mixed" ? "mixed" : role === "web-refund" ? "web-refund" : "refund";
    const dice = rng.below(100);
    return {
      ...refund(kind, [...sold, ...returned]),
      original: this.ids.idOf(given.original),
      link: dice < 60 ? "both" : dice < 85 ? "credit" : "pos",
      ...(role === "exchange-refund" ? this.#exchange(index, "sale") : {}),
    };
  }

  /** What is brought back without a receipt, alone or beside something bought. */
  #giveBackUnlinked(index: number, kind: "unlinked-refund" | "unlinked-mixed"): OrderParts {
    const { site } = this.head(index);
    const back = makeBasket(new Rng(hash(this.#options.seed, index, 10)), site);
    return kind === "unlinked-mixed"
      ? refund(kind, [...this.#lines(index), ...negated(back.slice(0, 1))])
      : refund(kind, negated(back));
  }

  #sell(index: number, role: Role, rng: Rng, site: Site): Partial<OrderModel> & OrderParts {
    const kind = kindOf(role);
    const web = kind === "web";
    const lines = this.#lines(index);
    if (role === "gift-card-sale") lines.push(giftCardLine(rng, site));
    const cash = kind === "sale" && role !== "exchange-sale" && rng.chance(0.2);
    const delivery = rng.chance(web ? 0.6 : 0.03) ? fee(4900, site) : undefined;
    const checkout = rng.chance(0.005) ? fee(2900, site) : undefined;
    let gross = lines.reduce((sum, line) => sum + line.gross, 0);
    for (const extra of [delivery, checkout]) gross += extra ? extra.net + extra.vat : 0;
    const id = this.ids.idOf(index);
    return {
      kind,
      lines,
      roundoff: cash && site.currency === "SEK" ? cashRounding(gross) : 0,
      paidBy: role === "exchange-sale"
        ? "exchange"
        : cash
        ? "cash"
        : kind === "sale"
        ? "card"
        : "none",
      ...(delivery === undefined ? {} : { delivery }),
      ...(checkout === undefined ? {} : { checkout }),
      ...(web ? { externalid: `WEB-${id}` } : {}),
      ...(role === "exchange-sale" ? this.#exchange(index, "refund") : {}),
      ...(role === "sale" && index % BLOCK > 0 && this.#role(index - 1) === "parked"
        ? { source: this.ids.idOf(index - 1) }
        : {}),
    };
  }

  #exchange(index: number, is: "sale" | "refund"): Pick<OrderModel, "partner" | "paidBy"> {
    const other = is === "sale" ? index + 1 : index - 1;
    const receipt = `${this.head(other).register.registerkey}${this.ids.idOf(other)}`;
    return { partner: { id: this.ids.idOf(other), is, receipt }, paidBy: "exchange" };
  }
}

/** What every order has besides its place and time. */
type OrderParts = Pick<OrderModel, "kind" | "lines" | "roundoff" | "paidBy">;

function refund(kind: OrderKind, lines: readonly LineModel[]): OrderParts {
  return { kind, lines, roundoff: 0, paidBy: "card" };
}

function fee(gross: number, site: Site): Fee {
  const amount = site.currency === "GBP" ? Math.round(gross / 1000) * 100 : gross;
  const net = netOf(amount, site.currency === "GBP" ? 20 : 25);
  return { net, vat: amount - net };
}

function kindOf(role: Role): OrderKind {
  switch (role) {
    case "web":
    case "web-open":
      return "web";
    case "open":
    case "parked":
    case "booking":
    case "cancelled":
    case "abandoned":
      return role;
    default:
      return "sale";
  }
}

function sitePick(h: number): number {
  const dice = h % 100;
  return dice < 60 ? 0 : dice < 88 ? 1 : 2;
}

function statesOf(role: Role, h: number): { state: number; payment: number; type: number } {
  switch (role) {
    case "parked":
      return { state: 0, payment: 0, type: 110 };
    case "booking":
      return { state: 0, payment: 10, type: 100 };
    case "open":
    case "web-open":
      return { state: 0, payment: 15, type: 10 };
    case "cancelled":
      return { state: 20, payment: 30, type: 10 };
    case "abandoned":
      return { state: -1, payment: 40, type: 10 };
    default:
      return { state: 10, payment: h % 300 === 0 ? 10 : 20, type: 10 };
  }
}
