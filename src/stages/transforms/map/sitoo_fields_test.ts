import { sitooOrder } from "../../../records/testing.ts";
import { assertEquals } from "../../../std/assert.ts";
import { sitooOrderFields } from "./sitoo_fields.ts";

Deno.test("an expression may name every field that an order is read with", () => {
  const order = sitooOrder({ creditorderid: 1, externalid: "E" });
  assertEquals(Object.keys(order).filter((field) => !sitooOrderFields.has(field)), []);
});

Deno.test("an expression may name what is read for it alone", () => {
  const others = [
    ...["company", "comment", "customerref", "checkoutref", "userid_staff", "datereserved"],
    ...["invoice", "delivery"].flatMap((kind) => [`${kind}_address`, `${kind}_address2`]),
    ...["moneytotal_net", "moneytotal_vat", "moneytotal_gross_checkout"],
    "moneytotal_gross_delivery",
  ];
  assertEquals(others.filter((field) => !sitooOrderFields.has(field)), []);
});

Deno.test("an expression may not name what nobody should read", () => {
  const secret = ["personalid", "payments", "reservedpayments", "commentinternal", "orderlogitems"];
  assertEquals(secret.filter((field) => sitooOrderFields.has(field)), []);
});
