import { Decimal } from "../../records/money.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";

/** What was taxed at one rate. `net + tax` is what was paid for it. */
export interface TaxRow {
  /** The tax's own name, for sales taxes; VAT has none. */
  readonly name?: string;
  /** Per cent. */
  readonly rate: Decimal;
  readonly net: Decimal;
  readonly tax: Decimal;
}

/**
 * An order's taxes by rate, highest first, then its sales taxes by name. The VAT rows add up to
 * `moneyfinal_vat` wherever the lines and fees of the order do.
 */
export function taxRows(order: SitooOrder): readonly TaxRow[] {
  const rows: TaxRow[] = order.orderitems.map((item) => ({
    rate: Decimal.parse(item.vatvalue),
    net: Decimal.parse(item.moneyitemtotal_net),
    tax: Decimal.parse(item.moneyitemtotal_vat),
  }));
  const rates = rows.map((row) => row.rate);
  const fees = [
    [order.moneydelivery_net, order.moneydelivery_vat],
    [order.moneycheckout_net, order.moneycheckout_vat],
  ] as const;
  for (const [net, tax] of fees) {
    const fee = { net: Decimal.parse(net), tax: Decimal.parse(tax) };
    if (!fee.net.isZero || !fee.tax.isZero) rows.push({ ...fee, rate: rateOf(fee, rates) });
  }
  const sales = order.orderitems.flatMap((item) => item.salestaxes).map((tax): TaxRow => ({
    name: tax.name === "" ? tax.code : tax.name,
    rate: Decimal.parse(tax.decimaltaxvalue),
    net: Decimal.parse(tax.moneytotal),
    tax: Decimal.parse(tax.moneytax),
  }));
  const vat = merge(rows).toSorted((left, right) => right.rate.compare(left.rate));
  // Where sales tax is collected, VAT is a row of zeros that means nothing.
  const kept = sales.length > 0 ? vat.filter((row) => !row.tax.isZero) : vat;
  return [...kept, ...merge(sales)];
}

/** Sitoo names no rate for fees: the rate of a line that explains the tax, else the quotient. */
function rateOf(
  fee: { readonly net: Decimal; readonly tax: Decimal },
  rates: readonly Decimal[],
): Decimal {
  const fits = rates.find((rate) => fee.net.times(rate).dividedBy(100, 2).equals(fee.tax.round(2)));
  if (fits !== undefined) return fits;
  return fee.net.isZero ? Decimal.zero : fee.tax.times(100).dividedBy(fee.net, 0);
}

function merge(rows: readonly TaxRow[]): readonly TaxRow[] {
  const merged: TaxRow[] = [];
  for (const row of rows) {
    const index = merged.findIndex((other) =>
      other.name === row.name && other.rate.equals(row.rate)
    );
    const same = merged[index];
    if (same === undefined) merged.push(row);
    else merged[index] = { ...same, net: same.net.plus(row.net), tax: same.tax.plus(row.tax) };
  }
  return merged;
}
