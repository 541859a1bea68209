import type { RecordType } from "./record_type.ts";

/** A decimal number as text, as Sitoo writes money: `"199.20"`, `"-0.50"`. Never a float. */
export type DecimalString = string;

/** What a Sitoo `salestaxes` entry of a line says. US-style tax, collected on the receipt's total. */
export interface SitooSalesTax {
  readonly name: string;
  readonly code: string;
  readonly moneytotal: DecimalString;
  readonly moneytax: DecimalString;
  readonly decimaltaxvalue: DecimalString;
}

/** One line of a Sitoo order. Names and meanings: Sitoo API, orders, `orderitems`. */
export interface SitooOrderItem {
  /** Zero-based index inside the order. */
  readonly orderitemid: number;
  /** 10 is a product; other numbers are undocumented. */
  readonly orderitemtype: number;
  readonly productid?: number;
  readonly productname: string;
  readonly sku: string;
  /** Variant text such as `Color: Red, Size: M`. */
  readonly productattributes: string;
  readonly unitlabel: string;
  /** Negative on returns. */
  readonly quantity: number;
  /** Weight or length per piece, three decimals. */
  readonly decimalunitquantity?: DecimalString;
  readonly decimalquantitytotal?: DecimalString;
  /** Net, after discount; positive also on returns. */
  readonly moneynetpriceperunit: DecimalString;
  /** Net per unit before discount. */
  readonly moneyoriginalprice: DecimalString;
  /** Net per unit after discount; `"0.00"` means no discount. */
  readonly moneydiscountedprice: DecimalString;
  /** Net discount per unit. */
  readonly moneydiscount: DecimalString;
  readonly moneyitemtotal_net: DecimalString;
  readonly moneyitemtotal_vat: DecimalString;
  /** VAT in per cent. */
  readonly vatvalue: DecimalString;
  readonly vouchercode: string;
  readonly vouchername: string;
  readonly salestaxes: readonly SitooSalesTax[];
  readonly additionaldata: Readonly<Record<string, string>>;
}

/**
 * A Sitoo order as Tillpipe reads it: the API's own field names, its odd forms already made even
 * (numbers are numbers, money is decimal text, `[]`/`null`/absent `additionaldata` is `{}`, `""` and
 * `null` ids are left out). Source: Sitoo API, orders.
 */
export interface SitooOrder {
  readonly orderid: number;
  readonly eshopid: number;
  readonly externalid?: string;
  /** On a refund: the order that is credited. */
  readonly creditorderid?: number;
  /** As the till has it, untrimmed; `""` when anonymous. */
  readonly email: string;
  readonly namefirst: string;
  readonly namelast: string;
  readonly phone: string;
  readonly moneytotal_net?: DecimalString;
  readonly moneytotal_vat?: DecimalString;
  readonly moneycheckout_net: DecimalString;
  readonly moneycheckout_vat: DecimalString;
  readonly moneydelivery_net: DecimalString;
  readonly moneydelivery_vat: DecimalString;
  readonly moneyfinal_net: DecimalString;
  readonly moneyfinal_vat: DecimalString;
  readonly moneyfinal_salestax: DecimalString;
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
  readonly warehouseid?: number;
  /** ISO 4217, upper case; `""` when Sitoo left it out. */
  readonly currencycode: string;
  readonly checkouttypename: string;
  readonly deliverytypename: string;
  readonly delivery_city: string;
  readonly delivery_state: string;
  readonly delivery_zip: string;
  /** ISO 3166 alpha-2, as Sitoo has it (samples are lower case). */
  readonly delivery_countryid: string;
  readonly invoice_city: string;
  readonly invoice_state: string;
  readonly invoice_zip: string;
  readonly invoice_countryid: string;
  readonly additionaldata: Readonly<Record<string, string>>;
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
