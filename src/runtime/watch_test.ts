import { createMemoryOmetria } from "../ometria/memory.ts";
import type { MemoryOmetria } from "../ometria/memory.ts";
import { ApiError } from "../http/error.ts";
import { assertEquals, assertStringIncludes } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import type { PipelineStore, Store } from "../store/store.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { testContext } from "./testing.ts";
import { Watch } from "./watch.ts";

const minute = 60_000;
const signal = new AbortController().signal;

interface Watched extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly store: PipelineStore;
  readonly ometria: MemoryOmetria;
  readonly told: readonly string[];
  /** Lets time go by and looks. */
  look(ms: number): Promise<void>;
}

async function watched(): Promise<Watched> {
  const clock = new ManualClock();
  const installation: Store = await openMemoryStore(clock);
  const store = installation.pipeline("shop", "default");
  const ometria = createMemoryOmetria();
  const told: string[] = [];
  const watch = new Watch(testContext({ clock, store, ometria, alert: (text) => told.push(text) }));
  return {
    clock,
    store,
    ometria,
    told,
    look: async (ms) => {
      await clock.advance(ms);
      await watch.step(signal);
    },
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  };
}

Deno.test("Watch tells once that orders wait for an hour, then for four, and that it is over", async () => {
  await using world = await watched();
  const { clock, store, told, look } = world;
  await store.arrive({
    pointers: [{
      orderId: 1,
      origin: "live",
      dueAt: clock.now(),
      receivedAt: clock.now(),
      attempts: 0,
    }],
    receipts: [],
    quarantine: [],
  });
  await look(59 * minute);
  assertEquals(told.length, 0);
  await look(2 * minute);
  await look(2 * minute);
  assertEquals(told.length, 1);
  assertStringIncludes(told[0] ?? "", "61 minutes");
  await look(180 * minute);
  assertEquals(told.length, 2);
  assertStringIncludes(told[1] ?? "", "four hours");
});

Deno.test("Watch tells that a key is refused, and that it works again", async () => {
  await using world = await watched();
  const { clock, store, told, look } = world;
  await store.setConnection("ometria", { state: "paused", since: clock.now(), detail: "HTTP 403" });
  await look(minute);
  assertStringIncludes(told[0] ?? "", "refuses the key (HTTP 403)");
  await store.setConnection("ometria", { state: "ok", since: clock.now() });
  await look(minute);
  assertStringIncludes(told[1] ?? "", "Over: ");
});

Deno.test("Watch tells only of errors that Ometria's list did not hold before", async () => {
  await using world = await watched();
  const { ometria, told, look } = world;
  ometria.errors.push("not a valid value: root > currency");
  await look(minute);
  await look(6 * minute);
  assertEquals(told, []);
  ometria.errors.push("not a valid value: root > currency", "not a valid value: root > timestamp");
  await look(6 * minute);
  assertEquals(told.length, 1);
  assertStringIncludes(
    told[0] ?? "",
    "root > currency (1); not a valid value: root > timestamp (1)",
  );
});

Deno.test("Watch goes on when Ometria cannot be asked", async () => {
  await using world = await watched();
  const { ometria, told, look } = world;
  const failure = { api: "ometria", kind: "unavailable", reached: true } as const;
  ometria.failNext(new ApiError("Ometria is not there", failure), "pushErrors");
  await look(6 * minute);
  assertEquals(told, []);
});
