import { Decimal } from "../../../records/money.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { type Amount, amountOf, grossOf, type OrderContent, type ProductLine } from "./items.ts";

/** Difference to Sitoo's total that still counts as rounding, in the order's currency. */
const roundingAllowed = new Decimal(100, 2);

/** The sums of a record, rounded to the currency's minor unit, and what explains them. */
export interface Totals {
  readonly grandTotal: Decimal;
  readonly subtotal: Decimal;
  readonly tax: Decimal;
  readonly shipping: Decimal;
  /** Parts of the subtotal that are in no line, net. */
  readonly paymentFee: Decimal;
  readonly charges: Decimal;
  readonly reductions: Decimal;
  /** What lines and fees leave open of the grand total. */
  readonly rounding: Decimal;
}

/** Which of an order's lines a record is made of. */
export interface Share {
  readonly kept: readonly ProductLine[];
  /** Lines of the order that are in another record, or in none. */
  readonly left: readonly ProductLine[];
}

/** The amounts of an order that are in no line. */
interface OrderAmounts {
  readonly payment: Amount;
  readonly delivery: Amount;
  readonly salesTax: Decimal;
  readonly total: Decimal;
}

/** Why an order's figures do not fit together, with the figures, or `undefined`. */
export function mismatchOf(order: SitooOrder, content: OrderContent): string | undefined {
  const { payment, delivery, salesTax, total } = amountsOf(order);
  const lines = Decimal.sum(content.products.map((line) => line.gross));
  const other = grossOf(content.charges).plus(grossOf(content.reductions));
  const fees = grossOf(payment).plus(grossOf(delivery));
  const open = total.minus(lines).minus(other).minus(fees).minus(salesTax);
  const cash = Decimal.parse(order.moneytotal_gross_roundoff);
  // Whether Sitoo's cash rounding is added or taken away is documented nowhere.
  const fits = [open, open.plus(cash), open.minus(cash)]
    .some((rest) => rest.abs().compare(roundingAllowed) <= 0);
  if (fits) return undefined;
  return `Sitoo's total is ${total}, but lines ${lines}, other lines ${other}, fees ${fees} and ` +
    `sales tax ${salesTax} leave a difference of ${open} (cash rounding ${cash})`;
}

/**
 * The sums of the record that has the order's own id: Sitoo's totals, without the lines that are left
 * out. Fees, cash rounding and the order's discounts stay with it.
 */
export function mainTotals(
  order: SitooOrder,
  content: OrderContent,
  { share, digits }: { readonly share: Share; readonly digits: number },
): Totals {
  const { payment, delivery, salesTax, total } = amountsOf(order);
  const left = sumsOf(share.left, !salesTax.isZero);
  const taxes = Decimal.parse(order.moneyfinal_vat).plus(salesTax);
  return finish({
    grandTotal: total.minus(left.gross).minus(left.salesTax),
    tax: taxes.minus(left.vat).minus(left.salesTax),
    shipping: delivery.net,
    lines: share.kept,
    others: [
      grossOf(payment),
      grossOf(delivery),
      grossOf(content.charges),
      grossOf(content.reductions),
      salesTax.minus(left.salesTax),
    ],
    paymentFee: payment.net,
    charges: content.charges.net,
    reductions: content.reductions.net,
  }, digits);
}

/** The sums of a record made of nothing but these lines of an order. */
export function linesTotals(
  order: SitooOrder,
  lines: readonly ProductLine[],
  digits: number,
): Totals {
  const sums = sumsOf(lines, !Decimal.parse(order.moneyfinal_salestax).isZero);
  return finish({
    grandTotal: sums.gross.plus(sums.salesTax),
    tax: sums.vat.plus(sums.salesTax),
    shipping: Decimal.zero,
    lines,
    others: [sums.salesTax],
    paymentFee: Decimal.zero,
    charges: Decimal.zero,
    reductions: Decimal.zero,
  }, digits);
}

interface Exact extends Omit<Totals, "subtotal" | "rounding"> {
  readonly lines: readonly ProductLine[];
  /** What else the grand total is made of, including tax. */
  readonly others: readonly Decimal[];
}

function finish(exact: Exact, digits: number): Totals {
  const grandTotal = exact.grandTotal.round(digits);
  const tax = exact.tax.round(digits);
  const shipping = exact.shipping.round(digits);
  const explained = Decimal.sum([
    ...exact.lines.map((line) => line.gross.round(digits)),
    ...exact.others.map((amount) => amount.round(digits)),
  ]);
  return {
    grandTotal,
    subtotal: grandTotal.minus(tax).minus(shipping),
    tax,
    shipping,
    paymentFee: exact.paymentFee.round(digits),
    charges: exact.charges.round(digits),
    reductions: exact.reductions.round(digits),
    rounding: grandTotal.minus(explained),
  };
}

function amountsOf(order: SitooOrder): OrderAmounts {
  return {
    payment: amountOf(order.moneycheckout_net, order.moneycheckout_vat),
    delivery: amountOf(order.moneydelivery_net, order.moneydelivery_vat),
    salesTax: Decimal.parse(order.moneyfinal_salestax),
    total: Decimal.parse(order.moneytotal_gross_all),
  };
}

/** Lines may name their sales tax although the order has none; then it is no part of its total. */
function sumsOf(
  lines: readonly ProductLine[],
  taxed: boolean,
): { readonly gross: Decimal; readonly vat: Decimal; readonly salesTax: Decimal } {
  return {
    gross: Decimal.sum(lines.map((line) => line.gross)),
    vat: Decimal.sum(lines.map((line) => line.vat)),
    salesTax: taxed ? Decimal.sum(lines.map((line) => line.salesTax)) : Decimal.zero,
  };
}
