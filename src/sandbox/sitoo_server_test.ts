import { assert, assertEquals } from "../std/assert.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./mod.ts";
import { type Answer, TestClient } from "./testing.ts";
import { DEFAULT_FIELDS } from "./wire.ts";

async function open(options: SandboxOptions = {}): Promise<{
  sandbox: Sandbox;
  client: TestClient;
}> {
  const sandbox = await startSandbox({ orders: 300, ...options });
  return { sandbox, client: new TestClient(sandbox) };
}

function ids(answer: Answer): unknown[] {
  return answer.rows.map((row) => row["orderid"]);
}

Deno.test("GET /orders.json answers ten rows, newest first, unless asked otherwise", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const plain = await client.sitoo("/orders.json");
  assertEquals(plain.rows.length, 10);
  assertEquals(ids(plain), ids(plain).toSorted().toReversed());
  assertEquals(Object.keys(plain.rows[0] ?? {}).toSorted(), DEFAULT_FIELDS.toSorted());
  const asked = await client.sitoo("/orders?sort=orderid&num=3&start=1&fields=orderid,nonsense");
  assertEquals(asked.body, {
    totalcount: 300,
    items: ids(asked).map((orderid) => ({ orderid })),
  });
});

Deno.test("GET /orders.json uses only the last of a repeated parameter", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  assertEquals(ids(await client.sitoo("/orders.json?orderid=50001&orderid=50002")), [50002]);
  assertEquals(ids(await client.sitoo("/orders.json?orderid=50001,50002&sort=orderid")), [
    50001,
    50002,
  ]);
});

Deno.test("GET /orders.json ignores unknown parameters without a word", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const answer = await client.sitoo("/orders.json?datelastmodified-from=99999999999");
  assertEquals(answer.status, 200);
  assertEquals(answer.rows.length, 10);
});

Deno.test("GET /orders.json finds a receipt, whatever orderid says", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const { rows } = await client.sitoo("/orders.json?orderstate=10&ordertype=10&num=50");
  const sale = rows.find((row) => JSON.stringify(row["additionaldata"])?.includes("receiptid"));
  const receipt = /"pos-receiptid":"(\w+)"/.exec(JSON.stringify(sale))?.[1];
  assert(receipt !== undefined);
  const found = await client.sitoo(`/orders.json?receiptid=${receipt}&orderid=50001`);
  assertEquals(ids(found), [sale?.["orderid"]]);
  assertEquals(ids(await client.sitoo(`/orders.json?receiptid=X${receipt}`)), []);
});

Deno.test("Sitoo refuses a second request while one is in flight, and counts it", async () => {
  const { sandbox, client } = await open({ latency: 60 });
  await using _ = sandbox;
  const answers = await Promise.all([
    client.sitoo("/orders.json"),
    client.sitoo("/sites.json"),
    client.sitoo("/stores.json"),
  ]);
  const statuses = answers.map((answer) => answer.status).toSorted();
  assertEquals(statuses, [200, 429, 429]);
  const refused = answers.find((answer) => answer.status === 429);
  assertEquals(refused?.body, { statuscode: 429, errortext: "Too many connections" });
  assertEquals((await client.sitoo("/orders.json")).status, 200);
  assertEquals(sandbox.counters().sitoo.tooMany, 2);
});

Deno.test("Sitoo answers wrong credentials, paths, methods and values with its error body", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  assertEquals((await client.sitoo("/orders.json", "wrong")).status, 401);
  for (const path of ["/nothing.json", "/sites/1/nothing.json", "/sites/1/orders/1/x.json"]) {
    assertEquals((await client.sitoo(path)).body, { statuscode: 404, errortext: "Not found" });
  }
  assertEquals((await client.sitoo("/orders.json?num=ten")).body, {
    statuscode: 400,
    errortext: "Invalid value in num (Not int)",
  });
  assertEquals((await client.sitoo("/sites/1/orders/49999.json")).status, 404);
});

Deno.test("Sitoo answers the GUID of a site with an empty list", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const guid = String((await client.sitoo("/sites.json")).rows[0]?.["siteid"]);
  assertEquals((await client.sitoo(`/sites/${encodeURIComponent(guid)}/orders.json`)).body, {
    totalcount: 0,
    items: [],
  });
});

Deno.test("GET /sites/{id}/orders/{orderid}.json gives every field, and only on its site", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const row = (await client.sitoo("/orders.json?num=1")).rows[0];
  const { body } = await client.sitoo(`/sites/${row?.["eshopid"]}/orders/${row?.["orderid"]}.json`);
  assert(typeof body === "object" && body !== null);
  for (const name of ["creditorderid", "externalid", "phone", "moneytotal_net", "orderlogitems"]) {
    assert(name in body, name);
  }
  const other = row?.["eshopid"] === 1 ? 2 : 1;
  assertEquals(
    (await client.sitoo(`/sites/${other}/orders/${row?.["orderid"]}.json`)).status,
    404,
  );
});

Deno.test("Sitoo's stores, warehouses, tills and settings explain where an order was made", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const stores = (await client.sitoo("/stores.json")).rows;
  const warehouses = (await client.sitoo("/warehouses.json?num=100")).rows;
  const registers = (await client.sitoo("/cashregisters.json?num=100")).rows;
  assertEquals((await client.sitoo("/cashregisters.json")).rows.length, 10);
  assert(registers.length > 10);
  for (const register of registers) {
    const warehouse = warehouses.find((one) => one["warehouseid"] === register["warehouseid"]);
    const store = stores.find((one) => one["storeid"] === warehouse?.["storeid"]);
    assert(/^S-\d{3}$/.test(String(store?.["externalid"])));
  }
  const { body } = await client.sitoo("/sites/3/settings.json");
  assert(JSON.stringify(body).includes(`"currencycode":"GBP","timezone":"Europe/London"`));
  sandbox.settings.settingsAllowed = false;
  assertEquals((await client.sitoo("/sites/3/settings.json")).status, 403);
});

Deno.test("GET /sites/{id}/products.json knows every SKU of the orders of any site", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const skus = new Set(
    (await client.sitoo("/sites/1/products.json?num=1000")).rows.map((row) => row["sku"]),
  );
  const { rows } = await client.sitoo("/orders.json?num=300");
  for (const row of rows) {
    const items: unknown = row["orderitems"];
    assert(Array.isArray(items) && items.length > 0);
    for (const item of items) assert(skus.has(item.sku), item.sku);
  }
  assertEquals((await client.sitoo("/sites/1/products.json?sku=MUG-WHITE-OS")).rows.length, 1);
});

Deno.test("a page with the lines of a broken order is answered 500, its mark is not", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  sandbox.sitoo.broken.add(50_002);
  const page = "/orders.json?sort=orderid&num=3";
  assertEquals((await client.sitoo(page)).status, 500);
  assertEquals((await client.sitoo(`${page}&orderidfrom=50003`)).status, 200);
  assertEquals((await client.sitoo(`${page}&fields=orderid,email`)).status, 200);
  sandbox.sitoo.broken.clear();
  assertEquals((await client.sitoo(page)).status, 200);
});
