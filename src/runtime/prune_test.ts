import { requestedRun } from "../engine/history_run.ts";
import { deliveredRow } from "../engine/testing.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo } from "../sitoo/memory.ts";
import { assertEquals, assertExists, assertRejects } from "../std/assert.ts";
import { emptyCommit } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { PipelineContext } from "./context.ts";
import { prune } from "./prune.ts";
import { RefusalError } from "./refusal.ts";
import { emptyPipeline, testContext } from "./testing.ts";

const { signal } = new AbortController();
const day = 86_400_000;

interface World extends AsyncDisposable {
  readonly context: PipelineContext;
  /** The first day that is not pruned, a hundred days ago. */
  readonly before: string;
  left(): Promise<readonly number[]>;
}

/** Orders 1 and 2 from 200 days ago, order 3 from 100 days ago, order 4 from today; all delivered then. */
async function world(): Promise<World> {
  const clock = new ManualClock();
  const installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const noon = Math.floor(clock.now() / day) * day + day / 2;
  const dates = new Map([[1, 200], [2, 200], [3, 100], [4, 0]]);
  const orders = [...dates].map(([orderid, days]) =>
    sitooOrder({ orderid, orderdate: (noon - days * day) / 1000 })
  );
  const hold = await store.acquireLane("test", "f");
  assertExists(hold);
  const ledger = [...dates].map(([orderId, days]) => {
    const at = clock.now() - days * day;
    return deliveredRow(orderId, { at, acceptedAt: at });
  });
  await store.commit(hold, { ...emptyCommit, ledger });
  return {
    context: testContext({ store, clock, sitoo: createMemorySitoo(orders) }),
    before: new Date(noon - 100 * day).toISOString().slice(0, 10),
    left: async () => (await Array.fromAsync(store.ledgerRange(0, 10))).map((row) => row.orderId),
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  };
}

Deno.test("prune() takes away what lies before a day, and remembers from where on it keeps", async () => {
  await using all = await world();
  const steps: number[] = [];
  const onProgress = (rows: number): void => void steps.push(rows);
  const { before } = all;
  assertEquals(await prune(all.context, { before, onProgress }, signal), { rows: 2, keptFrom: 3 });
  assertEquals([await all.left(), steps], [[3, 4], [2]]);
  assertEquals(await all.context.store.keptFrom(), 3);
  assertEquals((await prune(all.context, { before }, signal)).rows, 0);
});

Deno.test("prune() as a dry run counts, and takes nothing away", async () => {
  await using all = await world();
  const asked = { before: all.before, dryRun: true };
  assertEquals(await prune(all.context, asked, signal), { rows: 2, keptFrom: 3 });
  assertEquals(await all.left(), [1, 2, 3, 4]);
  assertEquals(await all.context.store.keptFrom(), undefined);
});

Deno.test("prune() leaves an old order that was touched today", async () => {
  await using all = await world();
  const { store, clock } = all.context;
  const hold = await store.acquireLane("test", "f");
  assertEquals(hold, undefined);
  if (clock instanceof ManualClock) await clock.advance(20_000);
  const next = await store.acquireLane("other", "f");
  assertExists(next);
  const touched = deliveredRow(1, { at: 1, acceptedAt: clock.now() });
  await store.commit(next, { ...emptyCommit, ledger: [touched] });
  assertEquals((await prune(all.context, { before: all.before }, signal)).rows, 1);
  assertEquals(await all.left(), [1, 3, 4]);
});

Deno.test("prune() keeps 90 days, and as many as the sweep looks back", async () => {
  await using all = await world();
  const { clock } = all.context;
  const daysAgo = (days: number): string =>
    new Date(clock.now() - days * day).toISOString().slice(0, 10);
  for (const before of [daysAgo(0), daysAgo(89)]) {
    await assertRejects(() => prune(all.context, { before }, signal), RefusalError, "always kept");
  }
  const webhook = {
    source: "webhook",
    gives: emptyPipeline.transform.takes,
    sites: [],
    linger: 0,
    username: "till",
    passwords: [],
    sweep: { newEvery: 600_000, changedAt: "03:30", back: 150 * day },
  } as const;
  const context = { ...all.context, pipeline: { ...emptyPipeline, webhook } };
  await assertRejects(
    () => prune(context, { before: all.before }, signal),
    RefusalError,
    "The last 151 days are always kept",
  );
  assertEquals((await all.left()).length, 4);
});

Deno.test("prune() refuses what it cannot do: no day, no order after it, a backfill under way", async () => {
  await using all = await world();
  const { store } = all.context;
  const { before } = all;
  await assertRejects(
    () => prune(all.context, { before: "old" }, signal),
    RefusalError,
    "as a day",
  );
  const nowhere = { ...all.context, sitoo: createMemorySitoo() };
  await assertRejects(() => prune(nowhere, { before }, signal), RefusalError, "has no order from");
  const run = requestedRun({ at: 1, next: 0, fingerprint: "f" });
  await store.requestBackfill(run);
  await assertRejects(() => prune(all.context, { before }, signal), RefusalError, "under way");
});
