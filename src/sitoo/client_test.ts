import { Secret } from "../definition/secret.ts";
import { ApiError } from "../http/error.ts";
import { createSlot } from "../http/slot.ts";
import { json, type Peer, servePeer } from "../http/testing.ts";
import { markText } from "../records/order_mark.ts";
import { sitooOrder } from "../records/testing.ts";
import { assert, assertEquals, assertObjectMatch, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { SitooApi } from "./api.ts";
import { createSitooClient } from "./client.ts";

const never = new AbortController().signal;
const base = "/v2/accounts/4711";

type Rows = Record<string, unknown>[];

function client(peer: Peer, timeout = 5_000): SitooApi {
  return createSitooClient(connection(peer), { clock: new ManualClock(), timeout });
}

function connection(peer: Peer, gap = 0): Parameters<typeof createSitooClient>[0] {
  return {
    accountUrl: `${peer.url}${base}`,
    accountId: "4711",
    apiId: "4711-12",
    apiKey: new Secret("s3cr3t"),
    gap,
  };
}

/** A row of the list, as Sitoo writes it. */
function row(orderid: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...sitooOrder({ orderid }), ...fields };
}

function page(items: Rows, totalcount: unknown = items.length): Response {
  return json({ totalcount, items });
}

/** Filters, sorts and cuts rows as Sitoo does. */
function strict(rows: Rows, limit = 1000): (request: Request) => Response {
  return (request) => {
    const query = new URL(request.url).searchParams;
    const number = (name: string, fallback: number): number => Number(query.get(name) ?? fallback);
    const ids = query.get("orderid")?.split(",").map(Number);
    const credits = query.get("creditorderid");
    const id = (one: Record<string, unknown>): number => Number(one["orderid"]);
    const found = rows.filter((one) =>
      (ids === undefined || ids.includes(id(one))) &&
      (credits === null || String(one["creditorderid"]) === credits) &&
      id(one) >= number("orderidfrom", 0) && id(one) < number("orderidto", Infinity) &&
      Number(one["orderdate"]) >= number("orderdatefrom", 0) &&
      Number(one["orderdate"]) <= number("orderdateto", Infinity)
    ).toSorted((a, b) => id(a) - id(b));
    if (query.get("sort") !== "orderid") found.reverse();
    const start = number("start", 0);
    return page(found.slice(start, start + Math.min(limit, number("num", 10))), found.length);
  };
}

function query(peer: Peer, index = 0): URLSearchParams {
  return new URL(peer.requests[index]?.split(" ")[1] ?? "", "http://x").searchParams;
}

Deno.test("readOrders() asks once for up to 100 orders, for no more of them than is used", async () => {
  let authorization: string | null = null;
  const rows = [1, 2, 3].map((id) => row(id));
  await using peer = servePeer((request) => {
    authorization = request.headers.get("authorization");
    return strict(rows)(request);
  });
  const orders = await client(peer).readOrders([3, 1, 9, 1], never);
  assertEquals(orders.map((one) => [one.orderId, one.ok]), [[1, true], [3, true]]);
  assertEquals(peer.requests.length, 1);
  assert(peer.requests[0]?.startsWith(`GET ${base}/orders.json?orderid=3,1,9&num=3`));
  const asked = query(peer);
  assertEquals([asked.get("sort"), asked.get("start")], ["orderid", "0"]);
  const fields = asked.get("fields")?.split(",") ?? [];
  for (const field of Object.keys(sitooOrder({ externalid: "x", creditorderid: 1 }))) {
    assert(fields.includes(field), field);
  }
  for (const field of ["personalid", "payments", "commentinternal", "delivery_address"]) {
    assert(!fields.includes(field), field);
  }
  assertEquals(authorization, `Basic ${btoa("4711-12:s3cr3t")}`);
});

