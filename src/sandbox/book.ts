import { at, hash, Rng } from "./random.ts";
import { sites, stores } from "./catalogue.ts";
import type { Clock } from "../time/clock.ts";
import type { OrderEventType, SitooEvent } from "./event.ts";
import type { History } from "./history.ts";
import { makeBasket, makeReturnLine } from "./lines.ts";
import {
  type OrderModel,
  receiptIdOf,
  type ReturnedLine,
  type ReturnModel,
} from "./order_model.ts";
import { type Person, personOf } from "./people.ts";

/** How a new order is made. */
export interface SellOptions {
  /** @default "closed" */
  readonly state?: "open" | "closed" | undefined;
  /** @default "sale" */
  readonly kind?: "sale" | "web" | "parked" | "booking" | undefined;
  /** An address, or `null` for an anonymous order. @default made up, or none in a third of the cases */
  readonly email?: string | null | undefined;
  /** `externalid` of the shop, e.g. `S-001`. @default any */
  readonly store?: string | undefined;
  /** Epoch ms of the sale. @default now */
  readonly date?: number | undefined;
  /** Whether the till also asks for a digital receipt. @default false */
  readonly receipt?: boolean | undefined;
  /** Whether events are sent; without, only a sweep can find the order. @default true */
  readonly events?: boolean | undefined;
}

/** What is given back. */
export interface RefundOptions {
  /** Pieces by line. @default one piece of the first line with something left */
  readonly lines?: readonly { readonly line: number; readonly quantity: number }[] | undefined;
  /** Everything that is left. @default false */
  readonly all?: boolean | undefined;
  /** Where the link is written; `none` makes a refund without a receipt. @default "both" */
  readonly link?: "credit" | "pos" | "both" | "none" | undefined;
  /** Whether each line names the original's line. @default true */
  readonly tellsLine?: boolean | undefined;
  /** @default true */
  readonly events?: boolean | undefined;
}

/** Parts the book needs from outside. */
export interface BookOptions {
  readonly history: History;
  readonly clock: Clock;
  readonly random: () => number;
  readonly seed: number;
  readonly accountId: number;
  readonly onEvent: (event: SitooEvent) => void;
}

/**
 * All orders of the fake account: the history, made on demand, and what happened since. Orders are
 * addressed by position (0 to `length` - 1), which rises with their ids.
 */
export class OrderBook {
  readonly history: History;
  readonly #options: BookOptions;
  readonly #live: OrderModel[] = [];
  readonly #livePosition = new Map<number, number>();
  readonly #changed = new Map<number, OrderModel>();
  readonly #returns = new Map<number, ReturnModel[]>();
  readonly #onceClosed = new Set<number>();
  #nextId: number;

  constructor(options: BookOptions) {
    this.history = options.history;
    this.#options = options;
    this.#nextId = options.history.ids.idOf(options.history.size);
  }

  get length(): number {
    return this.history.size + this.#live.length;
  }

  /** Orders of the history that are no longer as they were made, by position. */
  get changed(): ReadonlyMap<number, OrderModel> {
    return this.#changed;
  }

