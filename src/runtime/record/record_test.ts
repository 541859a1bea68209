import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../std/assert.ts";
import { compile } from "../../engine/compile.ts";
import type { CatalogueProduct } from "../../ometria/api.ts";
import type { StageServices } from "../../stages/contract.ts";
import { registry } from "../../stages/registry.ts";
import { testDefinition } from "../pipeline_tests/test_definition.ts";
import { raw, refund, take, worldOf } from "../desk/testing.ts";
import type { TestWorld } from "../pipeline_tests/test_world.ts";
import { RefusalError } from "../refusal.ts";
import { type RecordedCase, recordOrder } from "./record.ts";

const never = new AbortController().signal;
const url = new URL("../../../pipeline.yaml", import.meta.url);
const pipeline = { file: "pipeline.yaml", text: await Deno.readTextFile(url), url };

function record(world: TestWorld, orderId: number): Promise<RecordedCase> {
  return recordOrder(world.context, { orderId, pipeline, env: () => undefined }, never);
}

Deno.test("recordOrder() makes a test of a sale, which holds and names nobody", async () => {
  await using world = await worldOf();
  world.put([raw(50211, { phone: "0701234567" })]);
  const { name, test, orders, replaced } = await record(world, 50211);
  assertEquals([name, orders], ["Order 50211", [50211]]);
  assert(replaced.includes("email") && replaced.includes("phone"));
  const text = JSON.stringify(test);
  assertEquals(text.match(/Maja|0701234567/g)?.length ?? 0, 0);
  assertStringIncludes(text, '"record":{"@type":"order","id":"till-50211"');
});

Deno.test("recordOrder() takes the sale along with a refund, and the refunds along with a sale", async () => {
  await using world = await worldOf();
  world.put([raw(50211), refund(50230, 50211)]);
  for (const asked of [50211, 50230]) {
    const { test, orders } = await record(world, asked);
    assertEquals(orders, [50211, 50230]);
    const text = JSON.stringify(test);
    assertStringIncludes(text, '"50230":{"linked":50211}');
    assertStringIncludes(text, '"status":"refunded"');
  }
});

Deno.test("recordOrder() records what is skipped, waiting or dead as well", async () => {
  await using world = await worldOf();
  world.put([
    raw(1, { registerid: null }),
    raw(2, { orderstateid: 0 }),
    raw(3, { moneytotal_gross_all: "999.00" }),
  ]);
  assertEquals((await record(world, 1)).test["expect"], { skipped: "web-copy" });
  assertEquals((await record(world, 2)).test["expect"], { waiting: "open" });
  assertEquals((await record(world, 3)).test["expect"], { dead: "money-mismatch" });
});

Deno.test("recordOrder() lets an order that was delivered come before its cancellation", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  world.put([raw(50211, { orderstateid: 20 })]);
  const { test } = await record(world, 50211);
  assertStringIncludes(JSON.stringify(test["expect"]), '"status":"cancelled"');
});

Deno.test("recordOrder() takes stores, warehouses and settings along where the order needs them", async () => {
  await using world = await worldOf();
  world.put([raw(50211, { additionaldata: {}, currencycode: "" })]);
  const sitoo = {
    ...world.sitoo,
    warehouses: () =>
      Promise.resolve([{ warehouseid: 3, storeid: 8, name: "" }, { warehouseid: 4, name: "" }]),
    stores: () => Promise.resolve([{ storeid: 8, name: "Harbour", externalid: "S-8" }]),
    siteSettings: () =>
      Promise.resolve({ eshopid: 2, currencycode: "NOK", timezone: "Europe/Oslo" }),
  };
  const context = { ...world.context, sitoo };
  const { test } = await recordOrder(
    context,
    { orderId: 50211, pipeline, env: () => undefined },
    never,
  );
  assertEquals(test["sitoo"], {
    settings: [{ eshopid: 2, currencycode: "NOK", timezone: "Europe/Oslo" }],
    warehouses: [{ warehouseid: 3, storeid: 8, name: "" }],
    stores: [{ storeid: 8, name: "Harbour", externalid: "S-8" }],
  });
  const text = JSON.stringify(test["expect"]);
  assertStringIncludes(text, '"store":"S-8"');
  assertStringIncludes(text, '"currency":"NOK"');
});

Deno.test("recordOrder() takes along who is not to be named, who opted out, and the catalogue", async () => {
  const text = pipeline.text.replace("enabled: false\n\nsinks", "enabled: true\n\nsinks")
    .replace("by: sku ", "by: catalogue ")
    .replace("channel: in store", 'exclude_emails: ["*@staff.example.com"]');
  await using world = await worldOf({}, text);
  world.put([
    raw(1, { email: "out@example.com" }),
    raw(2, { email: "boss@staff.example.com" }),
    raw(3),
  ]);
  world.ometria.optIns.set("out@example.com", "opted-out");
  const products = (offset: number): Promise<readonly CatalogueProduct[]> =>
    Promise.resolve(
      offset > 0 ? [] : [
        { id: "p-1", variant: false },
        { id: "v-1", sku: "TEE-RED-M", variant: true, parent: "p-1" },
      ],
    );
  const definition = testDefinition({ file: "a", text }, {}, () => undefined);
  const ometria = { ...world.ometria, products };
  const context = {
    ...world.context,
    pipeline: compile(definition, registry, { ...services(world), ometria }),
  };
  const record = (orderId: number): Promise<RecordedCase> =>
    recordOrder(context, { orderId, pipeline: { ...pipeline, text }, env: () => undefined }, never);
  const [out, staff, other] = [await record(1), await record(2), await record(3)];
  assertEquals(out.test["ometria"], {
    profiles: { "nils.bo@example.com": "opted-out" },
    products: [{ id: "p-1" }, { id: "v-1", sku: "TEE-RED-M", variant: true, parent: "p-1" }],
  });
  assertEquals(out.test["forgotten"], undefined);
  assertEquals(staff.test["forgotten"], ["nils.bo@example.com"]);
  const expected = JSON.stringify(other.test["expect"]);
  assertStringIncludes(expected, '"variant_id":"v-1"');
  assertStringIncludes(expected, '"contacts":[{');
  assertEquals(JSON.stringify(out.test["expect"]).includes("contacts"), false);
});

function services(world: TestWorld): Omit<StageServices, "ometria"> {
  const { sitoo, store, clock, keyedHash } = world.context;
  return {
    sitoo,
    now: () => clock.now(),
    keyedHash,
    cache: store.cache,
    forgotten: () => Promise.resolve(new Set()),
  };
}

Deno.test("recordOrder() refuses an order that Sitoo does not answer", async () => {
  await using world = await worldOf();
  const error = await assertRejects(
    () => record(world, 4),
    RefusalError,
    "does not answer order 4",
  );
  assertStringIncludes(error.remedy, "deno task explain 4");
});
