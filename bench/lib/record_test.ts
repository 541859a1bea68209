import { assertEquals } from "../../src/std/assert.ts";
import { isSale, type Order, recordOf } from "./record.ts";

const order: Order = {
  orderid: 7,
  email: " A@example.com ",
  orderdate: 0,
  orderstateid: 10,
  ordertypeid: 10,
  registerid: "r",
  currencycode: "SEK",
  moneyfinal_net: "0.10",
  moneyfinal_vat: "0.20",
  orderitems: [{
    sku: "",
    productname: "Bag",
    quantity: "2",
    moneyitemtotal_net: "0.10",
    moneyitemtotal_vat: "0.20",
  }],
};

Deno.test("recordOf() makes what Ometria stores: whole seconds, sums that add up, an address in lower case", () => {
  assertEquals(recordOf(order), {
    "@type": "order",
    id: "till-7",
    timestamp: "1970-01-01T00:00:00Z",
    is_valid: true,
    status: "complete",
    channel: "in store",
    store: "s",
    currency: "SEK",
    grand_total: 0.3,
    subtotal: 0.1,
    tax: 0.2,
    shipping: 0,
    customer: { email: "a@example.com" },
    customer_identified: true,
    lineitems: [{ product_id: "none", quantity: 2, unit_price: 0.1, total: 0.3 }],
  });
});

Deno.test("isSale() leaves out what is open, of another kind, or from the web shop", () => {
  const others = [{ orderstateid: 20 }, { ordertypeid: 110 }, { registerid: null }];
  assertEquals([order, ...others.map((other) => ({ ...order, ...other }))].map(isSale), [
    true,
    false,
    false,
    false,
  ]);
});
