import type { OmetriaContact } from "./ometria_contact.ts";
import type { RecordType } from "./record_type.ts";
import type { SitooOrder } from "./sitoo_order.ts";

/** One `variant_options` entry; Ometria needs all three. */
export interface OmetriaVariantOption {
  readonly type: string;
  readonly id: string;
  readonly label: string;
}

/** The four address fields Ometria keeps. */
export interface OmetriaAddress {
  readonly city?: string;
  readonly state?: string;
  readonly postcode?: string;
  readonly country_code?: string;
}

/** A custom value Ometria keeps beside its own fields. */
export type OmetriaProperty = string | number | boolean;

/** One line of an Ometria order. Amounts are JSON numbers rounded to the currency's minor unit. */
export interface OmetriaLineItem {
  readonly product_id: string;
  readonly variant_id?: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly unit_price: number;
  readonly discount?: number;
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly quantity_refunded?: number;
  readonly refunded?: number;
  readonly variant_options?: readonly OmetriaVariantOption[];
  readonly properties?: Readonly<Record<string, OmetriaProperty>>;
}

/** Who bought. Only sent with a usable email or a confirmed id. */
export interface OmetriaCustomer {
  readonly id?: string;
  readonly email?: string;
  readonly firstname?: string;
  readonly lastname?: string;
}

/**
 * An order as `POST /push` takes it, always whole. Keys without a value are left out, never `null`.
 * Source: Ometria data API, orders.
 */
export interface OmetriaOrder {
  readonly "@type": "order";
  readonly id: string;
  readonly web_id?: string;
  /** When it was placed: UTC, `YYYY-MM-DDThh:mm:ssZ`. Never moves. */
  readonly timestamp: string;
  readonly status: string;
  readonly is_valid: boolean;
  readonly channel: string;
  readonly store?: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly grand_total: number;
  readonly subtotal: number;
  readonly tax: number;
  readonly shipping: number;
  readonly discount?: number;
  readonly coupon_code?: string;
  readonly payment_method?: string;
  readonly shipping_method?: string;
  readonly shipping_address?: OmetriaAddress;
  readonly billing_address?: OmetriaAddress;
  readonly customer?: OmetriaCustomer;
  readonly lineitems: readonly OmetriaLineItem[];
  readonly properties?: Readonly<Record<string, OmetriaProperty>>;
}

/** What flows after `map`: the Ometria order, the Sitoo order it was made from, and what goes along. */
export interface MappedOrder {
  readonly order: OmetriaOrder;
  readonly sitoo: SitooOrder;
  /** The unlinked return in an order with mixed signs, as an order of its own (`id` ends in `:return`). */
  readonly unlinkedReturn?: OmetriaOrder;
  /** IANA time zone of the sale, for report days. */
  readonly timezone: string;
  /** Set by `opt-in`: pushed before the order. */
  readonly contact?: OmetriaContact;
  /** How product ids are formed, so that `namespace` and `sku-match` may stand in either order. */
  readonly productIds?: ProductIds;
}

/** What the stages before have settled about product and variant ids. */
export interface ProductIds {
  /** Put before a product id that is made anew. */
  readonly productPrefix?: string;
  readonly variantPrefix?: string;
  /** The ids are those of Ometria's catalogue: nothing is put before them. */
  readonly catalogue?: boolean;
}

/** The product id of a line that names no product. Never in a namespace. */
export const NO_PRODUCT = "no-product";

/** Ometria orders on their way: what `map` gives and the orders sink takes. */
export const mappedOrderType: RecordType<MappedOrder> = {
  name: "ometria-order",
  is: isMappedOrder,
};

function isMappedOrder(value: unknown): value is MappedOrder {
  return typeof value === "object" && value !== null && "order" in value && "sitoo" in value;
}
