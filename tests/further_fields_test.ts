import { runBackfill } from "../src/runtime/backfill.ts";
import { assert, assertEquals, assertObjectMatch } from "../src/std/assert.ts";
import { startSystem, unlimited, withOption } from "./support/system.ts";

Deno.test("fields that only expressions name are read from Sitoo, and reach Ometria", async () => {
  await using system = await startSystem({
    orders: 60,
    refundRate: 0,
    change: (tree) => {
      const mapped = withOption(unlimited(tree), "map", {
        set: { "properties.street": "delivery_address", "properties.shelf": "datereserved" },
      });
      const filter = { use: "filter", with: { when: "sitoo.delivery_address != ''" } };
      const { transforms } = mapped;
      assert(Array.isArray(transforms));
      return { ...mapped, transforms: [...transforms, filter] };
    },
  });
  const signal = new AbortController().signal;
  await runBackfill(system.context, { onProgress: () => {} }, signal);
  const { delivered, skipped } = await system.context.store.counters();
  await system.sandbox.ometria.settled();
  const arrived = [...system.sandbox.ometria.orders.keys()];
  assertEquals([arrived.length > 0, arrived.length], [true, delivered]);
  assert((skipped["filter"] ?? 0) > 0);
  for (const id of arrived) {
    const properties = system.sandbox.ometria.store.record(id)?.["properties"];
    assertObjectMatch({ properties }, { properties: { street: "Example Street 5" } });
  }
});
