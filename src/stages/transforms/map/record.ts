import { Decimal } from "../../../records/money.ts";
import type { OmetriaOrder, OmetriaProperty } from "../../../records/ometria_order.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { customerOf, shippingAddressOf } from "./customer.ts";
import { utcTime } from "./dates.ts";
import { grossOf, type OrderContent, type ProductLine } from "./items.ts";
import { lineDiscount, toLineItem } from "./lines.ts";
import type { MapOptions } from "./options.ts";
import { allReturned, capRefund, type LineRefund } from "./refunds.ts";
import { orderStates } from "./select.ts";
import type { Totals } from "./totals.ts";

/** A product line with what has come back of it. */
export interface RecordLine {
  readonly line: ProductLine;
  readonly refund: LineRefund | undefined;
}

/** Everything one record is made of. */
export interface RecordParts {
  readonly sitoo: SitooOrder;
  readonly content: OrderContent;
  readonly lines: readonly RecordLine[];
  readonly totals: Totals;
  readonly currency: string;
  readonly digits: number;
  readonly store: string | undefined;
  /** Usable and to be sent. */
  readonly email: string | undefined;
  readonly customerId: string | undefined;
  /** `return`: negative values for a refund that names no original. */
  readonly direction: "sale" | "return";
  /** The return part of an order with mixed signs: an order of its own. */
  readonly part: boolean;
  readonly options: MapOptions;
}

/** Builds an Ometria order. Keys without a value are left out. */
export function buildRecord(parts: RecordParts): OmetriaOrder {
  const { sitoo, totals, options, email, part } = parts;
  const capped = capLines(parts);
  const discount = orderDiscount(parts);
  const receipt = part ? "" : (sitoo.additionaldata["pos-receiptid"] ?? "").trim();
  const coupon = couponOf(parts.lines);
  const customer = customerOf(sitoo, email, parts.customerId);
  const address = part ? undefined : shippingAddressOf(sitoo);
  return {
    "@type": "order",
    id: part ? `${sitoo.orderid}:return` : String(sitoo.orderid),
    ...(receipt === "" ? {} : { web_id: receipt }),
    timestamp: utcTime(sitoo.orderdate),
    ...statusOf(parts, capped.lines),
    channel: options.channel,
    ...(parts.store === undefined ? {} : { store: parts.store }),
    currency: parts.currency,
    grand_total: totals.grandTotal.toNumber(),
    subtotal: totals.subtotal.toNumber(),
    tax: totals.tax.toNumber(),
    shipping: totals.shipping.toNumber(),
    ...(discount.isZero ? {} : { discount: discount.toNumber() }),
    ...(coupon === undefined ? {} : { coupon_code: coupon }),
    // No payment_method: payments hold card and phone data and are not read.
    ...(address === undefined ? {} : { shipping_address: address }),
    ...(customer === undefined ? {} : { customer }),
    lineitems: capped.lines.map(({ line, refund }) => toLineItem(line, parts, refund)),
    properties: propertiesOf(parts, capped.excess),
  };
}

function capLines(
  { lines, digits }: RecordParts,
): { readonly lines: readonly RecordLine[]; readonly excess: Decimal } {
  let excess = Decimal.zero;
  const capped = lines.map((entry): RecordLine => {
    if (entry.refund === undefined) return entry;
    const result = capRefund(entry.line, entry.refund, digits);
    excess = excess.plus(result.excess);
    return { line: entry.line, refund: result.refund };
  });
  return { lines: capped, excess };
}

function statusOf(
  { sitoo, direction, options: { statuses } }: RecordParts,
  lines: readonly RecordLine[],
): Pick<OmetriaOrder, "status" | "is_valid"> {
  if (sitoo.orderstateid === orderStates.cancelled) {
    return { status: statuses.cancelled, is_valid: false };
  }
  if (sitoo.orderstateid === orderStates.open) return { status: statuses.pending, is_valid: true };
  // A negative order counts, so it is valid; its status keeps it out of what follows a purchase.
  if (direction === "return") return { status: statuses.refunded, is_valid: true };
  if (allReturned(lines)) return { status: statuses.refunded, is_valid: false };
  const some = lines.some(({ refund }) => refund !== undefined);
  return { status: some ? statuses.partial : statuses.sale, is_valid: true };
}

/** Discounts of all lines and those on the order, with the sign they have on a line. */
function orderDiscount(parts: RecordParts): Decimal {
  const { content, direction, part, digits, options } = parts;
  const lines = Decimal.sum(parts.lines.map(({ line }) => lineDiscount(line, parts)));
  if (part) return lines;
  const onOrder = grossOf(direction === "sale" ? content.reductions : content.charges)
    .round(digits);
  return options.discount_sign === "negative" ? lines.plus(onOrder) : lines.minus(onOrder);
}

/** Ometria has room for one code, so several are as good as none. */
function couponOf(lines: readonly RecordLine[]): string | undefined {
  const codes = new Set(
    lines.map(({ line }) => line.item.vouchercode.trim()).filter((code) => code !== ""),
  );
  const [code] = codes;
  return codes.size === 1 ? code : undefined;
}

function propertiesOf(
  { sitoo, totals, direction, part }: RecordParts,
  excess: Decimal,
): Readonly<Record<string, OmetriaProperty>> {
  const sale = direction === "sale";
  const external = part ? "" : (sitoo.externalid ?? "").trim();
  return {
    source: "sitoo",
    ...(external === "" ? {} : { external_id: external }),
    ...figure("payment_fee", totals.paymentFee),
    ...figure("other_fees", sale ? totals.charges : totals.reductions),
    ...figure("order_discount", sale ? totals.reductions : totals.charges),
    ...figure("rounding", totals.rounding),
    ...figure("refund_excess", excess),
  };
}

function figure(name: string, amount: Decimal): Readonly<Record<string, number>> {
  return amount.isZero ? {} : { [name]: amount.toNumber() };
}
