import { assert } from "../std/assert.ts";
import type { PipelineStore } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo } from "../sitoo/memory.ts";
import { startPipeline } from "./run_pipeline.ts";
import { testContext } from "./testing.ts";

Deno.test("a fault of the store while the next batch is read ahead ends neither the process nor the drain", async () => {
  await using installation = await openMemoryStore();
  const own = installation.pipeline("test", "default");
  const through = Promise.withResolvers<void>();
  let looks = 0;
  let faults = 0;
  const store: PipelineStore = new Proxy(own, {
    get(target, name): unknown {
      // The second look comes while the first batch is in hand.
      if (name === "due") {
        return async (limit: number) => {
          looks++;
          if (looks === 2) {
            faults++;
            throw new Error("The disk is full");
          }
          return await target.due(limit);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const now = Date.now();
  const sitoo = createMemorySitoo([sitooOrder({ orderid: 1 }), sitooOrder({ orderid: 2 })]);
  const arrive = (orderId: number): Promise<void> =>
    own.arrive({
      pointers: [{ orderId, origin: "live", dueAt: now, receivedAt: 0, attempts: 0 }],
      receipts: [],
      quarantine: [],
    });
  await arrive(1);
  const running = startPipeline(testContext({ store, sitoo }), {
    sweep: false,
    onBatch: () => {
      if (faults > 0 && looks > 2) through.resolve();
      else void arrive(2);
    },
  });
  await Promise.race([through.promise, running.finished]);
  assert(faults === 1);
  await running.stop(1_000);
});
