import fc from "fast-check";
import { sitooOrder } from "../../records/testing.ts";
import { createMemorySitoo } from "../../sitoo/memory.ts";
import { assert, assertEquals } from "../../std/assert.ts";
import { chooseOrders, type OrderChoice } from "./orders.ts";

const never = new AbortController().signal;
const day = 86_400;

async function chosen(
  ids: readonly number[],
  choice: OrderChoice,
): Promise<{ total: number; ids: number[] }> {
  const orders = ids.map((orderid) => sitooOrder({ orderid, orderdate: orderid * day }));
  const { total, pages } = await chooseOrders(createMemorySitoo(orders), choice, never);
  const found: number[] = [];
  for await (const page of pages) found.push(...page.map((read) => read.orderId));
  return { total, ids: found };
}

Deno.test("chooseOrders() gives the newest orders, however their ids are spread", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { maxLength: 300 }),
      fc.integer({ min: 1, max: 150 }),
      async (ids, last) => {
        const expected = ids.toSorted((a, b) => a - b).slice(-last);
        assertEquals(await chosen(ids, { last }), { total: expected.length, ids: expected });
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("chooseOrders() takes order ids and days, the end left out", async () => {
  const ids = Array.from({ length: 400 }, (_, index) => index + 1);
  const of = async (choice: OrderChoice): Promise<number[]> => (await chosen(ids, choice)).ids;
  assertEquals(await of({ from: "10", to: "13" }), [10, 11, 12]);
  assertEquals(await of({ from: "1970-01-11", to: "1970-01-14" }), [10, 11, 12]);
  assertEquals((await of({ from: "390" })).length, 11);
  assertEquals(await of({ to: "3" }), [1, 2]);
});

Deno.test("chooseOrders() stops reading well behind the last day", async () => {
  const orders = Array.from(
    { length: 1000 },
    (_, index) => sitooOrder({ orderid: index + 1, orderdate: (index + 1) * day }),
  );
  const sitoo = createMemorySitoo(orders);
  const { pages } = await chooseOrders(sitoo, { to: "1970-01-03" }, never);
  for await (const _ of pages);
  const reads = sitoo.calls.filter(({ method }) => method === "readPage").length;
  assert(reads <= 2, `${reads} pages were read`);
});
