import type { OmetriaContact } from "./ometria_contact.ts";
import type { RecordType } from "./record_type.ts";
import type { SitooOrder } from "./sitoo_order.ts";

/** One `variant_options` entry; Ometria needs all three. */
export interface OmetriaVariantOption {
  /** What the option is: `size`. */
  readonly type: string;
  /** The value as a key: `m`. */
  readonly id: string;
  /** The value as people read it: `M`. */
  readonly label: string;
}

/** The four address fields Ometria keeps. */
export interface OmetriaAddress {
  /** Town. */
  readonly city?: string;
  /** State or region. */
  readonly state?: string;
  /** Postcode. */
  readonly postcode?: string;
  /** ISO 3166 alpha-2, upper case. */
  readonly country_code?: string;
}

/** A custom value Ometria keeps beside its own fields. */
export type OmetriaProperty = string | number | boolean;

/** One line of an Ometria order. Amounts are JSON numbers rounded to the currency's minor unit. */
export interface OmetriaLineItem {
  /** The product's id at Ometria. */
  readonly product_id: string;
  /** The variant's id at Ometria. */
  readonly variant_id?: string;
  /** Sitoo's SKU, whatever the ids are. */
  readonly sku?: string;
  /** Whole pieces; negative only on an unlinked return. */
  readonly quantity: number;
  /** List price of a piece before discount, gross or net by the option `unit_price`. */
  readonly unit_price: number;
  /** Discount of the line, its sign by the option `discount_sign`; absent when there is none. */
  readonly discount?: number;
  /** After discount, without tax. */
  readonly subtotal: number;
  /** Tax within `total`. */
  readonly tax: number;
  /** Paid for the line, with tax, after discount. */
  readonly total: number;
  /** Pieces that came back, at most `quantity`. */
  readonly quantity_refunded?: number;
  /** Money given back, with tax, at most `total`. */
  readonly refunded?: number;
  /** Size, colour and the like. */
  readonly variant_options?: readonly OmetriaVariantOption[];
  /** Values that Ometria has no field for. */
  readonly properties?: Readonly<Record<string, OmetriaProperty>>;
}

/** Who bought. Only sent with a usable email or a confirmed id. */
export interface OmetriaCustomer {
  /** The account-wide customer id, only where the retailer confirmed it. */
  readonly id?: string;
  /** The normalised address. */
  readonly email?: string;
  /** As the till has it, trimmed. */
  readonly firstname?: string;
  /** As the till has it, trimmed. */
  readonly lastname?: string;
}

/**
 * An order as `POST /push` takes it, always whole. Keys without a value are left out, never `null`.
 * Source: Ometria data API, orders.
 */
export interface OmetriaOrder {
  /** Says that this is an order. */
  readonly "@type": "order";
  /** What Ometria tells orders apart by; unique in the whole account. */
  readonly id: string;
  /** The receipt number. */
  readonly web_id?: string;
  /** When it was placed: UTC, `YYYY-MM-DDThh:mm:ssZ`. Never moves. */
  readonly timestamp: string;
  /** A word of the account's own vocabulary, by the option `statuses`. */
  readonly status: string;
  /** False takes the order out of the revenue. */
  readonly is_valid: boolean;
  /** Where it was sold, by the option `channel`. */
  readonly channel: string;
  /** An id of Ometria's list of stores. */
  readonly store?: string;
  /** ISO 4217. */
  readonly currency: string;
  /** What was paid, with tax and delivery. */
  readonly grand_total: number;
  /** `grand_total` without tax and delivery. */
  readonly subtotal: number;
  /** All tax. */
  readonly tax: number;
  /** The delivery fee, net. */
  readonly shipping: number;
  /** Sum of the lines' discounts. */
  readonly discount?: number;
  /** The voucher's code, when there was just one. */
  readonly coupon_code?: string;
  /** How it was paid. */
  readonly payment_method?: string;
  /** How it was delivered. */
  readonly shipping_method?: string;
  /** Where it was delivered to. */
  readonly shipping_address?: OmetriaAddress;
  /** Where the invoice went. */
  readonly billing_address?: OmetriaAddress;
  /** Who bought; absent for an anonymous sale. */
  readonly customer?: OmetriaCustomer;
  /** What was bought. */
  readonly lineitems: readonly OmetriaLineItem[];
  /** Values that Ometria has no field for. */
  readonly properties?: Readonly<Record<string, OmetriaProperty>>;
}

/** What flows after `map`: the Ometria order, the Sitoo order it was made from, and what goes along. */
export interface MappedOrder {
  /** What is pushed. */
  readonly order: OmetriaOrder;
  /** What it was made from. */
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
  /** Put before a variant id that is made anew. */
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
