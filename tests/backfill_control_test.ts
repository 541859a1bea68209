import { runBackfill } from "../src/runtime/backfill.ts";
import type { BackfillOptions, BackfillResult } from "../src/runtime/backfill.ts";
import { startPipeline } from "../src/runtime/run_pipeline.ts";
import { assert, assertEquals, assertRejects } from "../src/std/assert.ts";
import type { PipelineStore } from "../src/store/store.ts";
import { StoreUnwritableError } from "../src/store/unwritable.ts";
import { eventually, startSystem, type System, unlimited } from "./support/system.ts";

const never = new AbortController().signal;
const firstId = 50_001;
const rates = { push: Infinity, read: Infinity, email: Infinity };

/** A history of thirty pages, each of which takes a while. */
function slowSystem(): Promise<System> {
  return startSystem({
    orders: 3_000,
    seed: 5,
    latency: 60,
    rates,
    refundRate: 0,
    change: unlimited,
  });
}

/** Runs a backfill and tells it to stop once it has read so many orders. */
async function interrupted(
  { context }: System,
  { after, ...options }: Omit<Partial<BackfillOptions>, "onProgress"> & { readonly after: number },
): Promise<BackfillResult> {
  const stop = new AbortController();
  return await runBackfill(context, {
    ...options,
    onProgress: ({ read }) => {
      if (read >= after) stop.abort(new Error("Ctrl-C"));
    },
  }, stop.signal);
}

Deno.test("a run that is broken off here rests, and the next one ends where it was told to", async () => {
  await using system = await slowSystem();
  const { context } = system;
  const asked: boolean[] = [];
  const onInterrupt = (elsewhere: boolean): "stop" => {
    asked.push(elsewhere);
    return "stop";
  };
  const to = `${firstId + 2_000}`;
  const first = await interrupted(system, { after: 500, to, onInterrupt });
  assertEquals([first.ending, first.checkpoint.state, first.handedOver], [
    "stopped",
    "stopped",
    false,
  ]);
  assertEquals(asked, [false]);
  const second = await runBackfill(context, { onProgress: () => {} }, never);
  const covered = await context.sitoo.measure({ from: 0, to: Number(to), sites: [] }, never);
  assertEquals([second.ending, second.checkpoint.read], ["through", covered.count]);
  assert(covered.count > 1_500 && covered.count < 3_000);
});

Deno.test("a server takes the run over; Ctrl-C leaves it there or stops it, as is wished", async (t) => {
  await using system = await slowSystem();
  const { context } = system;
  const server = startPipeline(context, { receipts: false, sweep: false });
  try {
    await eventually(async () => await context.store.laneHolder() !== undefined, 5_000, "a holder");

    await t.step("left", async () => {
      let follows = 0;
      const result = await interrupted(system, { after: 300, onFollow: () => follows++ });
      assertEquals([result.ending, result.handedOver, follows], ["left", true, 1]);
      const { read } = result.checkpoint;
      await eventually(
        async () => {
          return (await context.store.checkpoint())?.read !== read;
        },
        5_000,
        "the server goes on",
      );
    });

    await t.step("a second backfill with wishes of its own is refused", async () => {
      const error = await assertRejects(() =>
        runBackfill(context, { restart: true, onProgress: () => {} }, never)
      );
      assert(error instanceof Error && error.message.includes("under way already"));
    });

    await t.step("stopped", async () => {
      const result = await interrupted(system, { after: 0, onInterrupt: () => "stop" });
      assertEquals([result.ending, result.checkpoint.state], ["stopped", "stopped"]);
      // What was read ahead may still come through.
      let read = -1;
      await eventually(
        async () => {
          const before = read;
          await new Promise((resolve) => setTimeout(resolve, 300));
          read = (await context.store.checkpoint())?.read ?? -1;
          return read === before;
        },
        10_000,
        "the server rests",
      );
      assert(read < 3_000, "it was over before it was stopped");
    });

    await t.step("and goes on when it is asked for again", async () => {
      const result = await runBackfill(context, { onProgress: () => {} }, never);
      assertEquals([result.ending, result.handedOver, result.checkpoint.read], [
        "through",
        true,
        3_000,
      ]);
    });
  } finally {
    await server.stop(2_000);
  }
});

Deno.test("where a run begins elsewhere than history has come to, that is said", async () => {
  const now = Date.parse("2026-01-15T12:00:00Z");
  await using system = await startSystem({ orders: 200, seed: 5, now, rates, change: unlimited });
  const { context } = system;
  const notes: string[] = [];
  const options = {
    onProgress: (): void => {},
    onNote: (text: string): void => void notes.push(text),
  };
  await runBackfill(context, { ...options, from: "2025-12-25" }, never);
  assertEquals(notes, []);
  const { next } = await context.store.checkpoint() ?? { next: 0 };
  assert(next >= firstId + 200);

  await runBackfill(context, { ...options, from: `${firstId + 10}`, to: `${firstId + 20}` }, never);
  assertEquals(notes.splice(0), [
    `History has come to order ${next}: orders from ${
      firstId + 10
    } on are read again, and what has not changed is not sent again`,
  ]);

  await runBackfill(context, { ...options, from: `${firstId + 50}` }, never);
  assertEquals(notes.splice(0), [
    `History has come to order ${firstId + 20}: orders from there to ${
      firstId + 50
    } are left out; without --from they are read too`,
  ]);

  await runBackfill(context, { ...options, from: "2020-05-01" }, never);
  assert(notes.some((note) => note.includes("are skipped as before-start")), notes.join("\n"));
});

Deno.test("a start_date from before what was read is said, not ignored", async () => {
  const now = Date.parse("2026-01-15T12:00:00Z");
  await using system = await startSystem({ orders: 200, seed: 5, now, rates, change: unlimited });
  const { context } = system;
  const notes: string[] = [];
  const options = {
    onProgress: (): void => {},
    onNote: (text: string): void => void notes.push(text),
  };
  await runBackfill(context, { ...options, from: "2025-12-25" }, never);
  const result = await runBackfill(context, options, never);
  assertEquals([result.ending, result.checkpoint.read], ["through", 0]);
  assertEquals(notes.length, 1);
  assert(notes[0]?.startsWith("History was read from 2025-12-25 on, and start_date is"), notes[0]);
  assert(notes[0]?.includes("--restart"));
});

Deno.test("a backfill ends when the store is full, says so, and goes on when there is room", async () => {
  await using system = await slowSystem();
  let commits = 0;
  let isFull = true;
  const store: PipelineStore = new Proxy(system.context.store, {
    get(target, name): unknown {
      if (name === "commit" && isFull && ++commits > 3) {
        return () => Promise.reject(new StoreUnwritableError({ reason: "full" }));
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const context = { ...system.context, store };
  const run = (): Promise<BackfillResult> => runBackfill(context, { onProgress: () => {} }, never);
  await assertRejects(run, StoreUnwritableError, "its disk is full");
  assertEquals(await store.laneHolder(), undefined);
  isFull = false;
  assertEquals((await run()).ending, "through");
});