Deno.test("readOrders() asks for further fields that are named, and leaves them as they are", async () => {
  const rows = [row(1, { company: "Example AB", comment: null, customerref: 7, personalid: "x" })];
  await using peer = servePeer(strict(rows));
  const fields = ["company", "customerref", "comment", "email"];
  const options = { clock: new ManualClock(), fields };
  const [read] = await createSitooClient(connection(peer), options).readOrders([1], never);
  const asked = query(peer).get("fields")?.split(",") ?? [];
  assertEquals(asked.slice(-3), ["company", "customerref", "comment"]);
  assertEquals(asked.filter((field) => field === "email").length, 1);
  assert(read?.ok === true);
  const order: object = read.order;
  assertObjectMatch({ ...order }, { company: "Example AB", customerref: 7, comment: null });
  assert(!("personalid" in order));
});

Deno.test("readOrders() asks nothing for no ids and refuses more than 100", async () => {
  await using peer = servePeer(() => page([]));
  assertEquals(await client(peer).readOrders([], never), []);
  const many = Array.from({ length: 101 }, (_, id) => id);
  await assertRejects(() => client(peer).readOrders(many, never), RangeError);
  assertEquals(peer.requests, []);
});

Deno.test("readOrders() asks again for what a smaller page left out, and only for that", async () => {
  await using peer = servePeer(strict([1, 2, 3, 4, 5].map((id) => row(id)), 2));
  const orders = await client(peer).readOrders([1, 2, 3, 4, 5, 6], never);
  assertEquals(orders.map((one) => one.orderId), [1, 2, 3, 4, 5]);
  assertEquals(peer.requests.map((_, index) => query(peer, index).get("orderid")), [
    "1,2,3,4,5,6",
    "3,4,5,6",
    "5,6",
  ]);
});

Deno.test("readOrders() reads an order by itself when the list leaves its lines out", async () => {
  await using peer = servePeer((request) => {
    if (request.url.endsWith(`${base}/sites/2/orders/2.json`)) return json(row(2));
    return page([row(1), row(2, { orderitems: undefined })]);
  });
  const orders = await client(peer).readOrders([1, 2], never);
  assertEquals(orders.map((one) => one.ok), [true, true]);
  assertEquals(peer.requests[1], `GET ${base}/sites/2/orders/2.json`);
});

const singles: readonly [answer: Response, detail: string][] = [
  [json({}, 404), "Sitoo lists the order, but does not find it by itself"],
  [json(row(2, { orderitems: null })), "orderitems is missing"],
];
for (const [answer, detail] of singles) {
  Deno.test(`readOrders() gives up on one order only: ${detail}`, async () => {
    await using peer = servePeer((request) => {
      if (request.url.includes("/sites/")) return answer.clone();
      return page([row(1), row(2, { orderitems: null })]);
    });
    const [first, second] = await client(peer).readOrders([1, 2], never);
    assertEquals(first?.ok, true);
    assertEquals(second, { ok: false, orderId: 2, detail });
  });
}

Deno.test("readOrders() tells an unreadable order from the others", async () => {
  await using peer = servePeer(() => page([row(1, { orderdate: "maja.ek" }), row(2)]));
  assertEquals((await client(peer).readOrders([1, 2], never))[0], {
    ok: false,
    orderId: 1,
    detail: "orderdate is no whole number",
  });
});

Deno.test("readOrders() reads one by one where the list of fields is refused", async () => {
  await using peer = servePeer((request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (searchParams.has("fields")) return json({ statuscode: 400, errortext: "fields" }, 400);
    const id = Number(/orders\/(\d+)\.json/.exec(pathname)?.[1]);
    return id > 0 ? json(row(id, { creditorderid: 77 })) : page([row(1), row(2)]);
  });
  const sitoo = client(peer);
  for (let round = 0; round < 2; round++) {
    const orders = await sitoo.readOrders([1, 2], never);
    assertEquals(orders.map((one) => one.ok && one.order.creditorderid), [77, 77]);
  }
  // Only the first round tries with the fields.
  assertEquals(peer.requests.length, 4 + 3);
});

