import { assertEquals } from "../std/assert.ts";
import type { OptInStatus } from "./api.ts";
import { readOptIn, readProduct, readPushError, readStoredOrder, rowsOf } from "./reads.ts";

Deno.test("readStoredOrder() reads what can be compared, numbers as text too", () => {
  const lineitems = [
    { quantity: 2, quantity_refunded: "1", refunded: "0.10" },
    { quantity: 1, quantity_refunded: 1, refunded: 0.2 },
    { quantity: 1, quantity_refunded: null },
  ];
  assertEquals(
    readStoredOrder({
      id: 50212,
      grand_total: "626.40",
      status: "complete",
      is_valid: "true",
      lineitems,
    }),
    {
      id: "50212",
      grand_total: 626.4,
      status: "complete",
      is_valid: true,
      lines: 3,
      quantityRefunded: 2,
      refunded: 0.3,
    },
  );
});

Deno.test("readStoredOrder() does without what is missing or null", () => {
  assertEquals(readStoredOrder({ id: "a", grand_total: 0, status: null, is_valid: null }), {
    id: "a",
    grand_total: 0,
    lines: 0,
    quantityRefunded: 0,
    refunded: 0,
  });
});

for (
  const body of [null, [], {}, { id: "a" }, { id: "", grand_total: 1 }, {
    id: "a",
    grand_total: "x",
  }]
) {
  Deno.test(`readStoredOrder() finds no order in ${JSON.stringify(body)}`, () => {
    assertEquals(readStoredOrder(body), undefined);
  });
}

Deno.test("readProduct() reads parents and variants, whichever way a parent is named", () => {
  assertEquals(readProduct({ id: 7, sku: "TEE", extra: 1 }), {
    id: "7",
    sku: "TEE",
    variant: false,
  });
  assertEquals(readProduct({ id: "v", is_variant: true, parent_id: 7 }), {
    id: "v",
    variant: true,
    parent: "7",
  });
  assertEquals(readProduct({ id: "v", sku: "", is_variant: 1, parent: "p" }), {
    id: "v",
    variant: true,
    parent: "p",
  });
  assertEquals(readProduct({ sku: "TEE" }), undefined);
});

Deno.test("readPushError() joins message and place", () => {
  assertEquals(
    readPushError({ error_message: "not a valid value", error_path: "root > currency", more: 1 }),
    "not a valid value (root > currency)",
  );
  assertEquals(readPushError({ error_message: "odd" }), "odd");
  assertEquals(readPushError({ error_path: "root" }), undefined);
});

const email = "maja.ek@example.com";
const profiles: readonly [body: unknown, status: OptInStatus][] = [
  [[], "none"],
  [{ data: [] }, "none"],
  [[{ marketing_optin: true }], "opted-in"],
  [{ marketing_optin: true, email: " Maja.Ek@Example.com " }, "opted-in"],
  [{ profiles: [{ marketing_optin: true }] }, "opted-in"],
  [[{ marketing_optin: false }], "opted-out"],
  [{ id: "p", marketing_optin: false, orders: [] }, "opted-out"],
  [{ id: "p", data: [] }, "unclear"],
  [[{ marketing_optin: true }, { marketing_optin: true }], "unclear"],
  [[{ marketing_optin: true, email: "leo@example.com" }], "unclear"],
  [[{ marketing_optin: null }], "unclear"],
  [[{ marketing_optin: "true" }], "unclear"],
  [[{ marketing_optin: 1 }], "unclear"],
  [[{}], "unclear"],
  [[null], "unclear"],
  [{}, "unclear"],
  [null, "unclear"],
  ["none", "unclear"],
];
for (const [body, status] of profiles) {
  Deno.test(`readOptIn() takes ${JSON.stringify(body)} as ${status}`, () => {
    assertEquals(readOptIn(body, email), status);
  });
}

Deno.test("rowsOf() finds a list plain or wrapped", () => {
  assertEquals(rowsOf([1]), [1]);
  assertEquals(rowsOf({ total: 1, orders: [1] }), [1]);
  assertEquals(rowsOf({ total: 1 }), undefined);
  assertEquals(rowsOf("x"), undefined);
});
