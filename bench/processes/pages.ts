/**
 * Fills a store, and asks for every page of the operator, in this very process.
 *
 * Usage: `pages.ts LEDGER_ROWS DEAD_LETTERS STORE TIMES`. Prints one line of JSON: `pages` with the ms of each answer,
 * the ms of processor that one took on average, and the rows that it read, `fillSeconds`, and `store`, the MB of its file.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { counted, fill } from "../../tests/support/filled_store.ts";
import { ACCOUNT, openOperatorPages, PIPELINE } from "../../tests/support/operator_pages.ts";

const [ledger = 0, dead = 0] = Deno.args.map(Number);
const [, , file = "", times = "20"] = Deno.args;
const kv = await Deno.openKv(file);
const { port, read } = counted(kv);
const shown = await openOperatorPages(port, { orders: ledger, dead });
const began = performance.now();
await fill({ kv, store: shown.store, name: PIPELINE, account: ACCOUNT, now: Date.now() - 60_000 }, {
  ledger,
  dead,
  receipts: Math.min(dead, 20_000),
  quarantine: Math.min(dead, 10_000),
  links: Math.min(dead, 20_000),
  due: Math.min(dead, 20_000),
  later: Math.min(dead, 20_000),
});
const fillSeconds = (performance.now() - began) / 1000;
const pages = [];
for (const address of shown.addresses) {
  const ms: number[] = [];
  let rows = 0;
  const before = cpuUsage();
  for (let time = 0; time < Number(times); time++) {
    read();
    const asked = performance.now();
    const { status } = await shown.ask(address);
    ms.push(performance.now() - asked);
    rows = read();
    if (status >= 500) throw new Error(`${address.path} answers ${status}`);
  }
  const { user, system } = cpuUsage(before);
  pages.push({ ...address, ms, cpu: (user + system) / 1e3 / ms.length, rows });
}
await shown.whole[Symbol.asyncDispose]();
const store = (await Deno.stat(file)).size / 1e6;
const line = { pages, fillSeconds, store };
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
