import { runBackfill } from "../src/runtime/backfill.ts";
import type { PipelineContext } from "../src/runtime/context.ts";
import { prune } from "../src/runtime/prune.ts";
import { dayAfter } from "../src/runtime/reconcile/range.ts";
import { reconcile, type ReconcileOptions } from "../src/runtime/reconcile/reconcile.ts";
import { buckets, type ReconcileReport, type Total } from "../src/runtime/reconcile/report.ts";
import { startPipeline } from "../src/runtime/run_pipeline.ts";
import { Decimal } from "../src/records/money.ts";
import { openStore } from "../src/store/open.ts";
import { systemClock } from "../src/time/clock.ts";
import { assert, assertEquals } from "../src/std/assert.ts";
import {
  composeOn,
  eventually,
  startSystem,
  type System,
  type Tree,
  unlimited,
  withOption,
} from "./support/system.ts";

const signal = new AbortController().signal;
const rates = { push: Infinity, read: Infinity, email: Infinity };
const hour = 3_600_000;

/** No limits, and little time between two pushes of one order. */
function quick(tree: Tree): Tree {
  return withOption(unlimited(tree), "ometria-orders", { settle: "100ms" });
}

async function report(
  context: PipelineContext,
  options: ReconcileOptions = {},
): Promise<ReconcileReport> {
  const today = new Date().toISOString().slice(0, 10);
  return await reconcile(
    context,
    { from: dayAfter(today, -70), to: dayAfter(today, 1), ...options },
    signal,
  );
}

async function bringHistory({ context, sandbox }: System): Promise<void> {
  await runBackfill(context, { onProgress: () => {} }, signal);
  await sandbox.ometria.settled();
}

/** Works off what is due, as a server does. */
async function workOff({ context, sandbox }: System): Promise<void> {
  const running = startPipeline(context, { sweep: false, receipts: false });
  try {
    await eventually(
      async () => {
        const { due, nextDueAt = Infinity } = await context.store.inboxSummary(100);
        return due === 0 && nextDueAt > Date.now() + hour;
      },
      20_000,
      "everything that is due is worked off",
    );
  } finally {
    await running.stop(4_000);
  }
  await sandbox.ometria.settled();
}

function found({ differences }: ReconcileReport): readonly (readonly [number, string])[] {
  return differences.map(({ orderId, cause }) => [orderId, cause] as const);
}

function orders(totals: readonly Total[], bucket: (typeof buckets)[number]): number {
  return totals.reduce((sum, total) => sum + total[bucket].orders, 0);
}

