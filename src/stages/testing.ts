/** Builders and stand-ins for tests of stages: say what matters, get the rest. */
import { keyedHash } from "../crypto/keyed_hash.ts";
import type { EmailAnswer, OmetriaApi, OptInStatus, PushAnswer } from "../ometria/api.ts";
import type { CatalogueProduct } from "../ometria/api.ts";
import type { MappedOrder, OmetriaLineItem, OmetriaOrder } from "../records/ometria_order.ts";
import type { Origin } from "../records/order_ref.ts";
import type { Receipt } from "../records/receipt.ts";
import { sitooOrder } from "../records/testing.ts";
import type { SitooApi } from "../sitoo/api.ts";
import type { Input, StageCache, StageServices } from "./contract.ts";

/** One tee, as `map` makes it of the line that `sitooOrder` has. */
export function lineItem(fields: Partial<OmetriaLineItem> = {}): OmetriaLineItem {
  return {
    product_id: "8801",
    variant_id: "8801",
    sku: "TEE-RED-M",
    quantity: 1,
    unit_price: 249,
    subtotal: 199.2,
    tax: 49.8,
    total: 249,
    ...fields,
  };
}

/** The Ometria order of a sale of one tee. */
export function ometriaOrder(fields: Partial<OmetriaOrder> = {}): OmetriaOrder {
  return {
    "@type": "order",
    id: "50211",
    timestamp: "2025-09-06T10:15:00Z",
    status: "complete",
    is_valid: true,
    channel: "in store",
    store: "S-014",
    currency: "SEK",
    grand_total: 249,
    subtotal: 199.2,
    tax: 49.8,
    shipping: 0,
    customer: { email: "maja.ek@example.com", firstname: "Maja", lastname: "Ek" },
    lineitems: [lineItem()],
    ...fields,
  };
}

/** What `map` gives for it. */
export function mappedOrder(
  order: Partial<OmetriaOrder> = {},
  fields: Partial<MappedOrder> = {},
): MappedOrder {
  return {
    order: ometriaOrder(order),
    sitoo: sitooOrder(),
    timezone: "Europe/Stockholm",
    ...fields,
  };
}

/** A record that has not been delivered and has no refunds. */
export function input<T>(record: T, origin: Origin = "live"): Input<T> {
  return { record, facts: { origin, delivered: false, links: [] } };
}

/** A cache in memory that keeps the limits and ages of the real one. */
export class MemoryCache implements StageCache {
  readonly values = new Map<string, { readonly text: string; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(key: string): Promise<unknown> {
    const found = this.values.get(key);
    const value: unknown = found === undefined || found.until <= this.#now()
      ? undefined
      : JSON.parse(found.text);
    return Promise.resolve(value);
  }

  set(key: string, value: unknown, maxAge: number): Promise<void> {
    const text = JSON.stringify(value);
    if (new TextEncoder().encode(text).length > 60 * 1024) {
      return Promise.reject(new RangeError("Cannot keep the value: it is over 60 KiB"));
    }
    this.values.set(key, { text, until: this.#now() + maxAge });
    return Promise.resolve();
  }
}

/** An Ometria that does what a test tells it and remembers what it was asked. */
export class ScriptedOmetria implements OmetriaApi {
  /** Every push, as the records' parsed JSON texts. */
  readonly pushes: unknown[][] = [];
  readonly emails: Receipt[] = [];
  readonly asked: string[] = [];
  readonly offsets: number[] = [];
  /** Called for each push; throws what the client would throw. */
  onPush: (bodies: readonly string[]) => PushAnswer = () => ({ kind: "accepted" });
  onEmail: (receipt: Receipt) => EmailAnswer = () => ({ kind: "sent" });
  onOptIn: (email: string) => OptInStatus = () => "none";
  onProducts: (offset: number) => readonly CatalogueProduct[] = () => [];

  push(bodies: readonly string[], signal: AbortSignal): Promise<PushAnswer> {
    return attempt(() => {
      this.pushes.push(bodies.map((body): unknown => JSON.parse(body)));
      return this.onPush(bodies);
    }, signal);
  }

  sendEmail(receipt: Receipt, signal: AbortSignal): Promise<EmailAnswer> {
    return attempt(() => {
      this.emails.push(receipt);
      return this.onEmail(receipt);
    }, signal);
  }

  optInStatus(email: string, signal: AbortSignal): Promise<OptInStatus> {
    return attempt(() => {
      this.asked.push(email);
      return this.onOptIn(email);
    }, signal);
  }

  products(offset: number, signal: AbortSignal): Promise<readonly CatalogueProduct[]> {
    return attempt(() => {
      this.offsets.push(offset);
      return this.onProducts(offset);
    }, signal);
  }

  readOrder(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  recentOrders(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  pushErrors(): Promise<readonly []> {
    return Promise.resolve([]);
  }
}

/** Services for one stage under test. The clock moves by setting `time`. */
export class TestServices implements StageServices {
  /** Epoch ms. */
  time = Date.UTC(2026, 0, 15, 12);
  readonly ometria = new ScriptedOmetria();
  readonly cache: MemoryCache = new MemoryCache(() => this.time);
  readonly sitoo: SitooApi = unusedSitoo;
  readonly now = (): number => this.time;
  readonly keyedHash = (text: string): string => keyedHash("the secret of the tests", text);
  /** Keyed hashes of people who asked to be forgotten. */
  readonly forgottenHashes = new Set<string>();
  readonly forgotten = (hashes: readonly string[]): Promise<ReadonlySet<string>> =>
    Promise.resolve(new Set(hashes.filter((hash) => this.forgottenHashes.has(hash))));
}

const unusedSitoo: SitooApi = {
  readOrders: () => Promise.reject(new Error("Sitoo is not part of this test")),
  readPage: () => Promise.reject(new Error("Sitoo is not part of this test")),
  measure: () => Promise.reject(new Error("Sitoo is not part of this test")),
  readMarks: () => Promise.reject(new Error("Sitoo is not part of this test")),
  readHeads: () => Promise.reject(new Error("Sitoo is not part of this test")),
  readRefunds: () => Promise.reject(new Error("Sitoo is not part of this test")),
  findReceipt: () => Promise.reject(new Error("Sitoo is not part of this test")),
  stores: () => Promise.reject(new Error("Sitoo is not part of this test")),
  warehouses: () => Promise.reject(new Error("Sitoo is not part of this test")),
  registers: () => Promise.resolve([]),
  siteSettings: () => Promise.reject(new Error("Sitoo is not part of this test")),
};

function attempt<T>(call: () => T, signal: AbortSignal): Promise<T> {
  return new Promise((resolve) => {
    signal.throwIfAborted();
    resolve(call());
  });
}
