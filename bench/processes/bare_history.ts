/**
 * The bound of a backfill: reads every page, makes the smallest record of each order, pushes, and does
 * nothing else: no checks, no store, no hashes, no money.
 *
 * Usage: `bare_history.ts ACCOUNTS_JSON [IDS_JSON]`; with ids it reads those instead of pages. Prints
 * `{"orders", "seconds"}`.
 *
 * @module
 */
import { encodeBase64 } from "../../src/std/encoding.ts";
import { fields, isSale, type Order, recordOf } from "../lib/record.ts";

interface Accounts {
  readonly sitoo: { readonly accountUrl: string; readonly apiId: string; readonly apiKey: string };
  readonly ometria: { readonly apiUrl: string; readonly apiKey: string };
}

const perPage = 100;
const pushesAtOnce = 4;
const { sitoo, ometria }: Accounts = JSON.parse(Deno.args[0] ?? "{}");
const ids: readonly number[] | undefined = Deno.args[1] === undefined
  ? undefined
  : JSON.parse(Deno.args[1]);
const authorization = `Basic ${encodeBase64(`${sitoo.apiId}:${sitoo.apiKey}`)}`;

async function read(query: string): Promise<readonly Order[]> {
  const response = await fetch(`${sitoo.accountUrl}/orders.json?fields=${fields}&${query}`, {
    headers: { authorization },
  });
  if (!response.ok) throw new Error(`Sitoo answered ${response.status}`);
  return JSON.parse(await response.text()).items;
}

function* queries(): Generator<string> {
  for (let from = 0; ids !== undefined && from < ids.length; from += perPage) {
    yield `orderid=${ids.slice(from, from + perPage).join(",")}&num=${perPage}`;
  }
}

async function* pages(): AsyncGenerator<readonly Order[]> {
  if (ids !== undefined) {
    for (const query of queries()) yield await read(query);
    return;
  }
  for (let from = 0;;) {
    const orders = await read(`orderidfrom=${from}&sort=orderid&num=${perPage}`);
    const last = orders.at(-1);
    if (last === undefined) return;
    yield orders;
    from = last.orderid + 1;
  }
}

async function push(records: readonly unknown[]): Promise<void> {
  if (records.length === 0) return;
  const response = await fetch(`${ometria.apiUrl}/push`, {
    method: "POST",
    headers: { "x-ometria-auth": ometria.apiKey, "content-type": "application/json" },
    body: JSON.stringify(records),
  });
  await response.body?.cancel();
  if (response.status !== 202) throw new Error(`Ometria answered ${response.status}`);
}

const start = performance.now();
const underWay = new Set<Promise<void>>();
let orders = 0;
const walk = pages();
let next = walk.next();
for (;;) {
  const page = await next;
  if (page.done === true) break;
  next = walk.next();
  orders += page.value.length;
  const pushing = push(page.value.filter(isSale).map(recordOf)).finally(() =>
    underWay.delete(pushing)
  );
  underWay.add(pushing);
  if (underWay.size >= pushesAtOnce) await Promise.race(underWay);
}
await Promise.all(underWay);
const seconds = (performance.now() - start) / 1000;
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify({ orders, seconds })}\n`));