Deno.test("reconcile explains a history that was brought, and names what is lost or changed after it", async (t) => {
  await using system = await startSystem({ orders: 2_000, seed: 11, rates, change: quick });
  const { context, sandbox } = system;
  const { sitoo } = sandbox;
  await bringHistory(system);
  await context.store.setCutOver(sitoo.book.order(sitoo.book.length - 1).id);

  await t.step("every order is explained, in counts and in money", async () => {
    const whole = await report(context);
    assertEquals([whole.agrees, found(whole)], [true, []]);
    assertEquals(orders(whole.totals, "unexplained"), 0);
    const explained = buckets.reduce((sum, bucket) => sum + orders(whole.totals, bucket), 0);
    assertEquals(explained, 2_000);
    for (const total of whole.totals) {
      const sums = buckets.map((bucket) => Decimal.parse(total[bucket].money));
      assertEquals(Decimal.sum(sums).toString(), total.sitoo.money);
    }
    const { skipped, ...counters } = await context.store.counters();
    assertEquals(orders(whole.totals, "delivered"), counters.delivered);
    assertEquals(orders(whole.totals, "linked"), counters.linked);
    assertEquals(orders(whole.totals, "waiting"), counters.waiting);
    assertEquals(skippedBy(whole), { ...skipped });
  });

  await t.step("what was sent is what the fake Ometria holds, store by store", async () => {
    const whole = await report(context);
    for (const { store, currency, arrived } of sandbox.truth.compare({ prefix: "till-" }).stores) {
      const own = whole.groups.filter((group) =>
        group.store === store && group.currency === currency
      );
      const sent = Decimal.sum(own.map((group) => Decimal.parse(group.sent)));
      assert(sent.equals(new Decimal(arrived.total, 2)), `${store}: ${sent}`);
    }
  });

  await t.step("it costs one call for 500 orders, and few more", async () => {
    const before = calls(system);
    await report(context);
    assert(calls(system) - before <= 12, `${calls(system) - before} calls`);
  });

  await t.step("a new order that nobody told of is due while it is young", async () => {
    sitoo.sell({ events: false });
    const whole = await report(context);
    assertEquals(found(whole), []);
    assertEquals(whole.totals.flatMap(({ dueBy }) => Object.keys(dueBy)), ["not-looked-at-yet"]);
    await context.store.arrive({
      pointers: [pointer(sitoo.book.order(sitoo.book.length - 1).id)],
      receipts: [],
      quarantine: [],
    });
    await workOff(system);
  });

  await t.step(
    "a lost event, a lost refund and a lost change are named, and healed by fix",
    async () => {
      const lost = sitoo.sell({ date: Date.now() - 2 * hour, events: false });
      const sold = sitoo.sell({ date: Date.now() - 3 * hour });
      const changed = sitoo.sell({ date: Date.now() - 3 * hour });
      const pointers = [sold, changed].map(pointer);
      await context.store.arrive({ pointers, receipts: [], quarantine: [] });
      await workOff(system);
      const refund = sitoo.refund(sold, { all: true, events: false });
      sitoo.update(changed, { email: "somebody.else@example.com" });
      await context.store.arrive({ pointers: [pointer(refund)], receipts: [], quarantine: [] });
      await workOff(system);
      const whole = await report(context);
      assertEquals(found(whole), [[lost, "never-seen"], [changed, "changed-since"]]);
      assertEquals([whole.agrees, orders(whole.totals, "unexplained")], [false, 2]);
      const mended = await report(context, { fix: true });
      assertEquals([mended.agrees, mended.fixed], [false, 2]);
      assertEquals(orders((await report(context)).totals, "due"), 2);
      await workOff(system);
      assertEquals(found(await report(context)), []);
      assertEquals(sandbox.truth.compare({ prefix: "till-" }).examples, []);
    },
  );

  await t.step(
    "verify names the one record that Ometria has lost, and fix sends it again",
    async () => {
      const kept = await report(context, { verify: "all" });
      assertEquals([kept.agrees, found(kept)], [true, []]);
      const delivered = orders(kept.totals, "delivered");
      assertEquals(kept.verified, { orders: delivered, different: 0 });
      const [id = ""] = sandbox.ometria.orders.keys();
      assert(sandbox.ometria.store.remove(id));
      assertEquals((await report(context)).agrees, true);
      const whole = await report(context, { verify: "all", fix: true });
      const orderId = Number(id.replace("till-", ""));
      assertEquals(found(whole), [[orderId, "not-at-ometria"]]);
      assertEquals([whole.verified, whole.fixed], [{ orders: delivered, different: 1 }, 1]);
      await workOff(system);
      assertEquals((await report(context, { verify: "all" })).agrees, true);
    },
  );

  await t.step("verify of a few reads a few back", async () => {
    const before = sandbox.counters().ometria.requests["GET /orders/{id}"] ?? 0;
    assertEquals((await report(context, { verify: 5 })).verified, { orders: 5, different: 0 });
    assertEquals((sandbox.counters().ometria.requests["GET /orders/{id}"] ?? 0) - before, 5);
  });
});

Deno.test("reconcile decides anew what nobody looked at: rules are named before history is brought", async () => {
  const options: Tree = {
    anonymous: "skip",
    currencies: ["SEK"],
    exclude_emails: [],
    timezone: "Europe/Stockholm",
  };
  const change = (tree: Tree): Tree => withOption(quick(tree), "map", options);
  await using system = await startSystem({ orders: 1_500, seed: 5, rates, change });
  const before = await report(system.context);
  await bringHistory(system);
  const after = await report(system.context);
  // A refund of an order that is skipped is known to be one only when both were looked at.
  const plain = (whole: ReconcileReport): unknown =>
    Object.fromEntries(
      Object.entries(skippedBy(whole)).filter(([rule]) => !rule.startsWith("refund-of-")),
    );
  assertEquals(plain(before), plain(after));
  assert("anonymous" in skippedBy(before) && "web-copy" in skippedBy(before));
  assertEquals(
    new Set(before.differences.map((one) => one.cause)),
    new Set(["history-not-brought"]),
  );
  const dead = before.differences.filter(({ detail }) => detail?.includes("unexpected-currency"));
  assertEquals(dead.length, orders(after.totals, "dead"));
  assertEquals(new Set(after.differences.map((one) => one.cause)), new Set(["dead"]));
  const letters = await system.context.store.deadLetters(10_000);
  await system.context.store.discardDead(letters);
  const letGo = await report(system.context);
  assertEquals([letGo.agrees, orders(letGo.totals, "dead")], [true, dead.length]);
});

Deno.test("reconcile counts what history leaves alone by the start date, and what is too young", async () => {
  // A day, so that it begins at another instant for each site's zone.
  const start = dayAfter(new Date().toISOString().slice(0, 10), -30);
  const change = (tree: Tree): Tree =>
    withOption(quick(tree), "sitoo-history", { start_date: start, min_age: "3d" });
  await using system = await startSystem({ orders: 600, seed: 2, rates, change });
  await bringHistory(system);
  const whole = await report(system.context);
  assertEquals([whole.agrees, found(whole)], [true, []]);
  assert((skippedBy(whole)["before-start"] ?? 0) > 100);
  assertEquals(
    new Set(whole.totals.flatMap(({ dueBy }) => Object.keys(dueBy))),
    new Set(["due-later"]),
  );
});

