import { Decimal } from "../../records/money.ts";
import type { SitooOrder, SitooOrderItem } from "../../records/sitoo_order.ts";
import { localDay, localTime } from "../../time/zone.ts";
import type { ReceiptFormat } from "./receipt_format.ts";
import { taxRows } from "./receipt_tax.ts";

/** What a template can show of a sale: names as Ometria recommends them, then Tillpipe's own. */
export interface ReceiptData extends Readonly<Record<string, unknown>> {
  readonly contact: {
    readonly firstname: string;
    readonly surname: string;
    readonly name: string;
  };
  readonly details: {
    /** The receipt number, else Sitoo's order id. */
    readonly orderID: string;
    readonly receiptNumber: string;
    /** Local time of the sale, `YYYY-MM-DD HH:MM`. */
    readonly creationDate: string;
    readonly date: string;
    readonly time: string;
    readonly status: "complete" | "refunded";
    /** Voucher codes, separated by commas. */
    readonly coupons: string;
    /** Sitoo's id of the till, without its braces. */
    readonly till: string;
    /** ISO 4217. */
    readonly currency: string;
    /** How amounts are written: BCP 47. */
    readonly locale: string;
  };
  readonly payment: { readonly paymentMethod: string; readonly amount: string };
  /** `subTotal` + `totalShippingCost` + `totalTax` = `grandTotal`. */
  readonly totals: {
    readonly subTotal: string;
    readonly totalShippingCost: string;
    readonly totalTax: string;
    readonly grandTotal: string;
    /** Including tax; `""` when there is none. */
    readonly discount: string;
    readonly paymentFee: string;
    readonly rounding: string;
  };
  readonly store: { readonly id: string; readonly name: string };
  readonly lines: readonly ReceiptLine[];
  readonly taxes: readonly ReceiptTax[];
}

/** One line of a receipt. Amounts include VAT. */
export interface ReceiptLine {
  readonly name: string;
  readonly sku: string;
  readonly options: string;
  readonly quantity: string;
  /** Per piece, before discount. */
  readonly unitPrice: string;
  /** `""` when there is none. */
  readonly discount: string;
  readonly total: string;
  readonly taxRate: string;
}

/** One row of the tax table. */
export interface ReceiptTax {
  readonly name: string;
  readonly rate: string;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
}

/** How {@linkcode receiptData} writes. */
export interface ReceiptDataOptions {
  readonly format: ReceiptFormat;
  /** BCP 47, as `format` writes. */
  readonly locale: string;
  /** IANA time zone of the sale. */
  readonly zone: string;
}

/**
 * Builds the merge fields of a receipt from the order itself: nothing is left out that `map` leaves out
 * of Ometria's order. Money is text in the locale's form.
 */
export function receiptData(order: SitooOrder, options: ReceiptDataOptions): ReceiptData {
  const { format, zone, locale } = options;
  const number = order.additionaldata["pos-receiptid"] ?? "";
  const at = order.orderdate * 1000;
  const date = localDay(at, zone);
  const time = localTime(at, zone);
  const coupons = new Set(order.orderitems.map((item) => item.vouchercode).filter((code) => code));
  return {
    contact: {
      firstname: order.namefirst,
      surname: order.namelast,
      name: `${order.namefirst} ${order.namelast}`.trim(),
    },
    details: {
      orderID: number === "" ? String(order.orderid) : number,
      receiptNumber: number,
      creationDate: `${date} ${time}`,
      date,
      time,
      status: isRefund(order) ? "refunded" : "complete",
      coupons: [...coupons].join(", "),
      till: (order.registerid ?? "").replaceAll(/[{}]/g, ""),
      currency: order.currencycode,
      locale,
    },
    payment: {
      // The till writes its own name before that of the payment.
      paymentMethod: order.checkouttypename.replace(/^Sitoo POS - /, ""),
      amount: format.money(Decimal.parse(order.moneytotal_gross_all)),
    },
    totals: totalsOf(order, format),
    store: {
      id: order.additionaldata["store-externalid"] ?? "",
      name: order.additionaldata["store-name"] ?? "",
    },
    lines: order.orderitems.map((item) => lineOf(item, format)),
    taxes: taxRows(order).map((row) => ({
      name: row.name ?? "",
      rate: format.percent(row.rate),
      net: format.money(row.net),
      tax: format.money(row.tax),
      gross: format.money(row.net.plus(row.tax)),
    })),
  };
}

/** Whether money went back: its total is negative, or it is zero and everything came back. */
export function isRefund(order: SitooOrder): boolean {
  const total = Decimal.parse(order.moneytotal_gross_all);
  if (!total.isZero) return total.isNegative;
  return order.orderitems.length > 0 && order.orderitems.every((item) => item.quantity < 0);
}

function totalsOf(order: SitooOrder, format: ReceiptFormat): ReceiptData["totals"] {
  const total = Decimal.parse(order.moneytotal_gross_all);
  const shipping = Decimal.parse(order.moneydelivery_net);
  const tax = Decimal.parse(order.moneyfinal_vat).plus(Decimal.parse(order.moneyfinal_salestax));
  const fee = Decimal.parse(order.moneycheckout_net).plus(Decimal.parse(order.moneycheckout_vat));
  return {
    subTotal: format.money(total.minus(tax).minus(shipping)),
    totalShippingCost: format.money(shipping),
    totalTax: format.money(tax),
    grandTotal: format.money(total),
    discount: orNothing(Decimal.sum(order.orderitems.map(discountOf)), format),
    paymentFee: orNothing(fee, format),
    rounding: orNothing(Decimal.parse(order.moneytotal_gross_roundoff), format),
  };
}

function lineOf(item: SitooOrderItem, format: ReceiptFormat): ReceiptLine {
  const total = Decimal.parse(item.moneyitemtotal_net).plus(
    Decimal.parse(item.moneyitemtotal_vat),
  );
  const discount = discountOf(item);
  const before = total.plus(discount);
  const amount = item.unitlabel === "" ? undefined : item.decimalquantitytotal;
  return {
    name: item.productname,
    sku: item.sku,
    options: item.productattributes,
    quantity: format.quantity(Decimal.parse(amount ?? item.quantity), item.unitlabel),
    unitPrice: format.money(
      item.quantity === 0 ? before : before.dividedBy(item.quantity, before.scale),
    ),
    discount: orNothing(discount, format),
    total: format.money(total),
    taxRate: format.percent(Decimal.parse(item.vatvalue)),
  };
}

/**
 * A line's discount with VAT; its sign is that of the quantity. The till's own figure if it is there,
 * else from the net discount per unit.
 */
function discountOf(item: SitooOrderItem): Decimal {
  const given = item.additionaldata["orderitem-moneyrowdiscount"];
  if (given !== undefined && /^-?\d+(\.\d+)?$/.test(given)) {
    const size = Decimal.parse(given).abs();
    return item.quantity < 0 ? size.negated() : size;
  }
  const net = Decimal.parse(item.moneydiscount).times(item.quantity);
  const factor = Decimal.parse(item.vatvalue).plus(new Decimal(100, 0));
  return net.times(factor).dividedBy(100, 2);
}

function orNothing(amount: Decimal, format: ReceiptFormat): string {
  return amount.isZero ? "" : format.money(amount);
}
