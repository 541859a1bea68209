import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../std/assert.ts";
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

Deno.test("recordOrder() refuses an order that Sitoo does not answer", async () => {
  await using world = await worldOf();
  const error = await assertRejects(
    () => record(world, 4),
    RefusalError,
    "does not answer order 4",
  );
  assertStringIncludes(error.remedy, "deno task explain 4");
});
