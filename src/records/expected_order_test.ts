import { assertEquals } from "../std/assert.ts";
import { expectedOf } from "./expected_order.ts";
import type { OmetriaOrder } from "./ometria_order.ts";

const line = { product_id: "A", quantity: 1, unit_price: 1, subtotal: 1, tax: 0, total: 1 };
const order: OmetriaOrder = {
  "@type": "order",
  id: "till-1",
  timestamp: "2025-09-06T13:42:10Z",
  status: "partial_refund",
  is_valid: true,
  channel: "in store",
  currency: "SEK",
  grand_total: 626.4,
  subtotal: 512.45,
  tax: 113.95,
  shipping: 0,
  lineitems: [
    { ...line, quantity_refunded: 1, refunded: 0.1 },
    { ...line, quantity_refunded: 2, refunded: 0.2 },
    line,
  ],
};

Deno.test("expectedOf() adds up what came back, in exact decimals", () => {
  assertEquals(expectedOf(order), {
    total: "626.4",
    status: "partial_refund",
    isValid: true,
    lines: 3,
    quantityRefunded: 3,
    refunded: "0.3",
  });
});

Deno.test("expectedOf() expects nothing to have come back of a plain sale", () => {
  const { quantityRefunded, refunded } = expectedOf({ ...order, lineitems: [line] });
  assertEquals([quantityRefunded, refunded], [0, "0"]);
});
