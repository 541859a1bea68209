import * as z from "zod";
import { Decimal } from "../../src/records/money.ts";
import { ometriaOrderSchema } from "../../src/records/ometria_order_schema.ts";

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

/** The laws that an order's record breaks, in words; none when it is as it must be. */
export function lawsBroken(body: string): readonly string[] {
  const record: unknown = JSON.parse(body);
  const checked = ometriaOrderSchema.safeParse(record);
  const parsed = figures.safeParse(record);
  return [
    ...(checked.success ? [] : [`is no record of an order: ${z.prettifyError(checked.error)}`]),
    ...(/:null[,}\]]/.test(body) ? ["holds null"] : []),
    ...(parsed.success ? moneyLawsBroken(parsed.data) : ["lacks figures"]),
  ];
}

function moneyLawsBroken(order: z.infer<typeof figures>): readonly string[] {
  const { lineitems: lines, properties: named } = order;
  const sum = (...amounts: readonly number[]): Decimal => Decimal.sum(amounts.map(decimal));
  const kept = sum(...lines.map(({ subtotal }) => subtotal));
  const explained = kept.plus(sum(named.payment_fee, named.other_fees, named.rounding))
    .minus(decimal(named.order_discount));
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
