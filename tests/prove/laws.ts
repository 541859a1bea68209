import * as z from "zod";
import { Decimal } from "../../src/records/money.ts";
import { ometriaOrderSchema } from "../../src/records/ometria_order_schema.ts";
import type { SitooOrder } from "../../src/records/sitoo_order.ts";

/** The part of a record that the laws of money look at. */
const figures = z.object({
  id: z.string(),
  grand_total: z.number(),
  subtotal: z.number(),
  tax: z.number(),
  shipping: z.number().default(0),
  lineitems: z.array(z.object({
    subtotal: z.number(),
    tax: z.number(),
    total: z.number(),
    refunded: z.number().default(0),
  })),
  properties: z.object({
    payment_fee: z.number().default(0),
    other_fees: z.number().default(0),
    order_discount: z.number().default(0),
    rounding: z.number().default(0),
  }),
});

/** What an order costs beside its lines, as Sitoo writes it. */
export type Fees = Pick<
  SitooOrder,
  "moneycheckout_net" | "moneycheckout_vat" | "moneydelivery_net" | "moneydelivery_vat"
>;

/** The laws that an order's record breaks, in words; none when it is as it must be. */
export function lawsBroken(body: string, fees: Fees): readonly string[] {
  const record: unknown = JSON.parse(body);
  const checked = ometriaOrderSchema.safeParse(record);
  const parsed = figures.safeParse(record);
  return [
    ...(checked.success ? [] : [`is no record of an order: ${z.prettifyError(checked.error)}`]),
    ...(/:null[,}\]]/.test(body) ? ["holds null"] : []),
    ...(parsed.success
      ? [...moneyLawsBroken(parsed.data), ...sumBroken(parsed.data, fees)]
      : ["lacks figures"]),
  ];
}

/**
 * Lines, fees and rounding are the grand total to the last minor unit. The fees are taken from Sitoo's order, since a
 * record names them without their tax. Holds for orders of products alone without US sales tax, as the sandbox has.
 */
function sumBroken(order: z.infer<typeof figures>, fees: Fees): readonly string[] {
  // What comes back in a mixed order is a record of its own, and the fees stay with the sale.
  const extra = order.id.endsWith(":return") ? Decimal.zero : Decimal.sum([
    fees.moneycheckout_net,
    fees.moneycheckout_vat,
    fees.moneydelivery_net,
    fees.moneydelivery_vat,
  ].map((amount) => Decimal.parse(amount)));
  const explained = Decimal.sum(order.lineitems.map(({ total }) => decimal(total))).plus(extra)
    .plus(decimal(order.properties.rounding));
  return explained.equals(decimal(order.grand_total))
    ? []
    : [`lines, fees and rounding are ${explained}, and grand_total is ${order.grand_total}`];
}

function moneyLawsBroken(order: z.infer<typeof figures>): readonly string[] {
  const { lineitems: lines, properties: named } = order;
  const sum = (...amounts: readonly number[]): Decimal => Decimal.sum(amounts.map(decimal));
  const kept = sum(...lines.map(({ subtotal }) => subtotal));
  const explained = kept.plus(
    sum(named.payment_fee, named.other_fees, named.order_discount, named.rounding),
  );
  const given = sum(...lines.map(({ refunded }) => refunded));
  const laws: readonly (readonly [string, boolean])[] = [
    [
      "grand_total is not subtotal + tax + shipping",
      sum(order.subtotal, order.tax, order.shipping).equals(decimal(order.grand_total)),
    ],
    [
      "a line's total is not its subtotal + tax",
      lines.every(({ subtotal, tax, total }) => sum(subtotal, tax).equals(decimal(total))),
    ],
    [
      "lines, fees and rounding do not add up to the subtotal",
      explained.minus(decimal(order.subtotal)).abs().compare(tolerance(named)) <= 0,
    ],
    [
      "more is refunded than was paid for the lines",
      given.compare(sum(...lines.map(({ total }) => Math.max(total, 0)))) <= 0,
    ],
    [
      "a line has more refunded than was paid for it",
      lines.every(({ refunded, total }) => decimal(refunded).compare(decimal(total).abs()) <= 0),
    ],
  ];
  return laws.flatMap(([law, holds]) => holds ? [] : [law]);
}

/** Fees and discounts are named with their tax, and the subtotal holds them without. */
function tolerance(
  { payment_fee, other_fees, order_discount }: z.infer<typeof figures>["properties"],
): Decimal {
  const share = (amount: number): Decimal => decimal(amount).abs();
  return share(payment_fee).plus(share(other_fees)).plus(share(order_discount));
}

function decimal(amount: number): Decimal {
  return Decimal.parse(String(amount));
}
