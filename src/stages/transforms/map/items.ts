import { Decimal } from "../../../records/money.ts";
import type { SitooOrder, SitooOrderItem } from "../../../records/sitoo_order.ts";

/** `orderitemtype` of a product; all other numbers are undocumented. */
const productType = 10;

/** Net and VAT of something that is paid for. Exact, not yet rounded to the currency. */
export interface Amount {
  readonly net: Decimal;
  readonly vat: Decimal;
}

/** A product line, with the discount lines that belong to it taken in. */
export interface ProductLine extends Amount {
  readonly item: SitooOrderItem;
  /** Net plus VAT: what was paid, negative on returns. */
  readonly gross: Decimal;
  /** By how much the list price was reduced, including VAT; positive. */
  readonly discount: Decimal;
  /** The same without VAT. */
  readonly discountNet: Decimal;
  /** US-style sales tax on the line; in no amount above. */
  readonly salesTax: Decimal;
  /** The line sells a gift card. */
  readonly giftCard: boolean;
}

/** The lines of an order by what they mean. */
export interface OrderContent {
  readonly products: readonly ProductLine[];
  /** Lines that are no product and no product's discount, with a positive sum. */
  readonly charges: Amount;
  /** The same with a negative sum: discounts on the order. */
  readonly reductions: Amount;
}

/** Nothing. */
export const noAmount: Amount = { net: Decimal.zero, vat: Decimal.zero };

/**
 * Sorts an order's lines. A line that is no product is the discount of the product above it when it
 * takes away from it, and no more than the product costs; else it belongs to the order as a whole.
 */
export function readContent(order: SitooOrder): OrderContent {
  const products: ProductLine[] = [];
  let charges = noAmount;
  let reductions = noAmount;
  for (const item of order.orderitems) {
    const amount = amountOf(item.moneyitemtotal_net, item.moneyitemtotal_vat);
    const last = products.at(-1);
    if (item.orderitemtype === productType) products.push(productLine(item, amount));
    else if (last !== undefined && reduces(last, amount)) {
      products[products.length - 1] = reduced(last, amount);
    } else if (grossOf(amount).isNegative) reductions = addAmounts(reductions, amount);
    else charges = addAmounts(charges, amount);
  }
  return { products, charges, reductions };
}

/** Reads net and VAT as Sitoo writes them. */
export function amountOf(net: string, vat: string): Amount {
  return { net: Decimal.parse(net), vat: Decimal.parse(vat) };
}

export function grossOf(amount: Amount): Decimal {
  return amount.net.plus(amount.vat);
}

function addAmounts(left: Amount, right: Amount): Amount {
  return { net: left.net.plus(right.net), vat: left.vat.plus(right.vat) };
}

function productLine(item: SitooOrderItem, amount: Amount): ProductLine {
  return {
    item,
    ...amount,
    gross: grossOf(amount),
    ...discountOf(item),
    salesTax: Decimal.sum(item.salestaxes.map((tax) => Decimal.parse(tax.moneytax))),
    giftCard: isGiftCard(item),
  };
}

/**
 * Sitoo's `moneydiscount` is net and per unit. The till's own figure for the whole row has not been
 * through that rounding, so it is taken where it agrees.
 */
function discountOf(item: SitooOrderItem): Pick<ProductLine, "discount" | "discountNet"> {
  const perUnit = Decimal.parse(item.moneydiscount).abs();
  if (perUnit.isZero) return { discount: Decimal.zero, discountNet: Decimal.zero };
  const units = unitsOf(item);
  const discountNet = perUnit.times(units);
  const computed = discountNet.times(hundred.plus(Decimal.parse(item.vatvalue))).times(cent);
  const till = tillDiscount(item);
  const tolerance = units.plus(one).times(cent);
  const agrees = till !== undefined && till.minus(computed).abs().compare(tolerance) <= 0;
  return { discount: agrees ? till : computed, discountNet };
}

const one = new Decimal(1, 0);
const hundred = new Decimal(100, 0);
const cent = new Decimal(1, 2);

/** What the prices per unit are multiplied by: pieces, or kilograms and metres where they are sold. */
function unitsOf(item: SitooOrderItem): Decimal {
  const pieces = new Decimal(item.quantity, 0).abs();
  return item.decimalunitquantity === undefined
    ? pieces
    : pieces.times(Decimal.parse(item.decimalunitquantity).abs());
}

function tillDiscount(item: SitooOrderItem): Decimal | undefined {
  const text = item.additionaldata["orderitem-moneyrowdiscount"] ?? "";
  if (!/^[-+]?\d+(\.\d+)?$/.test(text)) return undefined;
  return Decimal.parse(text).abs();
}

function reduces(line: ProductLine, amount: Amount): boolean {
  const gross = grossOf(amount);
  return !gross.isZero && gross.sign === -line.gross.sign &&
    gross.abs().compare(line.gross.abs()) <= 0;
}

function reduced(line: ProductLine, amount: Amount): ProductLine {
  const total = addAmounts(line, amount);
  return {
    ...line,
    ...total,
    gross: grossOf(total),
    discount: line.discount.plus(grossOf(amount).abs()),
    discountNet: line.discountNet.plus(amount.net.abs()),
  };
}

function isGiftCard(item: SitooOrderItem): boolean {
  const number = item.additionaldata["giftcard-cardnumber"];
  const group = item.additionaldata["product-group-name"];
  return (number !== undefined && number !== "") ||
    (group !== undefined && /^\s*gift[\s-]?cards?\s*$/i.test(group));
}
