import { assert, assertEquals, assertLessOrEqual } from "../src/std/assert.ts";
import { MemoryKv } from "../src/store/memory_kv.ts";
import { type Amounts, counted, fill } from "./support/filled_store.ts";
import { ACCOUNT, openOperatorPages, PIPELINE } from "./support/operator_pages.ts";

/** How many rows each page reads of a store that is so full. */
async function rowsRead(amounts: Amounts): Promise<ReadonlyMap<string, number>> {
  const { port, read } = counted(new MemoryKv());
  const pages = await openOperatorPages(port, { orders: amounts.ledger, dead: amounts.dead });
  const place = { kv: port, store: pages.store, name: PIPELINE, account: ACCOUNT };
  await fill({ ...place, now: Date.now() - 1_000 }, amounts);
  const rows = new Map<string, number>();
  for (const address of pages.addresses) {
    read();
    const { status } = await pages.ask(address);
    assert(status < 500, `${address.path} answers ${status}`);
    rows.set(`${address.path.replace(/\d{5,}/g, "ID")} ${address.accept}`, read());
  }
  await pages.whole[Symbol.asyncDispose]();
  return rows;
}

function amountsOf(rows: number): Amounts {
  return {
    ledger: rows,
    dead: rows,
    receipts: rows,
    quarantine: rows,
    links: rows,
    due: 20,
    later: 30,
  };
}

Deno.test("no page of the operator reads more of a store that is ten times as full", async () => {
  const [some, many] = [await rowsRead(amountsOf(400)), await rowsRead(amountsOf(4_000))];
  assert(some.size >= 20, `only ${some.size} pages were asked for`);
  const more = [...many].filter(([page, rows]) => rows > (some.get(page) ?? 0))
    .map(([page, rows]) => `${page} reads ${rows} rows instead of ${some.get(page)}`);
  assertEquals(more, []);
  for (const [page, rows] of many) assertLessOrEqual(rows, 400, page);
});

Deno.test("what pages count of the inbox has an end", async () => {
  const few = { ...amountsOf(100), due: 7_000, later: 7_000 };
  for (const [page, rows] of await rowsRead(few)) {
    // Programs are told more exactly than people: up to 10,000.
    const most = page.startsWith("/status.json") ? 10_000 : 5_000;
    assertLessOrEqual(rows, most + 200, page);
  }
});