Deno.test("readOrders() passes a 400 on that has nothing to do with the fields", async () => {
  await using peer = servePeer(() => json({ statuscode: 400, errortext: "no" }, 400));
  const error = await assertRejects(() => client(peer).readOrders([1], never), ApiError);
  assertEquals([error.kind, error.status], ["refused", 400]);
});

Deno.test("a list call fails loudly when Sitoo ignores what it was asked for", async () => {
  // The whole history, newest first: what comes when every parameter is ignored.
  await using peer = servePeer(() => page([row(30), row(20), row(10)]));
  const sitoo = client(peer);
  const calls = [
    () => sitoo.readOrders([10], never),
    () => sitoo.readPage({ from: 5, sites: [], size: 100 }, never),
    () => sitoo.readMarks({ from: 5, sites: [], size: 100 }, never),
    () => sitoo.measure({ from: 0, sites: [] }, never),
    () => sitoo.readRefunds(20, never),
  ];
  for (const call of calls) {
    const error = await assertRejects(call, ApiError);
    assertEquals(error.kind, "malformed");
    assert(error.message.includes("ignored"), error.message);
  }
});

Deno.test("readPage() goes by ids, not by dates", async () => {
  await using peer = servePeer(strict([row(9, { orderdate: 1 }), row(7), row(12), row(3)]));
  const sitoo = client(peer);
  const first = await sitoo.readPage({ from: 4, to: 12, sites: [2], size: 100 }, never);
  assertEquals(first.map((one) => one.orderId), [7, 9]);
  const asked = query(peer);
  assertEquals(
    ["orderidfrom", "orderidto", "eshopid", "num", "sort"].map((name) => asked.get(name)),
    ["4", "12", "2", "100", "orderid"],
  );
  assertEquals(await sitoo.readPage({ from: 13, sites: [], size: 100 }, never), []);
});

Deno.test("readPage() sends a date along with the first id, and several sites as a list", async () => {
  await using peer = servePeer(strict([row(7)]));
  await client(peer).readPage({ from: 4, sites: [2, 3], size: 50, dateFrom: 1000 }, never);
  const text = peer.requests[0] ?? "";
  assert(text.includes("orderidfrom=4") && text.includes("orderdatefrom=1000"), text);
  assert(text.includes("eshopid=2,3"), text);
});

Deno.test("readPage() loses no order whose id is missing: the page fails", async () => {
  await using peer = servePeer(() => page([row(7), row(8, { orderid: null })]));
  const error = await assertRejects(
    () => client(peer).readPage({ from: 1, sites: [], size: 10 }, never),
    ApiError,
  );
  assertEquals(error.kind, "malformed");
});

Deno.test("measure() gives count, first and last in two small calls", async () => {
  await using peer = servePeer(strict([row(3), row(8), row(21)]));
  const sitoo = client(peer);
  assertEquals(await sitoo.measure({ from: 0, sites: [] }, never), {
    count: 3,
    first: 3,
    last: 21,
  });
  assertEquals(peer.requests.length, 2);
  assertEquals(query(peer).get("num"), "1");
  assertEquals(await sitoo.measure({ from: 22, sites: [] }, never), { count: 0 });
});

Deno.test("measure() believes a single order even if the total is not that of the filter", async () => {
  await using peer = servePeer((request) => {
    const to = Number(new URL(request.url).searchParams.get("orderidto") ?? Infinity);
    return page(to > 8 ? [row(8)] : [], 500);
  });
  const measured = await client(peer).measure({ from: 8, sites: [] }, never);
  assertEquals(measured, { count: 500, first: 8, last: 8 });
});

Deno.test("readMarks() reads little, and the text that an order read whole would give", async () => {
  const order = sitooOrder({ orderid: 5, moneytotal_gross_all: "249.00" });
  await using peer = servePeer(() =>
    page([row(5, { moneytotal_gross_all: 249, orderitems: null })])
  );
  const { marks, isLast } = await client(peer).readMarks(
    { from: 1, sites: [], size: 500, dateFrom: 10, dateTo: 2_000_000_000 },
    never,
  );
  assertEquals(isLast, true);
  assertEquals(marks, [{ orderId: 5, orderdate: order.orderdate, text: markText(order) }]);
  const asked = query(peer);
  assertEquals(
    asked.get("fields"),
    "orderid,eshopid,orderdate,orderstateid,paymentstateid,moneytotal_gross_all,email",
  );
  assertEquals([asked.get("num"), asked.get("orderdateto")], ["500", "2000000000"]);
});