  /** The order at a position; throws `RangeError` outside. */
  order(position: number): OrderModel {
    const { size } = this.history;
    if (position >= size) return at(this.#live, position - size);
    return this.#changed.get(position) ?? this.history.order(position);
  }

  /** An order that is not as the history makes it, or `undefined`. */
  special(position: number): OrderModel | undefined {
    const { size } = this.history;
    return position >= size ? at(this.#live, position - size) : this.#changed.get(position);
  }

  position(id: number): number | undefined {
    const index = this.history.ids.indexOf(id);
    if (index !== undefined && index < this.history.size) return index;
    return this.#livePosition.get(id);
  }

  /** The first position whose id is not below `id`. */
  positionFrom(id: number): number {
    const index = this.history.ids.indexFrom(id);
    if (index < this.history.size) return index;
    const live = this.#live.findIndex((order) => order.id >= id);
    return live < 0 ? this.length : this.history.size + live;
  }

  byId(id: number): OrderModel | undefined {
    const position = this.position(id);
    return position === undefined ? undefined : this.order(position);
  }

  /** What was given back of an order by refunds that stand, oldest first. */
  returnsOf(id: number): ReturnModel[] {
    const index = this.history.ids.indexOf(id);
    const old = index === undefined || index >= this.history.size
      ? []
      : this.history.returnsOf(index);
    const added = this.#returns.get(id);
    if (added === undefined && this.#changed.size === 0) return old;
    return [...old, ...added ?? []].filter((given) => this.byId(given.refundId)?.state !== 20);
  }

  /** Whether an order that is cancelled now had been closed, so may have been sent on before. */
  wasClosed(id: number): boolean {
    return this.#onceClosed.has(id);
  }

  /** Takes a new order; returns its id. */
  sell(options: SellOptions = {}): number {
    const id = this.#takeId();
    const rng = new Rng(hash(this.#options.seed, id, 21));
    const store = options.store === undefined
      ? rng.pick(stores)
      : at(stores, stores.findIndex((one) => one.externalid === options.store));
    const site = at(sites, sites.findIndex((one) => one.eshopid === store.eshopid));
    const kind = options.kind ?? "sale";
    const open = options.state === "open" || kind === "parked" || kind === "booking";
    const person = this.#person(rng, options.email);
    this.#add({
      id,
      kind: kind === "sale" && open ? "open" : kind,
      site,
      store,
      date: Math.floor((options.date ?? this.#options.clock.now()) / 1000),
      state: open ? 0 : 10,
      payment: open ? 15 : 20,
      type: kind === "parked" ? 110 : kind === "booking" ? 100 : 10,
      lines: makeBasket(rng, site),
      roundoff: 0,
      paidBy: open ? "none" : "card",
      ...(kind === "web" ? { externalid: `WEB-${id}` } : { register: rng.pick(store.registers) }),
      ...(person === undefined ? {} : { person }),
    });
    if (options.events === false) return id;
    this.#emit(id, "add");
    if (!open && rng.chance(0.4)) this.#emit(id, "update", "closed");
    if (options.receipt === true) this.#emit(id, "email-receipt");
    return id;
  }

  /** Takes something back; returns the refund's id. Throws `RangeError` when nothing is left. */
  refund(original: number, options: RefundOptions = {}): number {
    const sale = this.#need(original);
    const pieces = this.#pieces(sale, options);
    const id = this.#takeId();
    const rng = new Rng(hash(this.#options.seed, id, 22));
    const link = options.link ?? "both";
    const lines = pieces.map((piece) =>
      makeReturnLine(at(sale.lines, piece.line), {
        index: piece.line,
        already: piece.already,
        quantity: piece.quantity,
        tellsLine: options.tellsLine ?? true,
      })
    );
    const date = Math.floor(this.#options.clock.now() / 1000);
    const linked = link === "none"
      ? { kind: "unlinked-refund" as const }
      : { kind: refundKind(sale), original, link };
    this.#add({
      id,
      ...linked,
      site: sale.site,
      store: sale.store,
      register: rng.pick(sale.store.registers),
      date,
      state: 10,
      payment: 20,
      type: 10,
      lines,
      roundoff: 0,
      paidBy: "card",
      ...(sale.person === undefined ? {} : { person: sale.person }),
    });
    if (link !== "none") {
      const returned: ReturnedLine[] = lines.map((line) => ({
        line: line.originalLine ?? 0,
        quantity: -line.quantity,
        gross: 0 - line.gross,
      }));
      const list = this.#returns.get(original) ?? [];
      this.#returns.set(original, [...list, { refundId: id, date, lines: returned }]);
    }
    if (options.events !== false) this.#emit(id, "add");
    return id;
  }

  /**
   * Exchanges one piece for something new: a refund and a sale that name each other, settled without
   * money. Throws `RangeError` when nothing is left.
   */
  exchange(original: number): { readonly refund: number; readonly sale: number } {
    const refund = this.refund(original, { events: false });
    const { store, person } = this.#need(refund);
    const sale = this.sell({
      store: store.externalid,
      email: person?.email ?? null,
      events: false,
    });
    this.#pair(refund, sale, "sale");
    this.#pair(sale, refund, "refund");
    this.#emit(refund, "add");
    this.#emit(sale, "add");
    return { refund, sale };
  }

  /** Cancels an order, or a refund: then its original counts as not refunded by it. */
  cancel(id: number): void {
    const order = this.#need(id);
    if (order.state === 10) this.#onceClosed.add(id);
    this.#replace({ ...order, state: 20, payment: 30 });
    this.#emit(id, "update", "cancelled");
  }

  /** Closes an open order: now it is a sale. */
  close(id: number): void {
    const order = this.#need(id);
    const kind = order.kind === "open" ? "sale" : order.kind;
    this.#replace({ ...order, kind, state: 10, payment: 20, paidBy: "card" });
    this.#emit(id, "update", "closed");
  }

  /** Touches an order; with an email, it is now that person's. */
  update(id: number, change: { readonly email?: string | undefined } = {}): void {
    const order = this.#need(id);
    if (change.email !== undefined) {
      this.#replace({ ...order, person: { email: change.email, first: "Kim", last: "Ek" } });
    }
    this.#emit(id, "update");
  }

  /** The cashier sends the digital receipt. */
  requestReceipt(id: number): void {
    this.#need(id);
    this.#emit(id, "email-receipt");
  }

  #pieces(
    sale: OrderModel,
    options: RefundOptions,
  ): { line: number; already: number; quantity: number }[] {
    const gone = sale.lines.map(() => 0);
    for (const given of this.returnsOf(sale.id)) {
      for (const line of given.lines) gone[line.line] = (gone[line.line] ?? 0) + line.quantity;
    }
    const left = sale.lines.flatMap((line, index) => {
      const already = at(gone, index);
      return line.quantity > already
        ? [{ line: index, already, quantity: line.quantity - already }]
        : [];
    });
    const wanted = options.lines ??
      (options.all === true ? left : left.slice(0, 1).map((piece) => ({ ...piece, quantity: 1 })));
    return checked(wanted, left, sale.id);
  }

  #person(rng: Rng, email: string | null | undefined): Person | undefined {
    if (email === null) return undefined;
    if (email !== undefined) return { email, first: "Maja", last: "Ek" };
    if (rng.chance(0.35)) return undefined;
    return personOf(this.#options.seed, rng.below(Math.max(40, Math.floor(this.length / 4))));
  }

  #pair(id: number, other: number, is: "sale" | "refund"): void {
    const receipt = receiptIdOf(this.#need(other)) ?? "";
    this.#replace({
      ...this.#need(id),
      partner: { id: other, is, receipt },
      paidBy: "exchange",
    });
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId += hash(this.#options.seed, id, 23) % 40 === 0 ? 2 : 1;
    return id;
  }

  #add(order: OrderModel): void {
    this.#livePosition.set(order.id, this.length);
    this.#live.push(order);
  }

  #replace(order: OrderModel): void {
    const position = this.position(order.id);
    if (position === undefined) throw new RangeError(`Cannot find order ${order.id}`);
    if (position < this.history.size) this.#changed.set(position, order);
    else this.#live[position - this.history.size] = order;
  }

  #need(id: number): OrderModel {
    const order = this.byId(id);
    if (order === undefined) throw new RangeError(`Cannot find order ${id}`);
    return order;
  }

  #emit(
    id: number,
    type: OrderEventType,
    state?: "open" | "closed" | "cancelled",
  ): void {
    const order = this.#need(id);
    this.#options.onEvent({
      event_id: hexId(this.#options.random),
      event_type: order.type === 100 ? "booking" : "order",
      event_date: Math.floor(this.#options.clock.now() / 1000),
      account_id: this.#options.accountId,
      data: {
        eshop_id: order.site.eshopid,
        order_id: id,
        ...(order.register === undefined ? {} : { warehouse_id: order.store.warehouseid }),
        order_event_type: type,
        ...(state === undefined ? {} : { order_state_changed: state }),
      },
    });
  }
}

function refundKind(sale: OrderModel): "refund" | "web-refund" {
  return sale.kind === "web" ? "web-refund" : "refund";
}

function checked(
  wanted: readonly { readonly line: number; readonly quantity: number }[],
  left: readonly { line: number; already: number; quantity: number }[],
  id: number,
): { line: number; already: number; quantity: number }[] {
  if (wanted.length === 0) throw new RangeError(`Cannot refund order ${id}: nothing is left`);
  return wanted.map(({ line, quantity }) => {
    const found = left.find((piece) => piece.line === line);
    if (found === undefined || quantity < 1 || quantity > found.quantity) {
      throw new RangeError(`Cannot refund ${quantity} of line ${line} of order ${id}: not left`);
    }
    return { line, already: found.already, quantity };
  });
}

function hexId(random: () => number): string {
  let id = "";
  for (let part = 0; part < 4; part++) {
    id += Math.floor(random() * 4294967296).toString(16).padStart(8, "0");
  }
  return id;
}
