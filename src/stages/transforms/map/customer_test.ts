import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { sitooOrder } from "../../../records/testing.ts";
import { assertEquals } from "../../../std/assert.ts";
import type { Verdict } from "../../contract.ts";
import { TestServices } from "../../testing.ts";
import { fieldsAsked } from "./asked.ts";
import { mapOptions } from "./options.ts";
import { mappedOf, recordOf, verdictOf } from "./testing.ts";

const delivered: Partial<SitooOrder> = {
  delivery_city: "Exampleton",
  delivery_zip: "11122",
  delivery_countryid: "se",
};

Deno.test("map sends a customer with a usable address, trimmed and in lower case", async () => {
  const order = sitooOrder({
    email: " Maja.Ek@Example.com ",
    namefirst: " Maja ",
    namelast: "",
  });
  assertEquals((await recordOf(order)).customer, {
    email: "maja.ek@example.com",
    firstname: "Maja",
  });
  const { customer } = await recordOf(sitooOrder({ namefirst: " ", namelast: " Ek " }));
  assertEquals(customer, { email: "maja.ek@example.com", lastname: "Ek" });
});

Deno.test("map sends no name without an address: it would attach to nobody", async () => {
  assertEquals((await recordOf(sitooOrder({ email: "" }))).customer, undefined);
});

Deno.test("map sends the CRM's customer id, or what an expression finds, only when told to", async () => {
  const { additionaldata } = sitooOrder();
  const order = sitooOrder({
    additionaldata: { ...additionaldata, "crm-customerid": "C-77", "voyado-contactid": "V-1" },
  });
  const idWith = async (customer_id: string, of = order): Promise<string | undefined> =>
    (await recordOf(of, { options: { customer_id } })).customer?.id;
  assertEquals(await idWith("none"), undefined);
  assertEquals(await idWith("crm"), "C-77");
  assertEquals(await idWith("additionaldata.`voyado-contactid`"), "V-1");
  assertEquals(await idWith("additionaldata.`nothing`"), undefined);
  assertEquals(await idWith("crm", { ...order, email: "" }), "C-77");
});

Deno.test("map takes a customer id that is a number, and nothing that is no id", async () => {
  const { additionaldata } = sitooOrder();
  const order = sitooOrder({ additionaldata: { ...additionaldata, "voyado-contactid": " V-1 " } });
  const verdictWith = (customer_id: string): Promise<Verdict<unknown>> =>
    verdictOf(order, { options: { customer_id } });
  const idWith = async (customer_id: string): Promise<string | undefined> =>
    (await recordOf(order, { options: { customer_id } })).customer?.id;
  assertEquals(await idWith("orderid"), "50211");
  assertEquals(await idWith("additionaldata.`voyado-contactid`"), "V-1");
  assertEquals(await idWith("null"), undefined);
  assertEquals(await idWith("''"), undefined);
  assertEquals(await verdictWith("orderid > 1"), {
    kind: "dead",
    reason: "set-invalid",
    detail: "customer_id: Expected text or a number",
  });
});

Deno.test("map reads no field of the order for the CRM's own customer id", () => {
  assertEquals(fieldsAsked(mapOptions.parse({ customer_id: "crm" })), []);
  assertEquals(fieldsAsked(mapOptions.parse({ customer_id: "comment" })), ["comment"]);
});

Deno.test("map sends where a delivery goes, and nothing of the street", async () => {
  assertEquals((await recordOf(sitooOrder(delivered))).shipping_address, {
    city: "Exampleton",
    postcode: "11122",
    country_code: "SE",
  });
  const alone = await recordOf(sitooOrder({ delivery_countryid: "se" }));
  assertEquals(alone.shipping_address, undefined);
});

Deno.test("map sends orders of excluded addresses without a person", async () => {
  const exclude_emails = ["Till@example.com", "*@Staff.example.com"];
  const cases: [string, boolean][] = [
    ["till@example.com", false],
    ["TILL@EXAMPLE.COM", false],
    ["anna@staff.example.com", false],
    ["anna@other.staff.example.com", true],
    ["anna@example.com", true],
  ];
  for (const [email, named] of cases) {
    const mapped = await mappedOf(sitooOrder({ email }), { options: { exclude_emails } });
    assertEquals(mapped.order.customer !== undefined, named, email);
    assertEquals(mapped.sitoo.email !== "", named, email);
  }
});

Deno.test("map does not take an excluded address for an anonymous order", async () => {
  const options = { exclude_emails: ["*@example.com"], anonymous: "skip" };
  assertEquals((await recordOf(sitooOrder(), { options })).customer, undefined);
});

Deno.test("map names nobody who asked to be forgotten, nowhere in what follows", async () => {
  const services = new TestServices();
  services.forgottenHashes.add(services.keyedHash("maja.ek@example.com"));
  const { additionaldata } = sitooOrder();
  const order = sitooOrder({
    ...delivered,
    email: "MAJA.EK@example.com",
    phone: "0701234567",
    additionaldata: { ...additionaldata, "crm-customerid": "C-77", "voyado-contactid": "V-1" },
  });
  const options = {
    customer_id: "crm",
    set: { "properties.phone": "phone", "customer.id": "additionaldata.`voyado-contactid`" },
  };
  const mapped = await mappedOf(order, { services, options });
  const text = JSON.stringify(mapped).toLowerCase();
  for (const word of ["maja", "0701234567", "c-77", "v-1", "exampleton", "11122"]) {
    assertEquals(text.includes(word), false, word);
  }
  assertEquals(mapped.order.grand_total, 249);
  const named = await recordOf(order, { options });
  assertEquals([named.customer?.id, named.properties?.phone], ["V-1", "0701234567"]);
});

Deno.test("map asks once a batch who is forgotten, and not at all without addresses", async () => {
  let calls = 0;
  class Counting extends TestServices {
    override readonly forgotten = (hashes: readonly string[]): Promise<ReadonlySet<string>> => {
      calls += Math.max(1, hashes.length);
      return Promise.resolve(new Set());
    };
  }
  const options = { set: { "properties.site": "eshopid" } };
  await recordOf(sitooOrder({ email: "" }), { services: new Counting(), options });
  assertEquals(calls, 0);
  await recordOf(sitooOrder(), { services: new Counting() });
  assertEquals(calls, 1);
});