Deno.test("an empty answer without a count is a broken one, except for orders asked for by their ids", async () => {
  await using peer = servePeer(() => json({ items: [] }));
  const sitoo = client(peer);
  const query = { from: 1, sites: [], size: 100 };
  const asks = [
    () => sitoo.measure(query, never),
    () => sitoo.readPage(query, never),
    () => sitoo.readMarks(query, never),
    () => sitoo.readHeads(query, never),
    () => sitoo.readRefunds(5, never),
    () => sitoo.stores(never),
  ];
  for (const ask of asks) await assertRejects(ask, ApiError, "totalcount is missing");
  assertEquals(await sitoo.readOrders([5], never), []);
});

Deno.test("readMarks() takes a page for the last one only where Sitoo says so", async () => {
  const answers = [
    { asked: 500, answer: { totalcount: 2, items: [row(5), row(6)] }, isLast: true },
    { asked: 500, answer: { totalcount: 3, items: [row(5), row(6)] }, isLast: false },
    { asked: 500, answer: { items: [row(5), row(6)] }, isLast: false },
    { asked: 2, answer: { totalcount: 2, items: [row(5), row(6)] }, isLast: false },
    { asked: 500, answer: { totalcount: 0, items: [] }, isLast: true },
  ];
  for (const { asked, answer, isLast } of answers) {
    await using peer = servePeer(() => json(answer));
    const page = await client(peer).readMarks({ from: 1, sites: [], size: asked }, never);
    assertEquals([page.marks.length, page.isLast], [answer.items.length, isLast]);
  }
});

Deno.test("readHeads() asks for what counts an order, and for nobody's name", async () => {
  await using peer = servePeer(() => page([row(5, { currencycode: "sek ", orderitems: null })]));
  const [head] = await client(peer).readHeads(
    { from: 1, sites: [2], size: 500, dateFrom: 10, dateTo: 2_000_000_000 },
    never,
  );
  const { eshopid, orderdate, moneytotal_gross_all, warehouseid, additionaldata } = sitooOrder();
  assertEquals(head, {
    orderid: 5,
    eshopid,
    orderdate,
    moneytotal_gross_all,
    currencycode: "SEK",
    additionaldata,
    mark: markText(sitooOrder()),
    ...(warehouseid === undefined ? {} : { warehouseid }),
  });
  const asked = query(peer);
  assert(!/name|phone|orderitems/.test(asked.get("fields") ?? "name"));
  assertEquals([asked.get("orderdatefrom"), asked.get("orderdateto")], ["10", "2000000000"]);
});

Deno.test("readHeads() counts an odd order without what cannot be read", async () => {
  const odd = { orderdate: "x", eshopid: "y", moneytotal_gross_all: "z", warehouseid: "w" };
  await using peer = servePeer(() => page([row(6, odd)]));
  const [head] = await client(peer).readHeads({ from: 1, sites: [], size: 500 }, never);
  assertEquals([head?.orderid, head?.orderdate, head?.moneytotal_gross_all], [6, 0, "0.00"]);
  assertEquals([head?.mark, head?.warehouseid], ["moneytotal_gross_all is no amount", undefined]);
});

Deno.test("readHeads() does without its list of fields where Sitoo refuses it", async () => {
  await using peer = servePeer((request) =>
    request.url.includes("fields=") ? json({ errors: [] }, 400) : page([row(5)])
  );
  const sitoo = client(peer);
  for (let call = 0; call < 2; call++) {
    assertEquals((await sitoo.readHeads({ from: 1, sites: [], size: 500 }, never)).length, 1);
  }
  assertEquals(peer.requests.length, 3);
});

