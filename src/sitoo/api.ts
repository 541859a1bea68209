import type { OrderHead } from "../records/order_head.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";

/** One order out of an answer: decoded, or the reason why it could not be. */
export type ReadOrder =
  | { readonly ok: true; readonly orderId: number; readonly order: SitooOrder }
  | { readonly ok: false; readonly orderId: number; readonly detail: string };

/** Which orders a page of history holds. */
export interface PageQuery {
  /** First `orderid`, inclusive. */
  readonly from: number;
  /** End, exclusive. */
  readonly to?: number;
  readonly sites: readonly number[];
  readonly size: number;
  /** Unix seconds, inclusive. */
  readonly dateFrom?: number;
  /** Unix seconds; whether Sitoo counts it in is not known. */
  readonly dateTo?: number;
}

/** The little of an order that tells whether it has changed. */
export interface OrderMark {
  readonly orderId: number;
  /** Unix seconds. */
  readonly orderdate: number;
  /** State, payment state, total and address in one text; to be hashed at once. */
  readonly text: string;
}

/** A page of marks. */
export interface MarkPage {
  readonly marks: readonly OrderMark[];
  /** Sitoo said that there are no more; else only an empty page tells. */
  readonly isLast: boolean;
}

/** A Sitoo store, as far as `map` needs it. */
export interface SitooStore {
  readonly storeid: number;
  readonly name: string;
  readonly externalid?: string;
}

/** A till. */
export interface SitooRegister {
  /** As orders name it. */
  readonly registerid: string;
  /** Language of its receipts, such as `sv-SE`. */
  readonly receiptlanguagetag?: string;
}

/** A warehouse and the store it belongs to. */
export interface SitooWarehouse {
  readonly warehouseid: number;
  readonly storeid?: number;
  readonly name: string;
}

/** What a site's settings say; the API user may not be allowed to read them. */
export interface SitooSiteSettings {
  readonly eshopid: number;
  readonly currencycode?: string;
  /** IANA name. */
  readonly timezone?: string;
}

/**
 * What Tillpipe reads from Sitoo; it never writes. One request in flight per account, with the
 * connection's `gap` between two. Every method throws `ApiError`.
 */
export interface SitooApi {
  /** Reads up to 100 orders in one call. Ids that Sitoo did not answer are missing from the result. */
  readOrders(ids: readonly number[], signal: AbortSignal): Promise<readonly ReadOrder[]>;
  /** One page by ascending order id; empty when there is nothing more. */
  readPage(query: PageQuery, signal: AbortSignal): Promise<readonly ReadOrder[]>;
  /** How many orders a query covers (`totalcount`), and the first and last id. One or two small calls. */
  measure(
    query: Omit<PageQuery, "size">,
    signal: AbortSignal,
  ): Promise<{ readonly count: number; readonly first?: number; readonly last?: number }>;
  /** Like `readPage`, but reads only what tells whether an order has changed; up to 500 a page. */
  readMarks(query: PageQuery, signal: AbortSignal): Promise<MarkPage>;
  /** Like `readPage`, but reads only what is needed to count an order; up to 500 a page. */
  readHeads(query: PageQuery, signal: AbortSignal): Promise<readonly OrderHead[]>;
  /** Refunds that credit an order (`creditorderid=`). */
  readRefunds(original: number, signal: AbortSignal): Promise<readonly ReadOrder[]>;
  /** The order with this receipt number (`pos-receiptid`), whichever site it is of. */
  findReceipt(receiptId: string, signal: AbortSignal): Promise<number | undefined>;
  stores(signal: AbortSignal): Promise<readonly SitooStore[]>;
  warehouses(signal: AbortSignal): Promise<readonly SitooWarehouse[]>;
  registers(signal: AbortSignal): Promise<readonly SitooRegister[]>;
  siteSettings(site: number, signal: AbortSignal): Promise<SitooSiteSettings | undefined>;
}
