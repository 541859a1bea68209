import * as z from "zod";
import { Decimal } from "./money.ts";
import type { OmetriaOrder } from "./ometria_order.ts";

/** Text with something in it; a key without a value is left out instead. */
const text = z.string().min(1, "Expected text that is not empty");

/** A JSON number that stands for a decimal amount, at most four digits after the point. */
const amount = z.number().refine(isAmount, "Expected an amount with at most four decimals");

const property = z.union([text, z.number(), z.boolean()]);

const properties = z.record(text, property);

const address = z.strictObject({
  city: text.exactOptional(),
  state: text.exactOptional(),
  postcode: text.exactOptional(),
  country_code: text.exactOptional(),
}).refine(hasKeys, "Expected at least one field");

const customer = z.strictObject({
  id: text.exactOptional(),
  email: text.regex(/^[^\s@]+@[^\s@]+$/, "Expected an address").exactOptional(),
  firstname: text.exactOptional(),
  lastname: text.exactOptional(),
}).refine(
  ({ id, email }) => id !== undefined || email !== undefined,
  "Expected an email or an id beside the name",
);

const lineItem = z.strictObject({
  product_id: text,
  variant_id: text.exactOptional(),
  sku: text.exactOptional(),
  quantity: z.int(),
  unit_price: amount,
  discount: amount.exactOptional(),
  subtotal: amount,
  tax: amount,
  total: amount,
  variant_options: z.array(z.strictObject({ type: text, id: text, label: text })).min(1)
    .exactOptional(),
  quantity_refunded: z.int().nonnegative().exactOptional(),
  refunded: amount.exactOptional(),
  properties: properties.exactOptional(),
});

/**
 * What an Ometria order has to look like before it is sent: every field of its type, no empty values,
 * and totals that add up. Keys come out in the order in which they are sent.
 */
export const ometriaOrderSchema: z.ZodType<OmetriaOrder> = z.strictObject({
  "@type": z.literal("order"),
  id: text,
  web_id: text.exactOptional(),
  timestamp: z.string().regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
    "Expected UTC time, such as 2025-09-06T13:42:10Z",
  ),
  status: text,
  is_valid: z.boolean(),
  channel: text,
  store: text.exactOptional(),
  currency: z.string().regex(/^[A-Z]{3}$/, "Expected an ISO 4217 code"),
  grand_total: amount,
  subtotal: amount,
  tax: amount,
  shipping: amount,
  discount: amount.exactOptional(),
  coupon_code: text.exactOptional(),
  payment_method: text.exactOptional(),
  shipping_method: text.exactOptional(),
  shipping_address: address.exactOptional(),
  billing_address: address.exactOptional(),
  customer: customer.exactOptional(),
  lineitems: z.array(lineItem),
  properties: properties.exactOptional(),
}).refine(addsUp, "Expected grand_total to be subtotal + tax + shipping");

function addsUp(
  order: Pick<OmetriaOrder, "grand_total" | "subtotal" | "tax" | "shipping">,
): boolean {
  const amounts = [order.subtotal, order.tax, order.shipping];
  if (![...amounts, order.grand_total].every(isAmount)) return true; // said at the field already
  return Decimal.sum(amounts.map((value) => Decimal.parse(value)))
    .equals(Decimal.parse(order.grand_total));
}

function isAmount(value: number): boolean {
  return /^-?\d{1,15}(\.\d{1,4})?$/.test(String(value));
}

function hasKeys(value: object): boolean {
  return Object.keys(value).length > 0;
}