Deno.test("one odd order holds up neither a sweep nor a page of history", async () => {
  const odd = { orderdate: "x", eshopid: "y", moneytotal_gross_all: "z" };
  await using peer = servePeer(() => page([row(5), row(6, odd), row(7)]));
  const sitoo = client(peer);
  const query = { from: 1, sites: [2], size: 500, dateFrom: 10 };
  const { marks } = await sitoo.readMarks(query, never);
  assertEquals(marks.map((mark) => mark.orderId), [5, 6, 7]);
  assertEquals(marks[1]?.text, "orderdate is no whole number");
  const orders = await sitoo.readPage(query, never);
  assertEquals(orders.map((order) => order.ok), [true, false, true]);
});

Deno.test("readRefunds() reads all refunds of an order, page by page", async () => {
  const refunds = Array.from(
    { length: 150 },
    (_, index) => row(1000 + index, { creditorderid: "7" }),
  );
  await using peer = servePeer(strict([...refunds, row(7), row(5000, { creditorderid: 8 })]));
  const sitoo = client(peer);
  const read = await sitoo.readRefunds(7, never);
  assertEquals(read.length, 150);
  assert(read.every((one) => one.ok && one.order.creditorderid === 7));
  assertEquals(peer.requests.length, 2);
  assertEquals(await sitoo.readRefunds(6, never), []);
});

Deno.test("readRefunds() also takes orders that name their original only in additionaldata", async () => {
  const additionaldata = { "pos-originalsales-orderid": 7 };
  await using peer = servePeer(() => page([row(30, { additionaldata })]));
  assertEquals((await client(peer).readRefunds(7, never)).length, 1);
});

Deno.test("findReceipt() finds the order of a receipt, and is not taken in by a filter that is ignored", async () => {
  const additionaldata = { "pos-receiptid": "SII7" };
  const rows = [row(6), row(7, { additionaldata })];
  await using peer = servePeer(() => page(rows));
  const sitoo = client(peer);
  assertEquals(await sitoo.findReceipt("SII7", never), 7);
  assertEquals(query(peer).get("receiptid"), "SII7");
  assertEquals(await sitoo.findReceipt("SII8", never), undefined);
});

Deno.test("stores() and warehouses() read every page", async () => {
  const stores = Array.from({ length: 130 }, (_, index) => ({
    storeid: String(index + 1),
    name: `Store ${index}`,
    externalid: index === 0 ? null : `S-${index}`,
    additional_data: null,
  }));
  await using peer = servePeer((request) => {
    const { pathname, searchParams } = new URL(request.url);
    const rows = pathname.endsWith("/stores.json")
      ? stores
      : [{ warehouseid: 3, storeid: 1, name: "Shop" }, {
        warehouseid: 4,
        storeid: null,
        name: "Hub",
      }];
    const start = Number(searchParams.get("start"));
    return json({ items: rows.slice(start, start + Number(searchParams.get("num"))) });
  });
  const found = await client(peer).stores(never);
  assertEquals(found.length, 130);
  assertEquals(found[0], { storeid: 1, name: "Store 0" });
  assertEquals(found[1], { storeid: 2, name: "Store 1", externalid: "S-1" });
  assertEquals(await client(peer).warehouses(never), [
    { warehouseid: 3, storeid: 1, name: "Shop" },
    { warehouseid: 4, name: "Hub" },
  ]);
});

Deno.test("stores() asks site by site where the account has no list of its own", async () => {
  await using peer = servePeer((request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === `${base}/stores.json`) return json({}, 404);
    if (searchParams.get("start") !== "0") return page([]);
    if (pathname === `${base}/sites.json`) return page([{ eshopid: 2 }, { eshopid: "3" }]);
    const site = Number(/sites\/(\d+)\/stores/.exec(pathname)?.[1]);
    return page([{ storeid: site * 10, name: "A" }, { storeid: 1, name: "Shared" }]);
  });
  const stores = await client(peer).stores(never);
  assertEquals(stores.map((store) => store.storeid), [20, 1, 30]);
});

