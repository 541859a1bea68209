import { assert, assertEquals } from "../std/assert.ts";
import { type Sandbox, startSandbox } from "./mod.ts";
import { TestClient } from "./testing.ts";

type Row = Record<string, unknown>;

/** What stands in Sitoo's answers, summed up by their words alone, without the maker's knowledge. */
class Ledger {
  readonly sales = new Map<string, { total: number; sold: number; back: number; pieces: number }>();
  readonly #returns: { original: string; amount: number; pieces: number }[] = [];

  add(row: Row): void {
    if (row["ordertypeid"] !== 10 || row["orderstateid"] !== 10) return;
    const items: unknown = row["orderitems"];
    assert(Array.isArray(items));
    const data = isRow(row["additionaldata"]) ? row["additionaldata"] : {};
    const original = String(row["creditorderid"] ?? data["pos-originalsales-orderid"] ?? "");
    let sold = 0;
    let negative = 0;
    let giftCards = 0;
    for (const item of items) {
      const gross = hundredths(item.moneyitemtotal_net) + hundredths(item.moneyitemtotal_vat);
      const quantity = Number(item.quantity);
      if (item.additionaldata?.["giftcard-cardnumber"] !== undefined) giftCards += gross;
      else if (quantity > 0) sold += quantity;
      else {
        negative += gross;
        this.#returns.push({ original, amount: 0 - gross, pieces: -quantity });
      }
    }
    if (sold === 0 || row["registerid"] === null) return;
    const total = hundredths(row["moneytotal_gross_all"]) - negative - giftCards;
    this.sales.set(String(row["orderid"]), { total, sold, back: 0, pieces: 0 });
  }

  settle(): void {
    for (const { original, amount, pieces } of this.#returns) {
      const sale = this.sales.get(original);
      if (sale === undefined) continue;
      sale.back += amount;
      sale.pieces += pieces;
    }
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hundredths(money: unknown): number {
  return Number(String(money).replace(".", ""));
}

async function readAll(sandbox: Sandbox): Promise<Ledger> {
  const client = new TestClient(sandbox);
  const ledger = new Ledger();
  const fields = "orderid,ordertypeid,orderstateid,creditorderid,registerid,additionaldata," +
    "orderitems,moneytotal_gross_all";
  for (let from = 0;;) {
    const query = `sort=orderid&orderidfrom=${from}&num=500&fields=${fields}`;
    const { rows } = await client.sitoo(`/orders.json?${query}`);
    if (rows.length === 0) break;
    for (const row of rows) ledger.add(row);
    from = Number(rows.at(-1)?.["orderid"]) + 1;
  }
  ledger.settle();
  return ledger;
}

function checkAgainst(ledger: Ledger, sandbox: Sandbox): number {
  const expected = [...sandbox.truth.orders()].filter((order) => order.status !== "cancelled");
  assertEquals(expected.map((order) => String(order.id)), [...ledger.sales.keys()]);
  let refunded = 0;
  for (const order of expected) {
    const sale = ledger.sales.get(String(order.id));
    assert(sale !== undefined);
    assertEquals([Number(order.total), Number(order.refunded)], [sale.total, sale.back]);
    const status = sale.pieces === 0
      ? "complete"
      : sale.pieces === sale.sold
      ? "refunded"
      : "partial_refund";
    assertEquals(order.status, status);
    if (sale.pieces > 0) refunded++;
  }
  return refunded;
}

Deno.test("truth.orders() is what Sitoo's own answers add up to, old and new orders alike", async () => {
  for (const seed of [1, 2, 3]) {
    await using sandbox = await startSandbox({ seed, orders: 3000, refundRate: 0.15 });
    assert(checkAgainst(await readAll(sandbox), sandbox) > 200);
    const { sitoo } = sandbox;
    const over = new AbortController();
    const live = sandbox.live({ ordersPerSecond: 3000, refunds: 0.3 }, over.signal);
    await new Promise((resolve) => setTimeout(resolve, 150));
    over.abort();
    assert(await live > 100);
    const open = sitoo.sell({ state: "open" });
    sitoo.close(open);
    sitoo.sell({ state: "open" });
    sitoo.sell({ kind: "web" });
    sitoo.sell({ kind: "parked" });
    const sale = sitoo.sell();
    sitoo.refund(sale, { all: true, link: "pos", tellsLine: false });
    const exchanged = sitoo.sell();
    sitoo.exchange(exchanged);
    assert(checkAgainst(await readAll(sandbox), sandbox) > 200);
    assertEquals(sandbox.truth.expected(sale)?.status, "refunded");
  }
});

Deno.test("truth.expected() knows what cancelling does to a sale, a refund and an open order", async () => {
  await using sandbox = await startSandbox({ orders: 50 });
  const { sitoo, truth } = sandbox;
  const sale = sitoo.sell();
  const refund = sitoo.refund(sale, { all: true });
  assertEquals(truth.expected(sale)?.status, "refunded");
  sitoo.cancel(refund);
  assertEquals(truth.expected(sale)?.status, "complete");
  assertEquals(truth.expected(sale)?.refunded, 0n);
  assertEquals(truth.expected(refund), undefined);
  sitoo.cancel(sale);
  const cancelled = truth.expected(sale);
  assertEquals([cancelled?.status, cancelled?.optional], ["cancelled", true]);
  const open = sitoo.sell({ state: "open" });
  assertEquals(truth.expected(open), undefined);
  sitoo.cancel(open);
  assertEquals(truth.expected(open), undefined);
});

Deno.test("truth.expectedSums() adds up each store's orders from the start date on", async () => {
  await using sandbox = await startSandbox({ orders: 1000 });
  const dates = sandbox.sitoo.book;
  const startDate = dates.order(500).date * 1000;
  const all = sandbox.truth.expectedSums();
  const late = sandbox.truth.expectedSums(startDate);
  assertEquals(all.map((sum) => `${sum.store} ${sum.currency}`), [
    "S-001 SEK",
    "S-002 SEK",
    "S-014 SEK",
    "S-021 SEK",
    "S-022 SEK",
    "S-031 GBP",
  ]);
  const count = (sums: readonly { orders: number }[]): number =>
    sums.reduce((sum, row) => sum + row.orders, 0);
  assertEquals(count(all), [...sandbox.truth.orders()].length);
  assert(Math.abs(count(late) / count(all) - 0.5) < 0.05);
  for (const order of sandbox.truth.orders(startDate)) {
    assert((dates.byId(order.id)?.date ?? 0) * 1000 >= startDate);
  }
});
