import type { Secret } from "../definition/secret.ts";
import type { CatalogEntry } from "../definition/catalog.ts";
import type { ExpectedOrder } from "../records/expected_order.ts";
import type { OrderPlace, Placed } from "../records/order_head.ts";
import type { Origin } from "../records/order_ref.ts";
import type { RecordType } from "../records/record_type.ts";
import type { RefundLink } from "../records/refund_link.ts";
import type { Receipt } from "../records/receipt.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type { ApiError } from "../http/error.ts";
import type { Priority } from "../http/rate_limiter.ts";
import type { OmetriaApi } from "../ometria/api.ts";
import type { SitooApi } from "../sitoo/api.ts";

/**
 * What the store knows of an order before the stages see it. Stages are pure: all they may know beside
 * the record is in here.
 */
export interface OrderFacts {
  readonly origin: Origin;
  /** Ometria has accepted this order before, under the present account label. */
  readonly delivered: boolean;
  /** Refunds that were linked to this order. */
  readonly links: readonly RefundLink[];
  /** Where nothing is sent: what is taken for the customer's consent, so that nobody is looked up for it. */
  readonly consent?: Consent;
}

/** Whether a customer may be opted in. */
export type Consent = "given" | "refused";

/** One record with its facts. */
export interface Input<T> {
  readonly record: T;
  readonly facts: OrderFacts;
}

/** A refund that its original cannot take up: the original goes on without it, the refund is dead. */
export interface UnusableRefund {
  /** The refund's order id. */
  readonly refund: number;
  readonly reason: string;
  readonly detail: string;
}

/** How the lines of an order match the products of the Ometria account. */
export interface ProductMatches {
  /** Lines whose SKU it has. */
  readonly hits: number;
  /** The SKU of every line whose SKU it does not have. */
  readonly misses: readonly string[];
}

/** A record that goes on to the next stage. */
export interface Passed<T> {
  readonly kind: "pass";
  readonly record: T;
  /** Refunds of other orders found in this one (an order with mixed signs). */
  readonly links?: readonly RefundLink[];
  /** Those of the order's own links that could not be used. */
  readonly unusable?: readonly UnusableRefund[];
  /** From a stage that looked products up. */
  readonly products?: ProductMatches;
}

/** What a transform decides for one record. Every way out but `pass` names its reason. */
export type Verdict<T> =
  | Passed<T>
  /** Not sent, by a named rule: `web-order`. */
  | { readonly kind: "skip"; readonly rule: string }
  /** Not finished at the till yet: looked at again later. */
  | { readonly kind: "wait"; readonly reason: string }
  /** A refund that goes into its original. */
  | { readonly kind: "link"; readonly links: readonly RefundLink[] }
  /** Cannot be sent; an operator has to look. `detail` holds figures and field names, no person. */
  | {
    readonly kind: "dead";
    readonly reason: string;
    readonly detail: string;
    readonly products?: ProductMatches;
  };

/** What stages may keep across restarts: derived, small, and harmless to lose. No personal data. */
export interface StageCache {
  /** The value, unless it is missing or older than it was allowed to get. */
  get(key: string): Promise<unknown>;
  /** `value` is JSON of at most 60 KiB; `maxAge` in ms. */
  set(key: string, value: unknown, maxAge: number): Promise<void>;
}

/** What a stage gets when it is built: everything outside itself. */
export interface StageServices {
  readonly sitoo: SitooApi;
  readonly ometria: OmetriaApi;
  /** Epoch ms. */
  readonly now: () => number;
  /** Keyed hash (HMAC-SHA-256, hex) with the installation's secret. */
  readonly keyedHash: (text: string) => string;
  readonly cache: StageCache;
  /** Which of these keyed hashes of normalised addresses belong to people who asked to be forgotten. */
  readonly forgotten: (emailHashes: readonly string[]) => Promise<ReadonlySet<string>>;
  /**
   * Turns what a pipeline file says (`./my_transform.ts`) into the URL of a module, seen from that
   * file. Absent: from the working directory.
   */
  readonly resolve?: (specifier: string) => string;
}

/** Tells where orders count, from their heads alone, as the ledger has it of those that are sent. */
export interface PlaceFinder {
  /** IANA zone of every order's day; absent: orders and sites may have zones of their own. */
  readonly zone?: string;
  /** Answers in the order of its inputs. Throws `ApiError` where something has to be looked up. */
  find(heads: readonly Placed[], signal: AbortSignal): Promise<readonly OrderPlace[]>;
}

/** A typed step from `In` to `Out`, for a batch at a time. Answers in the order of its inputs. */
export interface Transform<In, Out> {
  readonly takes: RecordType<In>;
  readonly gives: RecordType<Out>;
  apply(
    inputs: readonly Input<In>[],
    signal: AbortSignal,
  ): readonly Verdict<Out>[] | Promise<readonly Verdict<Out>[]>;
  /** For a stage that forms ids: what they depend on. A change gives every order a new id at Ometria. */
  readonly ids?: string;
  /** For a stage that knows it: the IANA time zone that a site's dates without a zone are meant in. */
  zone?(site: number | undefined, signal: AbortSignal): Promise<string>;
  /** For a stage that knows it: where orders count in a report. */
  readonly places?: PlaceFinder;
  /**
   * For a stage that has something to load before its first batch: rejects with a message for the
   * integrator. `apply` works without it, and then rejects in the same way.
   */
  ready?(signal: AbortSignal): Promise<void>;
}