Deno.test("siteSettings() reads currency and time zone", async () => {
  await using peer = servePeer(() =>
    json({ eshopid: "2", currencycode: "sek", timezone: "Europe/Stockholm" })
  );
  assertEquals(await client(peer).siteSettings(2, never), {
    eshopid: 2,
    currencycode: "SEK",
    timezone: "Europe/Stockholm",
  });
  assertEquals(peer.requests, [
    `GET ${base}/sites/2/settings.json?fields=eshopid,currencycode,timezone`,
  ]);
});

for (const status of [403, 404]) {
  Deno.test(`siteSettings() knows nothing when Sitoo answers ${status}`, async () => {
    await using peer = servePeer(() => json({}, status));
    assertEquals(await client(peer).siteSettings(2, never), undefined);
  });
}

Deno.test("siteSettings() passes a wrong key on", async () => {
  await using peer = servePeer(() => json({}, 401));
  const error = await assertRejects(() => client(peer).siteSettings(2, never), ApiError);
  assertEquals(error.kind, "unauthorized");
});

Deno.test("one request at a time goes out, however many are asked for", async () => {
  let running = 0;
  let most = 0;
  await using peer = servePeer(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running--;
    return page([]);
  });
  const sitoo = client(peer);
  await Promise.all([
    ...[1, 2, 3].map((id) => sitoo.readOrders([id], never)),
    sitoo.stores(never),
    sitoo.measure({ from: 0, sites: [] }, never),
  ]);
  assertEquals(most, 1);
  assertEquals(peer.requests.length, 5);
});

Deno.test("two clients of one account share its slot and its gap", async () => {
  const clock = new ManualClock();
  await using peer = servePeer(() => page([]));
  const slot = createSlot({ gap: 250, clock });
  const [one, other] = [1, 2].map(() => createSitooClient(connection(peer), { clock, slot }));
  await one?.readOrders([1], never);
  const second = other?.readOrders([2], never);
  await clock.advance(249);
  assertEquals(peer.requests.length, 1);
  await clock.advance(1);
  await second;
  assertEquals(peer.requests.length, 2);
});

Deno.test("a 429 is passed on with its wait and is not repeated", async () => {
  await using peer = servePeer(() =>
    new Response("Too many", { status: 429, headers: { "retry-after": "3" } })
  );
  const error = await assertRejects(() => client(peer).readOrders([1], never), ApiError);
  assertEquals([error.kind, error.retryAfter], ["throttled", 3000]);
  assertEquals(peer.requests.length, 1);
});

Deno.test("a call ends at once when the program stops, with its reason", async () => {
  const arrived = Promise.withResolvers<void>();
  const done = Promise.withResolvers<Response>();
  await using peer = servePeer(() => {
    arrived.resolve();
    return done.promise;
  });
  const stop = new AbortController();
  const sitoo = client(peer);
  const calls = Promise.allSettled([1, 2].map((id) => sitoo.readOrders([id], stop.signal)));
  await arrived.promise;
  const reason = new Error("shutting down");
  stop.abort(reason);
  assertEquals(await calls, [{ status: "rejected", reason }, { status: "rejected", reason }]);
  done.resolve(page([]));
});

Deno.test("no error of the client shows a key or what was in an answer", async () => {
  const answers = [
    (): Response => page([row(1, { orderid: "maja.ek@example.com" })]),
    (): Response => json({ errortext: "maja.ek@example.com s3cr3t" }, 500),
    (): Response => json({ items: "maja.ek@example.com" }),
  ];
  for (const answer of answers) {
    await using peer = servePeer(answer);
    const error = await assertRejects(() => client(peer).readOrders([1], never), ApiError);
    const shown = Deno.inspect(error, { depth: 10 });
    assert(
      !shown.includes("maja") && !shown.includes("s3cr3t") && !shown.includes("4711-12"),
      shown,
    );
  }
});
