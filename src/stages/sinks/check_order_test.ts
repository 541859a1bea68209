import { assertEquals } from "../../std/assert.ts";
import { type OmetriaOrder } from "../../records/ometria_order.ts";
import type { OmetriaContact } from "../../records/ometria_contact.ts";
import { lineItem, ometriaOrder } from "../testing.ts";
import { problemOf, problemOfContact } from "./check_order.ts";

Deno.test("problemOf finds nothing wrong with what map gives", () => {
  assertEquals(problemOf(ometriaOrder()), undefined);
  const { customer: _customer, store: _store, ...anonymous } = ometriaOrder();
  assertEquals(problemOf(anonymous), undefined);
  assertEquals(problemOf(ometriaOrder({ lineitems: [], grand_total: 0 })), undefined);
  assertEquals(problemOf(ometriaOrder({ lineitems: [lineItem({ quantity: -1 })] })), undefined);
});

const wrong: readonly (readonly [Partial<OmetriaOrder>, string])[] = [
  [{ id: "" }, "id is empty"],
  [{ timestamp: "2025-09-06" }, "timestamp is no UTC time"],
  [{ timestamp: "2025-09-06T12:15:00+02:00" }, "timestamp is no UTC time"],
  [{ timestamp: "2025-13-06T12:15:00Z" }, "timestamp is no UTC time"],
  [{ currency: "sek" }, "currency is no ISO 4217 code"],
  [{ currency: "" }, "currency is no ISO 4217 code"],
  [{ status: "" }, "status is empty"],
  [{ grand_total: Number.NaN }, "grand_total is no number"],
  [{ shipping: Number.POSITIVE_INFINITY }, "shipping is no number"],
  [{ customer: { email: "maja" } }, "customer.email is no address"],
  [
    { lineitems: [lineItem(), lineItem({ product_id: "" })] },
    "lineitems[1].product_id is empty",
  ],
  [{ lineitems: [lineItem({ quantity: 1.5 })] }, "lineitems[0].quantity is no whole number"],
  [{ lineitems: [lineItem({ total: Number.NaN })] }, "lineitems[0].total is no number"],
];
for (const [fields, problem] of wrong) {
  Deno.test(`problemOf says that ${problem}: ${JSON.stringify(fields).slice(0, 60)}`, () => {
    assertEquals(problemOf(ometriaOrder(fields)), problem);
  });
}

Deno.test("problemOf looks at what a custom stage may have made of a record, whatever its type says", () => {
  // As a custom stage gives it: no compiler has looked at it.
  const made = (fields: Readonly<Record<string, unknown>>): OmetriaOrder => {
    const order = ometriaOrder();
    Object.assign(order, fields);
    return order;
  };
  assertEquals(problemOf(made({ "@type": "contact" })), "@type is not order");
  assertEquals(problemOf(made({ timestamp: 7 })), "timestamp is no UTC time");
  assertEquals(problemOf(made({ currency: undefined })), "currency is no ISO 4217 code");
  assertEquals(problemOf(made({ is_valid: "yes" })), "is_valid is not true or false");
  assertEquals(problemOf(made({ lineitems: undefined })), "lineitems is no list");
});

Deno.test("problemOfContact finds a contact without an id, a collection or an address", () => {
  const contact: OmetriaContact = {
    "@type": "contact",
    "@collection": "sitoo",
    "@merge": true,
    id: "c-1",
    email: "maja.ek@example.com",
    marketing_optin: "EXPLICITLY_OPTEDIN",
    timestamp_subscribed: "2025-09-06T10:15:00Z",
  };
  assertEquals(problemOfContact(contact), undefined);
  assertEquals(problemOfContact({ ...contact, id: "" }), "contact.id is empty");
  assertEquals(problemOfContact({ ...contact, "@collection": "" }), "contact.@collection is empty");
  assertEquals(problemOfContact({ ...contact, email: "maja" }), "contact.email is no address");
});
