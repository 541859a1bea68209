import { assert, assertEquals } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { startSandbox } from "./mod.ts";

Deno.test("live() makes orders at its rate until it is aborted, each with its events", async () => {
  const clock = new ManualClock();
  await using sandbox = await startSandbox({ orders: 200, clock });
  const over = new AbortController();
  const live = sandbox.live({ ordersPerSecond: 25, refunds: 0.2, receipts: 1 }, over.signal);
  await clock.advance(8_000);
  over.abort();
  assertEquals(await live, 200);
  const { book } = sandbox.sitoo;
  assertEquals(book.length, 400);
  const made = Array.from({ length: 200 }, (_, n) => book.order(200 + n));
  const refunds = made.filter((order) => order.kind === "refund").length;
  assert(refunds > 15 && refunds < 80, `${refunds}`);
  assert(made.every((order) => order.date * 1000 <= clock.now()));
  assert((made[0]?.date ?? 0) * 1000 > clock.now() - 9_000);
  // One event a refund, at least an `add` and a receipt a sale.
  assert(sandbox.counters().sender.queued >= refunds + 2 * (200 - refunds));
});

Deno.test("live() can be silent: orders that no event tells of", async () => {
  const clock = new ManualClock();
  await using sandbox = await startSandbox({ orders: 50, clock });
  const over = new AbortController();
  const live = sandbox.live({ ordersPerSecond: 10, silent: 1 }, over.signal);
  await clock.advance(1_000);
  over.abort();
  assertEquals(await live, 10);
  assertEquals(sandbox.counters().sender.queued, 0);
});
