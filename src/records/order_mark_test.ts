import { assertEquals, assertNotEquals } from "../std/assert.ts";
import { type Marked, markText } from "./order_mark.ts";
import { sitooOrder } from "./testing.ts";

Deno.test("markText() changes with each of what it is made of", () => {
  const order: Marked = sitooOrder();
  const changed: Marked[] = [
    { ...order, orderstateid: 99 },
    { ...order, paymentstateid: 99 },
    { ...order, moneytotal_gross_all: "123456.78" },
    { ...order, email: "someone.else@example.com" },
  ];
  for (const other of changed) assertNotEquals(markText(other), markText(order));
});

Deno.test("markText() is the same for the same order read twice", () => {
  assertEquals(markText(sitooOrder()), markText(sitooOrder()));
});
