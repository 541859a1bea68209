import { ApiError, type ApiErrorKind } from "../http/error.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../sitoo/memory.ts";
import type { WebhookSource } from "../stages/contract.ts";
import { assertEquals, assertRejects } from "../std/assert.ts";
import type { SweepRow } from "../store/rows.ts";
import { emptyCommit, type PipelineStore } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { Sweep } from "./sweep.ts";
import { testContext } from "./testing.ts";

const never = new AbortController().signal;
const minute = 60_000;

const webhook: WebhookSource = {
  source: "webhook",
  gives: sitooOrderType,
  sites: [],
  linger: 0,
  username: "till",
  passwords: [],
  sweep: { newEvery: 10 * minute, changedAt: "23:59", back: 0 },
};

interface World {
  readonly sweep: Sweep;
  readonly sitoo: MemorySitoo;
  readonly store: PipelineStore;
  readonly clock: ManualClock;
  readonly row: SweepRow;
}

/** A sweep whose look for new orders after the 100th is due. */
async function withSweep(orders: number, test: (world: World) => Promise<void>): Promise<void> {
  const clock = new ManualClock();
  await using installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const sitoo = createMemorySitoo(
    Array.from({ length: orders }, (_, index) => sitooOrder({ orderid: index + 1 })),
  );
  await store.setCutOver(100);
  const hold = await store.acquireLane("holder", "f");
  if (hold === undefined) throw new Error("The lane is not free");
  const row = { next: 101, newAt: clock.now(), changedDay: "9999-12-31", healed: 0 };
  await store.commit(hold, { ...emptyCommit, sweep: row });
  await clock.advance(10 * minute);
  const context = testContext({ store, sitoo, clock });
  const sweep = new Sweep(context, webhook, (batch) => store.commit(hold, batch));
  await test({ sweep, sitoo, store, clock, row });
}

function looks({ calls }: MemorySitoo): number {
  return calls.filter(({ method }) => method === "readMarks").length;
}

Deno.test("a look for new orders ends at the last page, however many are sold meanwhile", async () => {
  await withSweep(102, async ({ sweep, sitoo, store, clock }) => {
    assertEquals(await sweep.step(never), 2);
    sitoo.put(sitooOrder({ orderid: 103 }));
    assertEquals(await sweep.step(never), 0);
    assertEquals([looks(sitoo), (await store.sweep())?.newAt], [1, clock.now()]);
    await clock.advance(10 * minute);
    assertEquals(await sweep.step(never), 3, "none of them is through yet");
    assertEquals(looks(sitoo), 2);
  });
});

Deno.test("a look for new orders goes on after a full page", async () => {
  await withSweep(700, async ({ sweep, sitoo, store, row }) => {
    assertEquals(await sweep.step(never), 500);
    assertEquals((await store.sweep())?.newAt, row.newAt);
    assertEquals(await sweep.step(never), 100);
    assertEquals(await sweep.step(never), 0);
    assertEquals([looks(sitoo), (await store.sweep())?.next], [2, 701]);
  });
});

function failed(kind: ApiErrorKind): ApiError {
  return new ApiError(`It is ${kind}`, { api: "sitoo", kind, reached: true });
}

Deno.test("a sweep whose questions alone fail waits by itself, and more each time", async () => {
  for (const kind of ["refused", "malformed", "unavailable"] as const) {
    await withSweep(102, async ({ sweep, sitoo, clock }) => {
      for (const wait of [30_000, 60_000, 120_000]) {
        sitoo.failNext(failed(kind), "readMarks");
        assertEquals(await sweep.step(never), 0);
        const asked = looks(sitoo);
        await clock.advance(wait / 2);
        assertEquals([await sweep.step(never), looks(sitoo)], [0, asked]);
        await clock.advance(wait / 2);
      }
      assertEquals(await sweep.step(never), 2);
    });
  }
});

Deno.test("a sweep in an outage throws, and so it does where the key or the pace is the matter", async () => {
  await withSweep(102, async ({ sweep, sitoo }) => {
    for (const kind of ["unauthorized", "throttled"] as const) {
      sitoo.failNext(failed(kind), "readMarks");
      await assertRejects(() => sweep.step(never), ApiError);
    }
    sitoo.failNext(failed("unavailable"), "readMarks");
    sitoo.failNext(failed("unavailable"), "readPage");
    await assertRejects(() => sweep.step(never), ApiError);
    assertEquals(await sweep.step(never), 2);
  });
});
