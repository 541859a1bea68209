import { ApiError, type ApiErrorKind } from "../http/error.ts";
import { createMemorySitoo, type MemorySitoo } from "../sitoo/memory.ts";
import { assertEquals, assertRejects } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { HistoryStart, type StartAnswer } from "./history_start.ts";
import { testContext } from "./testing.ts";

const never = new AbortController().signal;

interface World {
  readonly sitoo: MemorySitoo;
  readonly clock: ManualClock;
  /** Measures a run that was asked for at this time. */
  readonly measure: (startedAt?: number) => Promise<StartAnswer>;
}

async function withStart(test: (world: World) => Promise<void>): Promise<void> {
  await using installation = await openMemoryStore();
  const clock = new ManualClock();
  const sitoo = createMemorySitoo();
  const store = installation.pipeline("test", "default");
  const start = new HistoryStart(testContext({ store, sitoo, clock }));
  const query = { from: 0, sites: [] };
  await test({
    sitoo,
    clock,
    measure: (startedAt = 1) => start.measure({ startedAt }, query, never),
  });
}

function failed(kind: ApiErrorKind): ApiError {
  return new ApiError(`It is ${kind}`, { api: "sitoo", kind, reached: true });
}

Deno.test("measure() gives a question up that Sitoo keeps refusing, after waits", async () => {
  for (const [kind, tries] of [["refused", 4], ["unauthorized", 4], ["unavailable", 10]] as const) {
    await withStart(async ({ sitoo, clock, measure }) => {
      const answers: string[] = [];
      for (let time = 0; time < tries; time++) {
        sitoo.failNext(failed(kind), "measure");
        answers.push((await measure()).kind);
        const { calls } = sitoo;
        const before = calls.length;
        if (time < tries - 1) {
          assertEquals([(await measure()).kind, calls.length], ["later", before]);
        }
        await clock.advance(60_000);
      }
      assertEquals(answers, [...Array.from({ length: tries - 1 }, () => "later"), "failed"]);
      assertEquals(await measure(2), { kind: "measured", count: 0 }, "another run starts anew");
    });
  }
});

Deno.test("measure() leaves it to others to wait for an outage, and for the pace", async () => {
  await withStart(async ({ sitoo, measure }) => {
    for (let time = 0; time < 20; time++) {
      sitoo.failNext(failed("unavailable"), "measure");
      sitoo.failNext(failed("unavailable"), "readMarks");
      await assertRejects(() => measure(), ApiError);
      sitoo.failNext(failed("throttled"), "measure");
      await assertRejects(() => measure(), ApiError);
    }
    assertEquals((await measure()).kind, "measured");
  });
});
