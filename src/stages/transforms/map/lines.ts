import { Decimal } from "../../../records/money.ts";
import {
  NO_PRODUCT,
  type OmetriaLineItem,
  type OmetriaProperty,
  type OmetriaVariantOption,
} from "../../../records/ometria_order.ts";
import type { SitooOrderItem } from "../../../records/sitoo_order.ts";
import type { ProductLine } from "./items.ts";
import type { MapOptions } from "./options.ts";
import type { LineRefund } from "./refunds.ts";

/** What making a line needs to know. */
export interface LineContext {
  /** Of the currency's minor unit. */
  readonly digits: number;
  readonly options: Pick<MapOptions, "discount_sign" | "unit_price">;
}

/** A product line as Ometria takes it. `refund` is what has come back of it. */
export function toLineItem(
  line: ProductLine,
  context: LineContext,
  refund: LineRefund | undefined,
): OmetriaLineItem {
  const { item } = line;
  const total = line.gross.round(context.digits);
  const tax = line.vat.round(context.digits);
  const discount = lineDiscount(line, context);
  const variantOptions = readVariantOptions(item.productattributes);
  const properties = lineProperties(item);
  return {
    ...productIds(item),
    quantity: item.quantity,
    unit_price: unitPrice(line, context).toNumber(),
    ...(discount.isZero ? {} : { discount: discount.toNumber() }),
    subtotal: total.minus(tax).toNumber(),
    tax: tax.toNumber(),
    total: total.toNumber(),
    ...(variantOptions.length === 0 ? {} : { variant_options: variantOptions }),
    ...(refund === undefined
      ? {}
      : { quantity_refunded: refund.quantity, refunded: refund.amount.toNumber() }),
    ...(properties === undefined ? {} : { properties }),
  };
}

/** The line's discount with its sign, rounded. A returned discount has the opposite sign. */
export function lineDiscount(line: ProductLine, { digits, options }: LineContext): Decimal {
  const discount = line.discount.round(digits);
  const negative = (options.discount_sign === "negative") !== (line.item.quantity < 0);
  return negative ? discount.negated() : discount;
}

/** List price per unit: what was paid plus the discount, divided by the pieces. Positive on returns. */
function unitPrice(line: ProductLine, { digits, options }: LineContext): Decimal {
  const { quantity } = line.item;
  const net = options.unit_price === "net";
  if (quantity === 0) return listPrice(line.item, net).round(digits);
  const paid = net ? line.net : line.gross;
  const discount = net ? line.discountNet : line.discount;
  return (quantity < 0 ? paid.negated() : paid).plus(discount)
    .dividedBy(Math.abs(quantity), digits);
}

function listPrice(item: SitooOrderItem, net: boolean): Decimal {
  const price = Decimal.parse(item.moneyoriginalprice);
  return net
    ? price
    : price.times(new Decimal(100, 0).plus(Decimal.parse(item.vatvalue))).times(new Decimal(1, 2));
}

/** Sitoo's own product id, until `sku-match` puts another one there. */
function productIds(
  item: SitooOrderItem,
): Pick<OmetriaLineItem, "product_id" | "variant_id" | "sku"> {
  const sku = item.sku.trim();
  const id = item.productid === undefined ? sku : String(item.productid);
  if (id === "") return { product_id: NO_PRODUCT };
  return { product_id: id, variant_id: id, ...(sku === "" ? {} : { sku }) };
}

/** `Color: Red, Size: M` → both, in that order. A value may hold commas, a name may not. */
export function readVariantOptions(text: string): readonly OmetriaVariantOption[] {
  const found: { type: string; label: string }[] = [];
  for (const part of text.split(/,\s+/)) {
    const colon = part.indexOf(":");
    const last = found.at(-1);
    if (colon > 0) {
      found.push({
        type: part.slice(0, colon).trim().toLowerCase(),
        label: part.slice(colon + 1).trim(),
      });
    } else if (last !== undefined) last.label += `, ${part.trim()}`;
  }
  return found.filter(({ type, label }) => type !== "" && label !== "")
    .map(({ type, label }) => ({ type, id: label, label }));
}

/** What is sold by weight or length has its measure here: Ometria's quantity is whole. */
function lineProperties(
  item: SitooOrderItem,
): Readonly<Record<string, OmetriaProperty>> | undefined {
  if (item.decimalunitquantity === undefined) return undefined;
  const unit = item.unitlabel.trim();
  return {
    unit_quantity: Decimal.parse(item.decimalunitquantity).toNumber(),
    ...(unit === "" ? {} : { unit }),
  };
}
