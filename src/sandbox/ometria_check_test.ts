import { assertEquals } from "../std/assert.ts";
import { checkRecord } from "./ometria_check.ts";
import { goodLine, goodOrder } from "./testing.ts";

function paths(record: Record<string, unknown>): string[] {
  return checkRecord(record).map((error) => error.error_path.replace("root > ", ""));
}

Deno.test("checkRecord() finds nothing in good records", () => {
  assertEquals(paths(goodOrder("till-1")), []);
  assertEquals(paths(goodOrder("1", { lineitems: [], currency: "GBP" })), []);
  const yen = { currency: "JPY", grand_total: 249, subtotal: 200, tax: 49, lineitems: [] };
  assertEquals(paths(goodOrder("1", yen)), []);
});

Deno.test("checkRecord() names what is wrong in an order", () => {
  const cases: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ id: 1 }, "id"],
    [{ id: "" }, "id"],
    [{ timestamp: "2026-01-02T03:04:05+01:00" }, "timestamp"],
    [{ timestamp: "2026-02-30T03:04:05Z" }, "timestamp"],
    [{ timestamp: "2026-01-02T03:04:05.000Z" }, "timestamp"],
    [{ currency: "sek" }, "currency"],
    [{ currency: "XQX" }, "currency"],
    [{ status: undefined }, "status"],
    [{ is_valid: "true" }, "is_valid"],
    [{ grand_total: "249.00" }, "grand_total"],
    [{ grand_total: 249.01 }, "grand_total"],
    [{ tax: 49.804 }, "tax"],
    [{ discount: null }, "discount"],
    [{ customer: { email: "Maja.Ek@example.com" } }, "customer > email"],
    [{ customer: { email: "maja" } }, "customer > email"],
    [{ customer: { id: "maja.ek@example.com" } }, "customer > id"],
    [{ customer: { phone_number: "+46701740600" } }, "customer > phone_number"],
    [{ properties: { nested: {} } }, "properties > nested"],
    [{ lineitems: {} }, "lineitems"],
    [{ lineitems: [goodLine({ product_id: "" })] }, "lineitems > 0 > product_id"],
    [{ lineitems: [goodLine({ quantity: 1.5 })] }, "lineitems > 0 > quantity"],
    [{ lineitems: [goodLine({ quantity: "1" })] }, "lineitems > 0 > quantity"],
    [{ lineitems: [goodLine({ refunded: 250 })] }, "lineitems > 0 > refunded"],
    [{ lineitems: [goodLine({ quantity_refunded: 2 })] }, "lineitems > 0 > quantity_refunded"],
    [
      { lineitems: [goodLine({ variant_options: [{ type: "size", id: "M" }] })] },
      "lineitems > 0 > variant_options > 0 > label",
    ],
    [
      { lineitems: [goodLine({ unit_price: undefined, subtotal: undefined })] },
      "lineitems > 0 > unit_price",
    ],
  ];
  for (const [change, path] of cases) {
    const found = paths(goodOrder("till-1", change));
    assertEquals(found.includes(path), true, `${path}: ${found.join(", ")}`);
  }
});

Deno.test("checkRecord() refuses a contact with a forced opt-in, an address as id, or no address", () => {
  const contact = {
    "@type": "contact",
    "@collection": "sitoo",
    id: "c-1",
    email: "maja.ek@example.com",
    marketing_optin: "EXPLICITLY_OPTEDIN",
    timestamp_subscribed: "2026-01-02T03:04:05Z",
  };
  assertEquals(paths(contact), []);
  assertEquals(paths({ ...contact, "@force_optin": false }), ["@force_optin"]);
  assertEquals(paths({ ...contact, id: "maja.ek@example.com" }), ["id"]);
  assertEquals(paths({ ...contact, marketing_optin: true }), ["marketing_optin"]);
  assertEquals(paths({ ...contact, email: undefined }), ["email", "email"]);
  assertEquals(paths({ ...contact, "@collection": undefined }), ["@collection"]);
});
