import { minorOf } from "./money.ts";
import { checkRecord, isFields, type RecordError } from "./ometria_check.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What the fake keeps of every order it stored. Money in minor units of two decimals. */
export interface ArrivedOrder {
  readonly id: string;
  readonly store: string;
  readonly currency: string;
  readonly timestamp: string;
  readonly status: string;
  readonly valid: boolean;
  readonly total: bigint;
  readonly refunded: bigint;
  readonly quantityRefunded: number;
  readonly lines: number;
  /** How often this id was pushed and stored. */
  readonly times: number;
  /** Rises with every stored order of the account. */
  readonly sequence: number;
}

/** A person as Ometria merges it from listings and orders. */
export interface Profile {
  readonly email: string;
  /** Absent: never asked. */
  readonly marketing_optin?: boolean | null;
}

/** What a fake Ometria account holds. Whole records are kept only for the newest orders. */
export class OmetriaStore {
  readonly orders = new Map<string, ArrivedOrder>();
  readonly contacts = new Map<string, Fields>();
  readonly profiles = new Map<string, Profile>();
  readonly #whole = new Map<string, Fields>();
  #log: string[] = [];
  #errors: RecordError[] = [];
  #invalid = 0;
  #stored = 0;
  readonly #keepWhole: number;
  readonly #orderProfileOptIn: boolean | undefined;

  /**
   * @param options.keepWhole how many whole order records are kept
   * @param options.orderProfileOptIn what `marketing_optin` says of a person known by an order only
   */
  constructor(options: { keepWhole: number; orderProfileOptIn: boolean | undefined }) {
    this.#keepWhole = options.keepWhole;
    this.#orderProfileOptIn = options.orderProfileOptIn;
  }

  /** Records that were accepted and then found wrong. */
  get invalid(): number {
    return this.#invalid;
  }

  /** Records that were stored, updates included. */
  get stored(): number {
    return this.#stored;
  }

  /** The latest 100 validation errors, newest last. */
  get errors(): readonly RecordError[] {
    return this.#errors;
  }

  /** Forgets everything but what was counted. */
  clear(): void {
    for (const map of [this.orders, this.contacts, this.profiles, this.#whole]) map.clear();
    this.#log = [];
    this.#errors = [];
  }

  /** Forgets one order, as if it had got lost; whether there was one. */
  remove(id: string): boolean {
    this.#whole.delete(id);
    return this.orders.delete(id);
  }

  /** Checks a record, and stores it if nothing is wrong. */
  apply(record: Fields): void {
    const errors = checkRecord(record);
    if (errors.length > 0) {
      this.#invalid++;
      this.#errors = [...this.#errors, ...errors].slice(-100);
      return;
    }
    this.#stored++;
    if (record["@type"] === "order") this.#applyOrder(record);
    else if (record["@type"] === "contact") this.#applyContact(record);
  }

  /** An order as `GET /orders/{id}` gives it. Of older ones the lines are drawn together. */
  record(id: string): Fields | undefined {
    const whole = this.#whole.get(id);
    if (whole !== undefined) return whole;
    const order = this.orders.get(id);
    if (order === undefined) return undefined;
    const empty = { product_id: "?", quantity: 0, quantity_refunded: 0, refunded: 0 };
    const first = {
      ...empty,
      quantity_refunded: order.quantityRefunded,
      refunded: Number(order.refunded) / 100,
    };
    return {
      "@type": "order",
      id,
      timestamp: order.timestamp,
      status: order.status,
      is_valid: order.valid,
      store: order.store,
      currency: order.currency,
      grand_total: Number(order.total) / 100,
      lineitems: Array.from({ length: order.lines }, (_, index) => index === 0 ? first : empty),
    };
  }

  /** Ids of orders, the most recently stored first. */
  recent(offset: number, limit: number): string[] {
    const ids: string[] = [];
    let skip = offset;
    for (let n = this.#log.length - 1; n >= 0 && ids.length < limit; n--) {
      const id = this.#log[n];
      if (id === undefined || this.orders.get(id)?.sequence !== n) continue;
      if (skip > 0) skip--;
      else ids.push(id);
    }
    return ids;
  }

  #applyOrder(record: Fields): void {
    const id = text(record["id"]);
    const lines = Array.isArray(record["lineitems"]) ? record["lineitems"].filter(isFields) : [];
    let refunded = 0n;
    let quantityRefunded = 0;
    for (const line of lines) {
      refunded += amount(line["refunded"]);
      quantityRefunded += Number(line["quantity_refunded"] ?? 0);
    }
    this.orders.set(id, {
      id,
      store: text(record["store"]),
      currency: text(record["currency"]),
      timestamp: text(record["timestamp"]),
      status: text(record["status"]),
      valid: record["is_valid"] === true,
      total: amount(record["grand_total"]),
      refunded,
      quantityRefunded,
      lines: lines.length,
      times: (this.orders.get(id)?.times ?? 0) + 1,
      sequence: this.#log.length,
    });
    this.#log.push(id);
    this.#keep(id, record);
    const customer = record["customer"];
    const email = isFields(customer) ? text(customer["email"]) : "";
    if (email === "" || this.profiles.has(email)) return;
    const optIn = this.#orderProfileOptIn;
    this.profiles.set(email, optIn === undefined ? { email } : { email, marketing_optin: optIn });
  }

  #applyContact(record: Fields): void {
    const key = `${text(record["@collection"])}/${text(record["id"])}`;
    const merged = record["@merge"] === true ? { ...this.contacts.get(key), ...record } : record;
    this.contacts.set(key, merged);
    const email = text(record["email"]);
    const known = this.profiles.get(email);
    if (record["marketing_optin"] === "EXPLICITLY_OPTEDOUT") {
      this.profiles.set(email, { email, marketing_optin: false });
    } else if (record["marketing_optin"] === "EXPLICITLY_OPTEDIN") {
      this.profiles.set(email, { email, marketing_optin: true });
    } else if (known === undefined) this.profiles.set(email, { email });
  }

  #keep(id: string, record: Fields): void {
    this.#whole.delete(id);
    this.#whole.set(id, record);
    if (this.#whole.size <= this.#keepWhole) return;
    for (const oldest of this.#whole.keys()) {
      this.#whole.delete(oldest);
      return;
    }
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function amount(value: unknown): bigint {
  return typeof value === "number" ? minorOf(value) ?? 0n : 0n;
}
