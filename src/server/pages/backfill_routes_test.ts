import type { CompiledPipeline } from "../../engine/compiled.ts";
import { emptyPipeline, historySource } from "../../runtime/testing.ts";
import { anyRecordType } from "../../records/record_type.ts";
import { createMemorySitoo } from "../../sitoo/memory.ts";
import { sitooOrder } from "../../records/testing.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { openPages, type Pages } from "./testing.ts";

const PAGE = "/pipelines/till/backfill";

const pipeline: CompiledPipeline = {
  ...emptyPipeline,
  definition: { ...emptyPipeline.definition, name: "till" },
  history: historySource(),
  orders: {
    sink: "orders",
    takes: anyRecordType,
    batchSize: 100,
    settle: 0,
    encode: () => ({ kind: "dead", reason: "none", detail: "" }),
    deliver: () => Promise.resolve([]),
  },
};

function open(): Promise<Pages> {
  return openPages({ pipeline });
}

Deno.test("GET backfill of a pipeline without history says how to get one", async () => {
  await using pages = await openPages();
  assertStringIncludes(await pages.html(PAGE), "does not bring history");
  const response = await pages.post(`${PAGE}/start`);
  assertEquals(response.status, 409);
  assertStringIncludes(await response.text(), "Add the source sitoo-history");
  assertEquals(await pages.store.checkpoint(), undefined);
});

Deno.test("a run is started, paused and goes on where it was", async () => {
  await using pages = await open();
  assertStringIncludes(await pages.html(PAGE), "Bring history");
  assertEquals((await pages.post(`${PAGE}/start`)).headers.get("location"), PAGE);
  const run = await pages.store.checkpoint();
  assert(run !== undefined && run.state === "requested");
  assertStringIncludes(await pages.html(PAGE), "about to start");
  await pages.commit({
    checkpoint: { ...run, state: "running", next: 700, total: 900, read: 300 },
  });
  assertStringIncludes(await pages.html(PAGE), "300 of 900 orders read");
  await pages.post(`${PAGE}/pause`);
  assertEquals((await pages.store.checkpoint())?.state, "stopped");
  const paused = await pages.html(PAGE);
  assertStringIncludes(paused, "Go on");
  assert(!paused.includes(">Pause<"), "there is nothing to pause");
  await pages.clock.advance(1);
  await pages.post(`${PAGE}/start`);
  const again = await pages.store.checkpoint();
  assertEquals([again?.state, again?.next], ["requested", 700]);
});

Deno.test("a run takes a part of history, and everything again", async () => {
  await using pages = await open();
  await pages.post(`${PAGE}/start`, { from: " 500 ", to: "900", restart: "yes" });
  const run = await pages.store.checkpoint();
  assertEquals([run?.state, run?.next, run?.to], ["requested", 500, 900]);
});

Deno.test("what cannot be started is refused with its remedy", async () => {
  await using pages = await open();
  const odd = await pages.post(`${PAGE}/start`, { from: "last tuesday" });
  assertEquals(odd.status, 409);
  const text = await odd.text();
  assertStringIncludes(text, "last tuesday");
  assertStringIncludes(text, "Write an order id such as 50211");
  assertEquals(await pages.store.checkpoint(), undefined);
  await pages.post(`${PAGE}/start`);
  const second = await pages.post(`${PAGE}/start`, { restart: "yes" });
  assertStringIncludes(await second.text(), "under way already");
  assertEquals((await pages.post(`${PAGE}/start`, { from: "1".repeat(50) })).status, 400);
});

Deno.test("how much a run would be is said without starting it", async () => {
  const orders = Array.from({ length: 250 }, (_, n) => sitooOrder({ orderid: 1_000 + n }));
  await using pages = await openPages({ pipeline, sitoo: createMemorySitoo(orders) });
  const all = await (await pages.post(`${PAGE}/measure`, {})).text();
  assertStringIncludes(all, "250 orders on 3 pages");
  const some = await (await pages.post(`${PAGE}/measure`, { from: "1200", to: "1210" })).text();
  assertStringIncludes(some, "10 orders on 1 page:");
  assertStringIncludes(some, 'value="1200"');
  const none = await (await pages.post(`${PAGE}/measure`, { from: "9000" })).text();
  assertStringIncludes(none, "nothing to bring");
  assertEquals((await pages.post(`${PAGE}/measure`, { from: "soon" })).status, 409);
  assertEquals(await pages.store.checkpoint(), undefined);
});
