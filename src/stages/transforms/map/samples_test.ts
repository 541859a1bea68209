import type { OmetriaOrder } from "../../../records/ometria_order.ts";
import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import { assertEquals } from "../../../std/assert.ts";
import { recordOf, refundOfTee, saleOfFour, verdictOf } from "./testing.ts";

/** The record of a sale of two discounted tees, a cap and a book. */
const sale: OmetriaOrder = {
  "@type": "order",
  id: "50212",
  web_id: "SII000000471100220317",
  timestamp: "2025-09-06T13:42:10Z",
  status: "complete",
  is_valid: true,
  channel: "in store",
  store: "S-014",
  currency: "SEK",
  grand_total: 626.40,
  subtotal: 512.45,
  tax: 113.95,
  shipping: 0,
  discount: -99.60,
  coupon_code: "AUTUMN20",
  customer: { email: "maja.ek@example.com", firstname: "Maja", lastname: "Ek" },
  lineitems: [
    {
      product_id: "8801",
      variant_id: "8801",
      sku: "TEE-RED-M",
      quantity: 2,
      unit_price: 249.00,
      discount: -99.60,
      subtotal: 318.72,
      tax: 79.68,
      total: 398.40,
      variant_options: [
        { type: "color", id: "Red", label: "Red" },
        { type: "size", id: "M", label: "M" },
      ],
    },
    {
      product_id: "8840",
      variant_id: "8840",
      sku: "CAP-NAVY-OS",
      quantity: 1,
      unit_price: 149.00,
      subtotal: 119.20,
      tax: 29.80,
      total: 149.00,
    },
    {
      product_id: "8902",
      variant_id: "8902",
      sku: "BOOK-CARE-01",
      quantity: 1,
      unit_price: 79.00,
      subtotal: 74.53,
      tax: 4.47,
      total: 79.00,
    },
  ],
  properties: { source: "sitoo" },
};

Deno.test("map turns a discounted sale into its record, key by key", async () => {
  assertEquals(
    JSON.stringify(await recordOf(saleOfFour()), null, 1),
    JSON.stringify(sale, null, 1),
  );
});

Deno.test("map links a refund, and sends its original as partly refunded", async () => {
  const verdict = await verdictOf(refundOfTee());
  assertEquals(verdict, {
    kind: "link",
    links: [{
      original: 50212,
      refund: 50230,
      lines: [{ index: 0, sku: "TEE-RED-M", quantity: 1, amount: "199.20" }],
    }],
  });
  if (verdict.kind !== "link") return;
  const [tee, ...others] = sale.lineitems;
  assertEquals(await recordOf(saleOfFour(), { facts: { links: verdict.links } }), {
    ...sale,
    status: "partial_refund",
    lineitems: tee === undefined ? [] : [
      { ...tee, quantity_refunded: 1, refunded: 199.20 },
      ...others,
    ],
  });
});

Deno.test("map sends an order of which everything came back as refunded and not valid", async () => {
  const lines = [
    { index: 0, sku: "TEE-RED-M", quantity: 2, amount: "398.40" },
    { index: 1, sku: "CAP-NAVY-OS", quantity: 1, amount: "149.00" },
    { index: 2, sku: "BOOK-CARE-01", quantity: 1, amount: "79.00" },
  ];
  const links = [{ original: 50212, refund: 50230, lines }];
  assertEquals(await recordOf(saleOfFour(), { facts: { delivered: true, links } }), {
    ...sale,
    status: "refunded",
    is_valid: false,
    lineitems: sale.lineitems.map((line, index) => ({
      ...line,
      quantity_refunded: lines[index]?.quantity ?? 0,
      refunded: line.total,
    })),
  });
});

Deno.test("map sends a cancelled order that had been delivered as cancelled", async () => {
  const order = sitooOrder({
    orderid: 50280,
    eshopid: 3,
    email: "leo.hart@example.com",
    namefirst: "Leo",
    namelast: "Hart",
    moneyfinal_net: "50.00",
    moneyfinal_vat: "10.00",
    moneytotal_gross_all: "60.00",
    orderdate: 1757678400,
    orderstateid: 20,
    paymentstateid: 30,
    currencycode: "GBP",
    additionaldata: { "store-externalid": "S-031", "pos-timezone": "Europe/London" },
    orderitems: [sitooItem({
      productid: 9010,
      sku: "DRESS-FLORAL-S",
      vatvalue: "20",
      moneyoriginalprice: "50.00",
      moneyitemtotal_net: "50.00",
      moneyitemtotal_vat: "10.00",
    })],
  });
  assertEquals(await recordOf(order, { facts: { delivered: true } }), {
    "@type": "order",
    id: "50280",
    timestamp: "2025-09-12T12:00:00Z",
    status: "cancelled",
    is_valid: false,
    channel: "in store",
    store: "S-031",
    currency: "GBP",
    grand_total: 60.00,
    subtotal: 50.00,
    tax: 10.00,
    shipping: 0,
    customer: { email: "leo.hart@example.com", firstname: "Leo", lastname: "Hart" },
    lineitems: [{
      product_id: "9010",
      variant_id: "9010",
      sku: "DRESS-FLORAL-S",
      quantity: 1,
      unit_price: 60.00,
      subtotal: 50.00,
      tax: 10.00,
      total: 60.00,
    }],
    properties: { source: "sitoo" },
  });
});
