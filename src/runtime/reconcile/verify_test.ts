import { deliveredRow } from "../../engine/testing.ts";
import { createMemoryOmetria, type MemoryOmetria } from "../../ometria/memory.ts";
import { sitooOrder } from "../../records/testing.ts";
import { createMemorySitoo } from "../../sitoo/memory.ts";
import { assertEquals, assertExists } from "../../std/assert.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import type { PipelineContext } from "../context.ts";
import { emptyCommit } from "../../store/store.ts";
import { testContext } from "../testing.ts";
import { readBack } from "./verify.ts";

const { signal } = new AbortController();

interface World extends AsyncDisposable {
  readonly context: PipelineContext;
  readonly ometria: MemoryOmetria;
  readonly ids: readonly number[];
}

/** Orders 1, 2 … were accepted by Ometria, each as 249, so many ms ago. */
async function world(orders: number, age = 3_600_000): Promise<World> {
  const clock = new ManualClock();
  const installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const ids = Array.from({ length: orders }, (_, index) => index + 1);
  const ometria = createMemoryOmetria();
  const hold = await store.acquireLane("test", "f");
  assertExists(hold);
  const acceptedAt = clock.now() - age;
  const ledger = ids.map((id) => deliveredRow(id, { total: "249", acceptedAt }));
  await store.commit(hold, { ...emptyCommit, ledger });
  for (const id of ids) {
    const sums = { lines: 1, quantityRefunded: 0, refunded: 0 };
    ometria.stored.set(String(id), { id: String(id), grand_total: 249, ...sums });
  }
  const sitoo = createMemorySitoo(ids.map((orderid) => sitooOrder({ orderid })));
  return {
    context: testContext({ store, sitoo, ometria, clock }),
    ometria,
    ids,
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  };
}

Deno.test("readBack() reads a few orders one by one", async () => {
  await using all = await world(3);
  const done: number[] = [];
  const onProgress = (orders: number): void => void done.push(orders);
  const found = await readBack(all.ids, all.context, { signal, onProgress });
  assertEquals([found.orders, found.wrong.size, done], [3, 0, [1, 2, 3]]);
  assertEquals(all.ometria.calls, ["readOrder", "readOrder", "readOrder"]);
});

Deno.test("readBack() reads many from the list, and what is wrong there by itself", async () => {
  await using all = await world(240);
  all.ometria.stored.delete("7");
  const odd = all.ometria.stored.get("9");
  assertExists(odd);
  all.ometria.stored.set("9", { ...odd, grand_total: 200 });
  const found = await readBack(all.ids, all.context, { signal, onProgress: () => {} });
  assertEquals([...found.wrong], [
    [7, { cause: "not-at-ometria" }],
    [9, { cause: "differs-at-ometria", detail: "grand_total is 200, not 249" }],
  ]);
  assertEquals(all.ometria.calls, ["recentOrders", "readOrder", "readOrder"]);
});

Deno.test("readBack() does not go on with a list that says less than the orders do", async () => {
  await using all = await world(120);
  const { ometria } = all;
  const { recentOrders } = ometria;
  ometria.recentOrders = async (offset, given) =>
    (await recentOrders(offset, given)).map((order) => ({ ...order, grand_total: 0 }));
  const found = await readBack(all.ids, all.context, { signal, onProgress: () => {} });
  assertEquals([found.orders, found.wrong.size], [120, 0]);
  assertEquals(ometria.calls.filter((call) => call === "recentOrders").length, 1);
});

Deno.test("readBack() says when an order was accepted too recently to be sure", async () => {
  await using all = await world(1, 40_000);
  all.ometria.stored.clear();
  const found = await readBack(all.ids, all.context, { signal, onProgress: () => {} });
  assertEquals(found.wrong.get(1)?.detail, "accepted 40 s ago, may not be stored yet");
});
