import fc from "fast-check";
import type { ReadOrder } from "../../sitoo/api.ts";
import { anyMapOptions, anySitooOrder } from "../../stages/transforms/map/arbitrary_testing.ts";
import { assertEquals } from "../../std/assert.ts";
import { worldOf } from "../desk/testing.ts";
import { testDefinition } from "../pipeline_tests/test_definition.ts";
import { isUnchanged, planChange, type PlanReport, type SideSource } from "./plan.ts";

const never = new AbortController().signal;
const url = new URL("../../../pipeline.yaml", import.meta.url);
const text = await Deno.readTextFile(url);

type Options = Readonly<Record<string, unknown>>;

function side(map: Options): SideSource {
  const options = { map };
  const definition = testDefinition({ file: "pipeline.yaml", text }, { options }, () => undefined);
  return { definition, url };
}

async function* once<T>(page: T): AsyncIterable<T> {
  yield await Promise.resolve(page);
}

const someOrders = fc.array(anySitooOrder, { minLength: 1, maxLength: 8 }).map((orders) =>
  orders.map((order, index): ReadOrder => {
    const orderId = 40_000 + index;
    return { ok: true, orderId, order: { ...order, orderid: orderId } };
  })
);

Deno.test("planChange() finds nothing between equals, and the same both ways round, whatever the orders", async () => {
  await using world = await worldOf();
  const { context } = world;
  const plan = (before: Options, after: Options, page: readonly ReadOrder[]): Promise<PlanReport> =>
    planChange({
      before: side(before),
      after: side(after),
      world: {
        sitoo: context.sitoo,
        ometria: context.ometria,
        cache: context.store.cache,
        forgotten: () => Promise.resolve(new Set<string>()),
        keyedHash: context.keyedHash,
        now: () => context.clock.now(),
      },
      facts: context.store,
      pages: once(page),
    }, never);
  await fc.assert(
    fc.asyncProperty(anyMapOptions, anyMapOptions, someOrders, async (one, other, page) => {
      const equal = await plan(one, one, page);
      assertEquals([isUnchanged(equal), equal.fields, equal.ends], [true, [], []]);
      const [there, back] = [await plan(one, other, page), await plan(other, one, page)];
      assertEquals([there.same, there.changedRecords], [back.same, back.changedRecords]);
      const fields = ({ fields }: PlanReport): unknown =>
        fields.map(({ field, orders }) => [field, orders]);
      assertEquals(fields(there), fields(back));
      const turned = back.ends.map(({ before, after, orders }) => `${after} → ${before} ${orders}`);
      const ends = there.ends.map(({ before, after, orders }) => `${before} → ${after} ${orders}`);
      assertEquals(ends.toSorted(), turned.toSorted());
    }),
    { numRuns: 25 },
  );
});