/** A record as it goes over the wire, and the little that the ledger keeps of it. */
export interface EncodedOrder {
  /** The record's id at Ometria. */
  readonly id: string;
  /** JSON texts of the order's records: one, or two with an unlinked return in a mixed order. */
  readonly bodies: readonly string[];
  /** JSON text of the contact record that must be accepted first. */
  readonly contact?: string;
  /** Decimal text, ISO 4217, store id, local `YYYY-MM-DD`. */
  readonly total: string;
  readonly currency: string;
  readonly store: string;
  readonly day: string;
  /** What Ometria must give back when the order is read; absent: it is not read back. */
  readonly expected?: ExpectedOrder;
}

/**
 * How one encoded order fared.
 *
 * - `accepted`: all of it was taken, at this time (epoch ms)
 * - `rejected`: the API refused this very order; an operator has to look
 * - `failed`: a call failed before the order's turn or with it, so that it has to be delivered again;
 *   `unsure`: some of it may have been taken all the same
 */
export type DeliveryResult =
  | { readonly kind: "accepted"; readonly at: number }
  | { readonly kind: "rejected"; readonly reason: string; readonly detail: string }
  | { readonly kind: "failed"; readonly error: ApiError; readonly unsure?: boolean };

/** A sink that takes mapped orders, batch by batch. */
export interface OrderSink<In> {
  readonly sink: "orders";
  readonly takes: RecordType<In>;
  /** Orders in one delivery, at most. */
  readonly batchSize: number;
  /** ms to leave between two pushes of one order. */
  readonly settle: number;
  /** Refuses what the API would refuse, with the reason. */
  encode(record: In): EncodedOrder | { readonly reason: string; readonly detail: string };
  /**
   * One result an order, in their order. Failed calls are results too (`failed`), so that what was
   * accepted before them is known; only an abort and `beforePush` reject.
   */
  deliver(
    batch: readonly EncodedOrder[],
    signal: AbortSignal,
    options?: DeliverOptions,
  ): Promise<readonly DeliveryResult[]>;
}

/** Options of {@linkcode OrderSink.deliver}. */
export interface DeliverOptions {
  /**
   * Awaited right before every push; a rejection ends the delivery with it. A delivery may take several
   * pushes, and none may start once the lane is lost.
   */
  readonly beforePush?: () => Promise<void>;
  /** `history` lets the pushes of other batches go first. @default "live" */
  readonly priority?: Priority;
}

/** How one receipt ended: `unknown` means that it may have been sent. */
export type SendResult =
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "retry"; readonly detail: string; readonly after?: number }
  | { readonly kind: "unknown"; readonly detail: string };

/** Why there is no message. `detail` holds no person. */
export interface NoReceipt {
  readonly none: string;
  readonly detail?: string;
}

/** A sink that sends one message per request from the till, at most once. */
export interface ReceiptSink {
  readonly sink: "receipts";
  readonly takes: RecordType<SitooOrder>;
  readonly on: "receipt-requested" | "sale-closed";
  /** ms; older requests expire unsent. */
  readonly maxAge: number;
  /**
   * Builds the message, or says why there is none: `no-address`, `refund`. `zone` is the IANA time zone
   * of the order's site, for an order that does not name its own. With `to` it is for that address, whether the order
   * has one or not: for looking at it.
   */
  build(order: SitooOrder, zone?: string, to?: string): Promise<Receipt | NoReceipt>;
  send(receipt: Receipt, signal: AbortSignal): Promise<SendResult>;
}

/** A webhook event, reduced to what is kept. */
export interface OrderEvent {
  readonly eventId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly accountId: string;
  readonly site?: number;
  readonly orderId: number;
  /** `receipt` when the till asked for a digital receipt. */
  readonly asks: "order" | "receipt";
}

/** A source that is told of orders by Sitoo's Events SPI. */
export interface WebhookSource {
  readonly source: "webhook";
  readonly gives: RecordType<SitooOrder>;
  /** Eshop ids; empty means all. */
  readonly sites: readonly number[];
  /** ms to wait for a batch to fill. */
  readonly linger: number;
  readonly username: string;
  /** One, or two while a password is rotated. Compared in constant time. */
  readonly passwords: readonly Secret[];
  readonly sweep: { readonly newEvery: number; readonly changedAt: string; readonly back: number };
}

/** A source that walks through Sitoo's past orders by ascending id. */
export interface HistorySource {
  readonly source: "history";
  readonly gives: RecordType<SitooOrder>;
  readonly sites: readonly number[];
  readonly enabled: boolean;
  /** UTC epoch ms, or a local date resolved in the map's time zone: `2024-01-01`. */
  readonly startDate: string;
  readonly pageSize: number;
  /** ms; younger orders are left to live and sweep. */
  readonly minAge: number;
}

/** What a stage of each kind turns into. */
export interface StageProducts {
  readonly source: WebhookSource | HistorySource;
  readonly transform: AnyTransform;
  /** `undefined`: switched off in the file. */
  readonly sink: AnyOrderSink | ReceiptSink | undefined;
}

/** A transform whose types are checked at run time, so that stages of a file can be chained. */
export type AnyTransform = Transform<unknown, unknown>;

/** An order sink whose input is checked at run time. */
export type AnyOrderSink = OrderSink<unknown>;

/** What the registry holds of a stage: its description, its schema, and how to build it. */
export interface StageSpec<Kind extends keyof StageProducts = keyof StageProducts>
  extends CatalogEntry {
  readonly kind: Kind;
  /**
   * Builds the stage. `options` is what the file says under `with`, already checked; `name` what it
   * says under `name`.
   */
  create(options: unknown, services: StageServices, name?: string): StageProducts[Kind];
  /**
   * Fields of the Sitoo order that the options name in expressions, to be read with every order and to
   * stand in it as Sitoo has them.
   */
  reads?(options: unknown): readonly string[];
}
