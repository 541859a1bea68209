import { assertEquals } from "../../std/assert.ts";
import { createMask, showAll } from "./mask.ts";
import { personalKind } from "./personal.ts";

const order = {
  orderid: 50211,
  email: "Maja.Ek@example.com",
  namefirst: "Maja",
  namelast: "Ek",
  phone: "0701234567",
  delivery_city: "Solna",
  additionaldata: { "crm-id": "C-99120", "store-externalid": "S-014" },
  orderitems: [{ sku: "TEE-RED-M", productname: "Tee" }],
};

Deno.test("createMask() covers what is about a person, and leaves the rest to be read", () => {
  const mask = createMask(order);
  assertEquals(
    mask({
      id: "till-50211",
      store: "S-014",
      grand_total: 249,
      customer: { email: "maja.ek@example.com", firstname: "Maja", id: "77" },
      shipping_address: { city: "Solna", country_code: "SE" },
      lineitems: [{ sku: "TEE-RED-M", quantity: 1 }],
    }),
    {
      id: "till-50211",
      store: "S-014",
      grand_total: 249,
      customer: { email: "m***@***", firstname: "M***", id: "7***" },
      shipping_address: { city: "S***", country_code: "SE" },
      lineitems: [{ sku: "TEE-RED-M", quantity: 1 }],
    },
  );
});

Deno.test("createMask() finds a person wherever an expression has put one", () => {
  const mask = createMask(order);
  const properties = {
    greeting: "Dear MAJA, thank you",
    member: "C-99120",
    other: "somebody@example.org",
    call: 701234567,
    harmless: "Tee",
  };
  assertEquals(mask({ properties }), {
    properties: {
      greeting: "D***",
      member: "C***",
      other: "s***@***",
      call: "7***",
      harmless: "Tee",
    },
  });
  assertEquals(mask("Maja", ["properties", "first"]), "M***");
});

Deno.test("createMask() leaves a contact's id, which is a keyed hash, and what contacts have in common", () => {
  const contact = {
    id: "c-0123",
    email: "maja.ek@example.com",
    marketing_optin: "EXPLICITLY_OPTEDIN",
  };
  assertEquals(createMask(order)({ contact }), { contact: { ...contact, email: "m***@***" } });
  assertEquals(showAll({ contact }), { contact });
});

Deno.test("personalKind() tells by the names that integrators give", () => {
  assertEquals(
    ["voyado-memberid", "customer-email", "pos-receiptid", "store-name", "sku", "delivery_zip"].map(
      personalKind,
    ),
    ["code", "email", undefined, undefined, undefined, "postcode"],
  );
});
