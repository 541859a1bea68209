import { sitooOrder } from "../../../records/testing.ts";
import { assert, assertEquals } from "../../../std/assert.ts";
import { map } from "../map.ts";
import { mappedOf, mixedOrder, recordOf, saleOfFour, unlinked, verdictOf } from "./testing.ts";

async function detailOf(set: Readonly<Record<string, string>>): Promise<string> {
  const verdict = await verdictOf(sitooOrder(), { options: { set } });
  assert(verdict.kind === "dead");
  assertEquals(verdict.reason, "set-invalid");
  return verdict.detail;
}

Deno.test("map sets fields to what expressions find in the Sitoo order", async () => {
  const record = await recordOf(saleOfFour(), {
    options: {
      set: {
        channel: "'till'",
        "properties.store": "additionaldata.`store-name`",
        "properties.lines": "$count(orderitems)",
        "customer.firstname": "$uppercase(namefirst)",
        "billing_address.city": "'Exampleton'",
      },
    },
  });
  assertEquals([record.channel, record.customer?.firstname], ["till", "MAJA"]);
  assertEquals(record.properties, { source: "sitoo", store: "Example Harbour", lines: 3 });
  assertEquals(record.billing_address, { city: "Exampleton" });
});

Deno.test("map leaves a field as it was when an expression finds nothing", async () => {
  const options = { set: { store: "additionaldata.nothing", "properties.x": "comment" } };
  const record = await recordOf(sitooOrder(), { options });
  assertEquals([record.store, record.properties], ["S-014", { source: "sitoo" }]);
});

Deno.test("map keeps the order of keys whatever is set", async () => {
  const record = await recordOf(sitooOrder(), { options: { set: { web_id: "'R-1'" } } });
  assertEquals(Object.keys(record).slice(0, 4), ["@type", "id", "web_id", "timestamp"]);
});

Deno.test("map refuses what an expression gives when it does not fit, without telling the value", async () => {
  assertEquals(
    await detailOf({ is_valid: "email" }),
    "is_valid: Invalid input: expected boolean, received string",
  );
  assertEquals(
    await detailOf({ "properties.all": "additionaldata" }),
    "properties.all: Invalid input",
  );
  assertEquals(
    await detailOf({ tax: "50" }),
    "Expected grand_total to be subtotal + tax + shipping",
  );
  const failed = await detailOf({ channel: "$number(email)" });
  assert(failed.startsWith("channel: Cannot evaluate the expression"), failed);
  assert(!failed.includes("maja"), failed);
});

Deno.test("map leaves out what is not wanted", async () => {
  const record = await recordOf(saleOfFour(), {
    options: {
      unset: [
        "web_id",
        "customer.lastname",
        "properties.source",
        "lineitems.variant_options",
        "shipping_address.city",
      ],
    },
  });
  assertEquals([record.web_id, record.properties], [undefined, undefined]);
  assertEquals(record.customer, { email: "maja.ek@example.com", firstname: "Maja" });
  assert(record.lineitems.every((line) => !("variant_options" in line)));
});

Deno.test("map sends no name that would attach to nobody, however it came about", async () => {
  const unset = await recordOf(sitooOrder(), { options: { unset: ["customer.email"] } });
  assertEquals(unset.customer, undefined);
  const options = { set: { "customer.firstname": "namefirst" } };
  assertEquals((await recordOf(sitooOrder({ email: "" }), { options })).customer, undefined);
});

Deno.test("map sets and leaves out in the return of a mixed order, too", async () => {
  const options = {
    unlinked_refunds: "negative-order",
    set: { "properties.site": "eshopid" },
    unset: ["store"],
  };
  const { order, unlinkedReturn } = await mappedOf(unlinked(mixedOrder()), { options });
  assertEquals([order, unlinkedReturn].map((record) => record?.properties?.site), [2, 2]);
  assertEquals([order, unlinkedReturn].map((record) => record?.store), [undefined, undefined]);
});

Deno.test("map names five problems of what was set, and no more", async () => {
  const fields = ["a", "b", "c", "d", "e", "f", "g"];
  const detail = await detailOf(
    Object.fromEntries(fields.map((field) => [`properties.${field}`, "additionaldata"])),
  );
  assertEquals(detail.split("; ").length, 5);
});

Deno.test("map leaves a field out that it has just set, and keeps a customer who has an id alone", async () => {
  const options = { set: { "properties.x": "'1'" }, unset: ["properties.x"] };
  assertEquals((await recordOf(sitooOrder(), { options })).properties, { source: "sitoo" });
  const known = { set: { "customer.id": "'C-1'" } };
  const { customer } = await recordOf(sitooOrder({ email: "" }), { options: known });
  assertEquals(customer, { id: "C-1" });
});

Deno.test("map makes a mixed order dead when what is set fits its sale alone", async () => {
  const options = { unlinked_refunds: "negative-order", set: { tax: "139.8" } };
  assertEquals(
    (await mappedOf(unlinked(mixedOrder()), { options: { set: options.set } })).order.tax,
    139.8,
  );
  assertEquals(await verdictOf(unlinked(mixedOrder()), { options }), {
    kind: "dead",
    reason: "set-invalid",
    detail: "Expected grand_total to be subtotal + tax + shipping",
  });
});

Deno.test("map makes an order dead whose customer id is no id", async () => {
  for (const customer_id of ["additionaldata", "$number(email)"]) {
    const verdict = await verdictOf(sitooOrder(), { options: { customer_id } });
    assert(verdict.kind === "dead" && verdict.reason === "set-invalid");
    assert(verdict.detail.startsWith("customer_id: "), verdict.detail);
  }
});

Deno.test("map names the fields its expressions read", () => {
  assertEquals(map.reads?.({}), []);
  assertEquals(
    map.reads?.({
      set: { "properties.note": "comment & orderitems.sku", "properties.c": "company" },
      customer_id: "customerref",
    }),
    ["comment", "company", "customerref", "orderitems"],
  );
});
