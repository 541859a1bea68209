import type { RecordType } from "./record_type.ts";

/** A decimal number as text, as Sitoo writes money: `"199.20"`, `"-0.50"`. Never a float. */
export type DecimalString = string;

/** What a Sitoo `salestaxes` entry of a line says. US-style tax, collected on the receipt's total. */
export interface SitooSalesTax {
  /** As the receipt shows it. */
  readonly name: string;
  /** The tax authority's or the integrator's code. */
  readonly code: string;
  /** The amount that is taxed. */
  readonly moneytotal: DecimalString;
  /** The tax. */
  readonly moneytax: DecimalString;
  /** The rate in per cent. */
  readonly decimaltaxvalue: DecimalString;
}

/** One line of a Sitoo order. Names and meanings: Sitoo API, orders, `orderitems`. */
export interface SitooOrderItem {
  /** Zero-based index inside the order. */
  readonly orderitemid: number;
  /** 10 is a product; other numbers are undocumented. */
  readonly orderitemtype: number;
  /** Sitoo's product, which may be gone by now. */
  readonly productid?: number;
  /** Title at the time of the order. */
  readonly productname: string;
  /** SKU at the time of the order; may be empty. */
  readonly sku: string;
  /** Variant text such as `Color: Red, Size: M`. */
  readonly productattributes: string;
  /** `kg` and the like, for what is sold by weight or length. */
  readonly unitlabel: string;
  /** Negative on returns. */
  readonly quantity: number;
  /** Weight or length per piece, three decimals. */
  readonly decimalunitquantity?: DecimalString;
  /** `quantity` times `decimalunitquantity`, three decimals. */
  readonly decimalquantitytotal?: DecimalString;
  /** Net, after discount; positive also on returns. */
  readonly moneynetpriceperunit: DecimalString;
  /** Net per unit before discount. */
  readonly moneyoriginalprice: DecimalString;
  /** Net per unit after discount; `"0.00"` means no discount. */
  readonly moneydiscountedprice: DecimalString;
  /** Net discount per unit. */
  readonly moneydiscount: DecimalString;
  /** Of the line, after discount; negative on returns. */
  readonly moneyitemtotal_net: DecimalString;
  /** VAT of the line; negative on returns. */
  readonly moneyitemtotal_vat: DecimalString;
  /** VAT in per cent. */
  readonly vatvalue: DecimalString;
  /** Code of the campaign that was used. */
  readonly vouchercode: string;
  /** Name of the campaign that was used. */
  readonly vouchername: string;
  /** US-style taxes that were charged for the line. */
  readonly salestaxes: readonly SitooSalesTax[];
  /** What tills and integrators noted, by key. */
  readonly additionaldata: Readonly<Record<string, string>>;
}

/**
 * A Sitoo order as Tillpipe reads it: the API's own field names, its odd forms already made even
 * (numbers are numbers, money is decimal text, `[]`/`null`/absent `additionaldata` is `{}`, `""` and
 * `null` ids are left out). Source: Sitoo API, orders.
 */
export interface SitooOrder {
  /** Unique in the whole account, across sites. */
  readonly orderid: number;
  /** The site. */
  readonly eshopid: number;
  /** The number in the system that the order came from; absent on till sales. */
  readonly externalid?: string;
  /** On a refund: the order that is credited. */
  readonly creditorderid?: number;
  /** As the till has it, untrimmed; `""` when anonymous. */
  readonly email: string;
  /** First name; empty when anonymous. */
  readonly namefirst: string;
  /** Last name; empty when anonymous. */
  readonly namelast: string;
  /** Phone number; empty when anonymous. */
  readonly phone: string;
  /** Of the lines. */
  readonly moneytotal_net?: DecimalString;
  /** Of the lines. */
  readonly moneytotal_vat?: DecimalString;
  /** Payment fee. */
  readonly moneycheckout_net: DecimalString;
  /** VAT of the payment fee. */
  readonly moneycheckout_vat: DecimalString;
  /** Delivery fee. */
  readonly moneydelivery_net: DecimalString;
  /** VAT of the delivery fee. */
  readonly moneydelivery_vat: DecimalString;
  /** Lines and both fees. */
  readonly moneyfinal_net: DecimalString;
  /** VAT of lines and both fees. */
  readonly moneyfinal_vat: DecimalString;
  /** US-style sales tax of the receipt. */
  readonly moneyfinal_salestax: DecimalString;
  /** Cash rounding. */
  readonly moneytotal_gross_roundoff: DecimalString;
  /** The amount to pay; negative on a refund. */
  readonly moneytotal_gross_all: DecimalString;
  /** Unix seconds, UTC. */
  readonly orderdate: number;
  /** 0 open, 10 closed, 20 cancelled, -1 abandoned. */
  readonly orderstateid: number;
  /** 0 none, 10 pending, 15 reserved, 20 successful, 30 cancelled, 40 failed. */
  readonly paymentstateid: number;
  /** 10 order, 100 booking, 110 parked at the till. */
  readonly ordertypeid: number;
  /** The till's GUID; absent on web and API orders. */
  readonly registerid?: string;
  /** The warehouse it was taken from, and so the store. */
  readonly warehouseid?: number;
  /** ISO 4217, upper case; `""` when Sitoo left it out. */
  readonly currencycode: string;
  /** How it was paid, as Sitoo names it. */
  readonly checkouttypename: string;
  /** How it was delivered, as Sitoo names it. */
  readonly deliverytypename: string;
  /** Town of the delivery. */
  readonly delivery_city: string;
  /** State of the delivery. */
  readonly delivery_state: string;
  /** Postcode of the delivery. */
  readonly delivery_zip: string;
  /** ISO 3166 alpha-2, as Sitoo has it (samples are lower case). */
  readonly delivery_countryid: string;
  /** Town of the invoice. */
  readonly invoice_city: string;
  /** State of the invoice. */
  readonly invoice_state: string;
  /** Postcode of the invoice. */
  readonly invoice_zip: string;
  /** As `delivery_countryid`. */
  readonly invoice_countryid: string;
  /** What tills and integrators noted, by key. */
  readonly additionaldata: Readonly<Record<string, string>>;
  /** The lines. */
  readonly orderitems: readonly SitooOrderItem[];
}

/** Orders as they are read from Sitoo: what sources give. */
export const sitooOrderType: RecordType<SitooOrder> = {
  name: "sitoo-order",
  is: isSitooOrder,
};

function isSitooOrder(value: unknown): value is SitooOrder {
  return typeof value === "object" && value !== null && "orderstateid" in value;
}
