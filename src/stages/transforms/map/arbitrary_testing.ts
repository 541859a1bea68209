/** Made-up Sitoo orders for property tests: any mix of lines, with totals that follow from them. */
import fc from "fast-check";
import type { RefundedLine, RefundLink } from "../../../records/refund_link.ts";
import type { SitooOrder, SitooOrderItem } from "../../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../../records/testing.ts";

/** All amounts in hundredths. */
interface MadeLine {
  readonly kind: "product" | "discount" | "fee" | "gift-card";
  readonly quantity: number;
  /** List price per piece, including VAT. */
  readonly price: number;
  /** Discount in per cent. */
  readonly off: number;
  readonly vat: number;
  readonly sku: string;
  readonly weight: string | undefined;
  readonly salesTax: number;
}

const madeLine: fc.Arbitrary<MadeLine> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("product" as const) },
    { weight: 1, arbitrary: fc.constantFrom("discount", "fee", "gift-card") },
  ),
  quantity: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 2, arbitrary: fc.integer({ min: -3, max: -1 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
  price: fc.integer({ min: 0, max: 999_999 }),
  off: fc.constantFrom(0, 0, 0, 10, 33, 100),
  vat: fc.constantFrom(0, 6, 12, 25),
  sku: fc.constantFrom("", "A", "B", "C"),
  weight: fc.constantFrom(undefined, undefined, undefined, "0.345", "2.000"),
  salesTax: fc.constantFrom(0, 0, 0, 7, 355),
});

/** Options of `map` that change what a record says. */
export const anyMapOptions: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record({
  unlinked_refunds: fc.constantFrom("skip", "negative-order"),
  open_orders: fc.constantFrom("wait", "send-pending"),
  web_orders: fc.constantFrom("skip", "send"),
  anonymous: fc.constantFrom("send", "skip"),
  gift_cards: fc.constantFrom("skip-line", "send"),
  discount_sign: fc.constantFrom("negative", "positive"),
  unit_price: fc.constantFrom("gross", "net"),
});

/** Fees and other amounts of an order, in hundredths. */
const madeOrder = fc.record({
  lines: fc.array(madeLine, { minLength: 0, maxLength: 6 }),
  delivery: fc.constantFrom(0, 0, 4900),
  payment: fc.constantFrom(0, 0, 1900),
  rounding: fc.constantFrom(0, 0, -40, 50),
  taxed: fc.boolean(),
  currencycode: fc.constantFrom("SEK", "SEK", "EUR", "JPY", "KWD"),
  orderstateid: fc.constantFrom(10, 10, 10, 10, 20, 0),
  email: fc.constantFrom("maja.ek@example.com", "", " Leo@Example.com", "none"),
  original: fc.option(fc.constant(40000), { nil: undefined }),
  city: fc.constantFrom("", "Exampleton"),
});

/** An order whose totals are what Sitoo would make of its lines. */
export const anySitooOrder: fc.Arbitrary<SitooOrder> = madeOrder.map((made) => {
  const orderitems = made.lines.map((line, index) => itemOf(line, index));
  const [deliveryNet, deliveryVat] = split(made.delivery, 25);
  const [paymentNet, paymentVat] = split(made.payment, 25);
  const net = deliveryNet + paymentNet + sum(orderitems.map((item) => item.moneyitemtotal_net));
  const vat = deliveryVat + paymentVat + sum(orderitems.map((item) => item.moneyitemtotal_vat));
  const salesTax = made.taxed
    ? sum(orderitems.flatMap((item) => item.salestaxes.map((tax) => tax.moneytax)))
    : 0;
  return sitooOrder({
    email: made.email,
    currencycode: made.currencycode,
    orderstateid: made.orderstateid,
    ...(made.original === undefined ? {} : { creditorderid: made.original }),
    delivery_city: made.city,
    moneydelivery_net: text(deliveryNet),
    moneydelivery_vat: text(deliveryVat),
    moneycheckout_net: text(paymentNet),
    moneycheckout_vat: text(paymentVat),
    moneyfinal_net: text(net),
    moneyfinal_vat: text(vat),
    moneyfinal_salestax: text(salesTax),
    moneytotal_gross_roundoff: text(made.rounding),
    moneytotal_gross_all: text(net + vat + salesTax + made.rounding),
    orderitems,
  });
});

/** Refunds of order 50211, right and wrong ones. */
export const anyLinks: fc.Arbitrary<readonly RefundLink[]> = fc.uniqueArray(
  fc.record({
    refund: fc.integer({ min: 50212, max: 50400 }),
    lines: fc.array(refundedLine(), { maxLength: 4 }),
  }),
  { selector: (link) => link.refund, maxLength: 4 },
).map((links) => links.map((link) => ({ original: 50211, ...link })));

function refundedLine(): fc.Arbitrary<RefundedLine> {
  return fc.record({
    index: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
    sku: fc.constantFrom("", "A", "B", "C"),
    quantity: fc.integer({ min: 1, max: 4 }),
    amount: fc.integer({ min: 0, max: 2_000_000 }).map(text),
  }).map(({ index, ...line }) => index === undefined ? line : { index, ...line });
}

function itemOf(made: MadeLine, orderitemid: number): SitooOrderItem {
  const isProduct = made.kind === "product" || made.kind === "gift-card";
  const quantity = isProduct ? made.quantity : 1;
  const off = isProduct ? made.off : 0;
  const sign = made.kind === "discount" ? -1 : 1;
  const list = made.price * quantity * sign;
  const [net, vat] = split(Math.round(list * (100 - off) / 100), made.vat);
  const [unitNet] = split(made.price, made.vat);
  const weight = isProduct ? made.weight : undefined;
  const units = weight === undefined ? 1 : Number(weight);
  const discount = Math.round(unitNet * off / 100 / units);
  return sitooItem({
    orderitemid,
    orderitemtype: isProduct ? 10 : 20,
    sku: made.sku,
    quantity,
    vatvalue: String(made.vat),
    ...(weight === undefined ? {} : { decimalunitquantity: weight, unitlabel: "kg" }),
    moneyoriginalprice: text(Math.round(unitNet / units)),
    moneydiscount: text(discount),
    moneyitemtotal_net: text(net),
    moneyitemtotal_vat: text(vat),
    salestaxes: made.salesTax === 0 ? [] : [{
      name: "Example City Tax",
      code: "EX",
      moneytotal: text(net),
      moneytax: text(quantity < 0 ? -made.salesTax : made.salesTax),
      decimaltaxvalue: "8.875",
    }],
    additionaldata: made.kind === "gift-card" ? { "giftcard-cardnumber": "7000" } : {},
  });
}

/** Net and VAT of a gross amount. */
function split(gross: number, vat: number): readonly [net: number, vat: number] {
  const net = Math.round(gross * 100 / (100 + vat));
  return [net, gross - net];
}

function sum(amounts: readonly string[]): number {
  return amounts.reduce((total, amount) => total + Math.round(Number(amount) * 100), 0);
}

function text(hundredths: number): string {
  const digits = String(Math.abs(hundredths)).padStart(3, "0");
  return `${hundredths < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
