import { Secret } from "../definition/secret.ts";
import { json, type Peer, servePeer } from "../http/testing.ts";
import { sitooOrder } from "../records/testing.ts";
import { assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { SitooApi } from "./api.ts";
import { createSitooClient } from "./client.ts";
import { createMemorySitoo } from "./memory.ts";

const never = new AbortController().signal;

const orders = [
  sitooOrder({ orderid: 7, orderdate: 700 }),
  sitooOrder({
    orderid: 3,
    orderdate: 900,
    eshopid: 3,
    additionaldata: { "pos-receiptid": "SII3" },
  }),
  sitooOrder({ orderid: 9, orderdate: 800, creditorderid: 7 }),
];

/** Answers the client over HTTP from the very same orders. */
function peerOf(): Peer {
  return servePeer((request) => {
    const query = new URL(request.url).searchParams;
    const has = (name: string, value: number): boolean =>
      query.get(name)?.split(",").includes(String(value)) ?? true;
    const found = orders.filter((one) =>
      has("orderid", one.orderid) && has("eshopid", one.eshopid) &&
      has("creditorderid", one.creditorderid ?? 0) &&
      one.orderid >= Number(query.get("orderidfrom") ?? 0) &&
      one.orderid < Number(query.get("orderidto") ?? Infinity) &&
      one.orderdate >= Number(query.get("orderdatefrom") ?? 0)
    ).toSorted((a, b) => a.orderid - b.orderid);
    if (query.get("sort") === "-orderid") found.reverse();
    return json({ totalcount: found.length, items: found.slice(0, Number(query.get("num"))) });
  });
}

const questions: Readonly<Record<string, (sitoo: SitooApi) => Promise<unknown>>> = {
  "readOrders": (sitoo) => sitoo.readOrders([9, 3, 4, 9], never),
  "readPage": (sitoo) => sitoo.readPage({ from: 4, sites: [], size: 1 }, never),
  "readPage of a site": (sitoo) => sitoo.readPage({ from: 0, sites: [2], size: 9 }, never),
  "readPage behind the end": (sitoo) => sitoo.readPage({ from: 10, sites: [], size: 9 }, never),
  "measure": (sitoo) => sitoo.measure({ from: 0, to: 9, sites: [] }, never),
  "measure nothing": (sitoo) => sitoo.measure({ from: 10, sites: [] }, never),
  "readMarks": (sitoo) => sitoo.readMarks({ from: 0, sites: [], size: 9, dateFrom: 800 }, never),
  "readHeads": (sitoo) => sitoo.readHeads({ from: 0, sites: [], size: 9, dateTo: 900 }, never),
  "readRefunds": (sitoo) => sitoo.readRefunds(7, never),
  "findReceipt": (sitoo) => sitoo.findReceipt("SII3", never),
  "findReceipt of none": (sitoo) => sitoo.findReceipt("SII1", never),
  "readRefunds of none": (sitoo) => sitoo.readRefunds(3, never),
};

for (const [name, ask] of Object.entries(questions)) {
  Deno.test(`createMemorySitoo() answers ${name} as the client does`, async () => {
    await using peer = peerOf();
    const client = createSitooClient({
      accountUrl: `${peer.url}/v2/accounts/1`,
      accountId: "1",
      apiId: "1-1",
      apiKey: new Secret("key"),
      gap: 0,
    }, { clock: new ManualClock() });
    const expected = await ask(client);
    assertEquals(sorted(await ask(createMemorySitoo(orders))), sorted(expected));
  });
}

Deno.test("createMemorySitoo() fails, spoils and forgets as it is told", async () => {
  const sitoo = createMemorySitoo(orders);
  sitoo.failNext(new Error("down"), "readPage");
  assertEquals((await sitoo.readOrders([7], never)).length, 1);
  await assertRejects(() => sitoo.readPage({ from: 0, sites: [], size: 1 }, never), Error, "down");
  sitoo.spoil(7, "orderdate is missing");
  sitoo.remove(3);
  assertEquals(await sitoo.readOrders([3, 7], never), [
    { ok: false, orderId: 7, detail: "orderdate is missing" },
  ]);
  sitoo.put(sitooOrder({ orderid: 7 }));
  assertEquals((await sitoo.readOrders([7], never))[0]?.ok, true);
  assertEquals(sitoo.calls.map((call) => call.method), [
    "readOrders",
    "readPage",
    "readOrders",
    "readOrders",
  ]);
});

/** In which order `readOrders` gives its orders is left open. */
function sorted(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  return answer.toSorted((a, b) => a.orderId - b.orderId);
}

Deno.test("a poisoned order spoils every page that it is on, and its mark if that is said", async () => {
  const never = new AbortController().signal;
  const sitoo = createMemorySitoo([1, 2, 3].map((orderid) => sitooOrder({ orderid })));
  const error = new Error("500");
  sitoo.poison(2, error);
  const query = { from: 1, sites: [], size: 2 };
  await assertRejects(() => sitoo.readPage(query, never), Error, "500");
  assertEquals((await sitoo.readPage({ ...query, size: 1 }, never)).length, 1);
  assertEquals((await sitoo.readMarks(query, never)).marks.length, 2);
  sitoo.poison(2, error, { marks: true });
  await assertRejects(() => sitoo.readMarks(query, never), Error, "500");
  sitoo.put(sitooOrder({ orderid: 2 }));
  assertEquals((await sitoo.readPage(query, never)).length, 2);
});
