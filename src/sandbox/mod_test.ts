import { assert, assertEquals } from "../std/assert.ts";
import { encodeBase64 } from "../std/encoding.ts";
import { type Sandbox, startSandbox } from "./mod.ts";

/** Reads a page of the fake Sitoo. */
async function readOrders(sandbox: Sandbox, query: string): Promise<Record<string, unknown>[]> {
  const { accountUrl, apiId, apiKey } = sandbox.sitoo;
  const response = await fetch(`${accountUrl}/orders.json?${query}`, {
    headers: { authorization: `Basic ${encodeBase64(`${apiId}:${apiKey}`)}` },
  });
  assertEquals(response.status, 200);
  const body: { items: Record<string, unknown>[] } = await response.json();
  return body.items;
}

/** Pushes what must arrive, as a right pipeline would. */
async function pushExpected(sandbox: Sandbox): Promise<void> {
  const records = [...sandbox.truth.orders()].map((order) => {
    const total = Number(order.total) / 100;
    return {
      "@type": "order",
      id: `till-${order.id}`,
      timestamp: "2026-01-02T03:04:05Z",
      status: order.status,
      is_valid: order.status !== "refunded",
      store: order.store,
      currency: order.currency,
      grand_total: total,
      subtotal: total,
      tax: 0,
      shipping: 0,
      lineitems: [{
        product_id: "A",
        quantity: 9,
        unit_price: total,
        total: 1e6,
        ...(order.refunded === 0n ? {} : {
          quantity_refunded: 1,
          refunded: Number(order.refunded) / 100,
        }),
      }],
    };
  });
  for (let n = 0; n < records.length; n += 100) {
    const response = await fetch(`${sandbox.ometria.apiUrl}/push`, {
      method: "POST",
      headers: { "x-ometria-auth": sandbox.ometria.apiKey },
      body: JSON.stringify(records.slice(n, n + 100)),
    });
    assertEquals(response.status, 202);
    await response.body?.cancel();
  }
  await sandbox.ometria.settled();
}

Deno.test("startSandbox() gives its history page by page, ascending and without a hole", async () => {
  await using sandbox = await startSandbox({ orders: 420 });
  const ids: unknown[] = [];
  for (let from = 0;;) {
    const items = await readOrders(sandbox, `sort=orderid&orderidfrom=${from}&num=100`);
    if (items.length === 0) break;
    ids.push(...items.map((item) => item["orderid"]));
    from = Number(ids.at(-1)) + 1;
  }
  assertEquals(ids.length, 420);
  assertEquals(ids, ids.toSorted());
  assertEquals(ids[0], 50001);
});

Deno.test("truth.compare() is the same when all that must arrive has arrived", async () => {
  await using sandbox = await startSandbox({
    orders: 600,
    rates: { push: Infinity },
    applyDelay: 0,
  });
  await pushExpected(sandbox);
  const report = sandbox.truth.compare();
  assertEquals(report.examples, []);
  assert(report.same);
  assert(report.stores.length >= 6);
  for (const row of report.stores) assertEquals(row.arrived, row.expected);
});

Deno.test("truth.compare() names an order that is missing, wrong or too many", async () => {
  await using sandbox = await startSandbox({
    orders: 200,
    rates: { push: Infinity },
    applyDelay: 0,
  });
  await pushExpected(sandbox);
  const sold = sandbox.sitoo.sell();
  const refunded = [...sandbox.truth.orders()].find((order) => order.status === "complete");
  assert(refunded !== undefined);
  sandbox.sitoo.refund(refunded.id);
  const report = sandbox.truth.compare();
  assertEquals(report.same, false);
  const found = report.examples.map(({ id, what }) => `${id} ${what}`);
  assertEquals(found, [`till-${refunded.id} status`, `till-${sold} missing`]);
});
