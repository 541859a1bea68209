import fc from "fast-check";
import { testDefinition } from "../../definition/testing.ts";
import { anyRecordType } from "../../records/record_type.ts";
import { sitooOrder } from "../../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../../sitoo/memory.ts";
import type { CompiledPipeline } from "../../engine/compiled.ts";
import { encoded } from "../../engine/testing.ts";
import {
  assert,
  assertEquals,
  assertLess,
  assertLessOrEqual,
  assertRejects,
} from "../../std/assert.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import { RefusalError } from "../refusal.ts";
import { emptyPipeline, historySource, testContext } from "../testing.ts";
import { type BackfillEstimate, estimateBackfill } from "./estimate.ts";
import { differentPeople } from "./sample.ts";

const never = new AbortController().signal;
const clock = new ManualClock(Date.UTC(2026, 0, 15));

function pipeline(pageSize: number): CompiledPipeline {
  const definition = testDefinition();
  const { connections } = definition;
  return {
    ...emptyPipeline,
    definition: {
      ...definition,
      connections: {
        sitoo: { ...connections.sitoo, gap: 250 },
        ometria: { ...connections.ometria, pushRate: 3, readRate: 2 },
      },
    },
    history: historySource(pageSize),
    orders: {
      sink: "orders",
      takes: anyRecordType,
      batchSize: 50,
      settle: 0,
      encode: () => encoded(1),
      deliver: () => Promise.reject(new Error("An estimate must not push")),
    },
  };
}

async function estimate(sitoo: MemorySitoo, pageSize = 100): Promise<BackfillEstimate> {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const context = testContext({ store, sitoo, clock, pipeline: pipeline(pageSize) });
  return await estimateBackfill(context, { looksUp: () => false }, never);
}

function history(orders: number, ageDays: number): MemorySitoo {
  const orderdate = Math.floor(clock.now() / 1000) - ageDays * 86_400;
  return createMemorySitoo(
    Array.from({ length: orders }, (_, index) => sitooOrder({ orderid: index + 1, orderdate })),
  );
}

Deno.test("an estimate reads five pages, however long the history is", async () => {
  const sitoo = history(20_000, 30);
  const { orders, pages, sampled, sitoo: at, ometria } = await estimate(sitoo);
  assertEquals([orders, pages, sampled], [20_000, 200, 500]);
  // Pages of a hundred go out in pushes of fifty.
  assertEquals(ometria.pushes, 400);
  assertEquals(at.calls, 200 + 2 + 2 + 1);
  assertLessOrEqual(sitoo.calls.length, 10);
});

Deno.test("where there is nothing to bring, nothing is read", async () => {
  const sitoo = createMemorySitoo();
  const { orders, sitoo: at, seconds } = await estimate(sitoo);
  assertEquals([orders, at.pages], [0, 0]);
  assertLess(seconds.all, 10);
  assert(!sitoo.calls.some(({ method }) => method === "readPage"));
});

Deno.test("live's share is taken off the time, and never all of it", async () => {
  const quiet = await estimate(history(2_000, 30));
  const busy = await estimate(history(2_000, 1));
  assertEquals([quiet.live.ordersPerDay, busy.live.ordersPerDay], [0, Math.round(2_000 / 7)]);
  assert(busy.live.share > 0 && busy.live.share <= 0.9);
  const alone = Math.max(busy.seconds.sitoo, busy.seconds.pushes + busy.seconds.lookUps);
  assertEquals(busy.seconds.all, alone / (1 - busy.live.share));
});

Deno.test("a pipeline without history has no estimate", async () => {
  await using installation = await openMemoryStore();
  const context = testContext({ store: installation.pipeline("test", "default") });
  await assertRejects(
    () => estimateBackfill(context, { looksUp: () => false }, never),
    RefusalError,
    "does not bring history",
  );
});

Deno.test("differentPeople() finds about as many as there are, and never more than were met", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 300, max: 1_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      (people, seed) => {
        const draw = drawing(seed, people);
        const times = new Map<number, number>();
        for (let index = 0; index < 500; index++) {
          const person = draw();
          times.set(person, (times.get(person) ?? 0) + 1);
        }
        const all = differentPeople(times.values(), 20_000);
        assert(all > people * 0.6 && all < people * 1.6, `${all} of ${people}`);
        assertLessOrEqual(differentPeople(times.values(), 600), 600);
      },
    ),
    // An estimate is rarely far off, but it may be: always the same draws.
    { numRuns: 50, seed: 1 },
  );
  assertEquals(differentPeople([1, 1, 1], 90), 90);
});

/** Draws one of so many people, evenly (the generator mulberry32). */
function drawing(seed: number, people: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * people);
  };
}