Deno.test("reconcile looks nobody's consent up, whatever was sent with the orders", async () => {
  const change = (tree: Tree): Tree => withOption(quick(tree), "opt-in", { enabled: true });
  await using system = await startSystem({ orders: 800, seed: 9, rates, change });
  const { context, sandbox } = system;
  await bringHistory(system);
  const profiles = (): number => sandbox.counters().ometria.requests["GET /profiles"] ?? 0;
  const asked = profiles();
  assert(asked > 50 && sandbox.ometria.store.contacts.size > 50);
  const whole = await report(context, { verify: "all" });
  assertEquals([whole.agrees, found(whole)], [true, []]);
  assertEquals(profiles(), asked);
  const byTotalAlone = [...whole.totals].filter(({ notSent }) => Number(notSent) !== 0);
  assert(byTotalAlone.length > 0);
});

Deno.test("reconcile says of pruned days that they are not kept any more, and prune breaks nothing", async () => {
  await using system = await startSystem({ orders: 600, days: 300, seed: 8, rates, change: quick });
  const { context, sandbox } = system;
  await bringHistory(system);
  const days = { from: dayAfter(new Date().toISOString().slice(0, 10), -310) };
  const before = await report(context, days);
  const inTwoDays = { ...systemClock, now: () => Date.now() + 48 * hour };
  const later = { ...context, clock: inTwoDays };
  const { rows } = await prune(later, { before: dayAfter(before.to, -150) }, signal);
  assert(rows > 200);
  const after = await report(context, days);
  assertEquals([after.agrees, found(after)], [true, []]);
  assertEquals(skippedBy(after)["no-longer-kept"], rows);
  assert(after.notes.some((note) => note.includes("before what the store keeps")));
  const all = buckets.reduce((sum, bucket) => sum + orders(after.totals, bucket), 0);
  assertEquals(all, 600);

  // A late refund of a sale that is not kept any more still goes into it, beside the earlier ones.
  const { id } = [...sandbox.truth.orders()].find((one) => one.status === "partial_refund") ??
    { id: 0 };
  assertEquals((await context.store.ledger([id])).size, 0);
  const refund = sandbox.sitoo.refund(id, { all: true });
  await context.store.arrive({ pointers: [pointer(refund)], receipts: [], quarantine: [] });
  await workOff(system);
  assertEquals(sandbox.truth.compare({ prefix: "till-" }).examples, []);

  // One that is cancelled now was delivered, one that was cancelled at once never was.
  const { id: sold } = [...sandbox.truth.orders()].find((one) => one.status === "complete") ??
    { id: 0 };
  const { book } = sandbox.sitoo;
  const cancelled = Array.from({ length: 200 }, (_, position) => book.order(position))
    .find((order) => order.state === 20 && order.type === 10);
  assert(cancelled !== undefined);
  const ids = [sold, cancelled.id];
  assertEquals((await context.store.ledger(ids)).size, 0);
  sandbox.sitoo.cancel(sold);
  await context.store.arrive({ pointers: ids.map(pointer), receipts: [], quarantine: [] });
  await workOff(system);
  assertEquals(sandbox.ometria.orders.get(`till-${sold}`)?.status, "cancelled");
  assertEquals(sandbox.ometria.orders.get(`till-${cancelled.id}`), undefined);
  assertEquals(sandbox.truth.compare({ prefix: "till-" }).examples, []);
});

Deno.test("reconcile of a store that knows nothing names every order that should be there, and no more", async () => {
  await using system = await startSystem({ orders: 300, seed: 3, rates, change: quick });
  await bringHistory(system);
  await using other = await openStore(":memory:", { clock: systemClock, random: Math.random });
  const empty = await composeOn(system.sandbox, other, quick);
  const whole = await report(empty);
  const brought = await report(system.context);
  const missing = orders(brought.totals, "delivered") + orders(brought.totals, "linked");
  assert(whole.differences.length >= missing);
  assertEquals(
    whole.totals.map((total) => total.sitoo),
    brought.totals.map((total) => total.sitoo),
  );
});

function pointer(orderId: number): {
  readonly orderId: number;
  readonly origin: "live";
  readonly dueAt: number;
  readonly receivedAt: number;
  readonly attempts: number;
} {
  return { orderId, origin: "live", dueAt: 0, receivedAt: 0, attempts: 0 };
}

function skippedBy({ totals }: ReconcileReport): Record<string, number> {
  const rules: Record<string, number> = {};
  for (const [rule, { orders }] of totals.flatMap((total) => Object.entries(total.skippedBy))) {
    rules[rule] = (rules[rule] ?? 0) + orders;
  }
  return rules;
}

function calls({ sandbox }: System): number {
  const { sitoo, ometria } = sandbox.counters();
  return [...Object.values(sitoo.requests), ...Object.values(ometria.requests)]
    .reduce((sum, number) => sum + number, 0);
}
