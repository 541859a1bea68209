import { sitooOrder } from "../../records/testing.ts";
import { createMemorySitoo } from "../../sitoo/memory.ts";
import type { PlaceFinder } from "../../stages/contract.ts";
import { assertEquals } from "../../std/assert.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import { localDay } from "../../time/zone.ts";
import type { PipelineContext } from "../context.ts";
import { emptyPipeline, testContext } from "../testing.ts";
import { estimateReconcile, rangeOf } from "./estimate.ts";

const { signal } = new AbortController();
const noZone: PlaceFinder = {
  // Order 1 is of a shop in Stockholm, order 2 of one on Kiritimati.
  find: (heads) =>
    Promise.resolve(heads.map(({ orderid, orderdate }) => {
      const zone = orderid === 1 ? "Europe/Stockholm" : "Pacific/Kiritimati";
      return { store: "", currency: "SEK", day: localDay(orderdate * 1000, zone) };
    })),
};

/** A context at 23:30 UTC on the first of March, with these orders at Sitoo. */
async function withOrders(
  ids: readonly number[],
  places: PlaceFinder | undefined,
  use: (context: PipelineContext) => Promise<void>,
): Promise<void> {
  const clock = new ManualClock(Date.parse("2025-03-01T23:30:00Z"));
  await using installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const orderdate = clock.now() / 1000 - 3 * 3600;
  const sitoo = createMemorySitoo(ids.map((orderid) => sitooOrder({ orderid, orderdate })));
  const transform = { ...emptyPipeline.transform, ...(places === undefined ? {} : { places }) };
  await use(testContext({ store, sitoo, clock, pipeline: { ...emptyPipeline, transform } }));
}

const yesterdays: readonly (readonly [string, readonly number[], PlaceFinder, string])[] = [
  ["the zone of map", [1], { ...noZone, zone: "America/New_York" }, "2025-02-28"],
  ["the newest order's zone, past midnight", [1], noZone, "2025-03-01"],
  ["the newest order's zone, of several", [1, 2], noZone, "2025-03-01"],
  ["UTC where nothing was ever sold", [], noZone, "2025-02-28"],
];
for (const [what, ids, places, day] of yesterdays) {
  Deno.test(`rangeOf() takes yesterday by ${what}`, async () => {
    await withOrders(ids, places, async (context) => {
      const { from, to } = await rangeOf(context, {}, signal);
      assertEquals([from, to], [day, day]);
    });
  });
}

Deno.test("rangeOf() asks Sitoo nothing when the last day is named", async () => {
  await withOrders([1], noZone, async (context) => {
    const { sitoo } = context;
    sitoo.measure = () => Promise.reject(new Error("Nothing is to be asked"));
    for (const from of ["2025-01-01", undefined]) {
      const range = await rangeOf(context, { from, to: "2025-01-31" }, signal);
      assertEquals([range.from, range.to], [from ?? "2025-01-31", "2025-01-31"]);
    }
  });
});

Deno.test("estimateReconcile() counts orders, pages, and what is read back", async () => {
  const ids = Array.from({ length: 1_200 }, (_, index) => index + 1);
  await withOrders(ids, undefined, async (context) => {
    const days = { from: "2025-03-01", to: "2025-03-01" };
    const plain = await estimateReconcile(context, days, signal);
    assertEquals([plain.orders, plain.sitooCalls, plain.ometriaCalls], [1_200, 4, 0]);
    const few = await estimateReconcile(context, { ...days, verify: 20 }, signal);
    assertEquals([few.sitooCalls, few.ometriaCalls], [5, 20]);
    const all = await estimateReconcile(context, { ...days, verify: "all" }, signal);
    assertEquals([all.sitooCalls, all.ometriaCalls], [16, 5]);
    assertEquals(all.seconds >= plain.seconds, true);
  });
});
