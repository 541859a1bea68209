import { assert, assertEquals } from "../std/assert.ts";
import type { OmetriaOrder } from "./ometria_order.ts";
import { ometriaOrderSchema } from "./ometria_order_schema.ts";

const order: OmetriaOrder = {
  "@type": "order",
  id: "50211",
  timestamp: "2025-09-06T10:15:00Z",
  status: "complete",
  is_valid: true,
  channel: "in store",
  currency: "SEK",
  grand_total: 249.3,
  subtotal: 199.2,
  tax: 50.1,
  shipping: 0,
  customer: { email: "maja.ek@example.com" },
  lineitems: [{
    product_id: "8801",
    quantity: 1,
    unit_price: 249.3,
    subtotal: 199.2,
    tax: 50.1,
    total: 249.3,
    variant_options: [{ type: "size", id: "M", label: "M" }],
  }],
  properties: { source: "sitoo", rounding: -0.4, gift: false },
};

/** Paths of what is wrong with the order after a change. */
function wrong(change: Readonly<Record<string, unknown>>): string[] {
  const result = ometriaOrderSchema.safeParse({ ...order, ...change });
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join("."));
}

Deno.test("ometriaOrderSchema takes an order as it is sent, unchanged", () => {
  assertEquals(ometriaOrderSchema.parse(order), order);
});

Deno.test("ometriaOrderSchema refuses empty and unknown values by their path", () => {
  const [line] = order.lineitems;
  const cases: [Readonly<Record<string, unknown>>, string][] = [
    [{ "@type": "contact" }, "@type"],
    [{ id: "" }, "id"],
    [{ web_id: null }, "web_id"],
    [{ web_id: undefined }, "web_id"],
    [{ timestamp: "2025-09-06T10:15:00+02:00" }, "timestamp"],
    [{ currency: "sek" }, "currency"],
    [{ shipping: Number.NaN }, "shipping"],
    [{ grand_total: 249.30001 }, "grand_total"],
    [{ grand_total: "249.30" }, "grand_total"],
    [{ customer: {} }, "customer"],
    [{ customer: { firstname: "Maja" } }, "customer"],
    [{ customer: { email: "maja" } }, "customer.email"],
    [{ shipping_address: {} }, "shipping_address"],
    [{ properties: { a: "" } }, "properties.a"],
    [{ properties: { a: { b: 1 } } }, "properties.a"],
    [{ lineitems: [{ ...line, quantity: 1.5 }] }, "lineitems.0.quantity"],
    [{ lineitems: [{ ...line, variant_options: [] }] }, "lineitems.0.variant_options"],
    [{ phone: "0701234567" }, ""],
  ];
  for (const [change, path] of cases) {
    assert(wrong(change).includes(path), `${JSON.stringify(change)}: ${wrong(change)}`);
  }
});

Deno.test("ometriaOrderSchema says of a total that is no amount just that", () => {
  for (const grand_total of [249.30001, 1e21, 1e-7]) {
    assertEquals(wrong({ grand_total }), ["grand_total"]);
  }
  assertEquals(wrong({ shipping: 1e21 }), ["shipping"]);
});

Deno.test("ometriaOrderSchema adds totals up in decimals", () => {
  assertEquals(wrong({ grand_total: 0.3, subtotal: 0.1, tax: 0.2 }), []);
  assertEquals(wrong({ grand_total: 249.31 }), [""]);
});
