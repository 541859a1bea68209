import fc from "fast-check";
import type { PipelineTest } from "../../definition/pipeline_tests.ts";
import { anyMapOptions, anySitooOrder } from "../../stages/transforms/map/arbitrary_testing.ts";
import { assert, assertEquals } from "../../std/assert.ts";
import { parse, stringify } from "yaml";
import { worldOf } from "../desk/testing.ts";
import { explainOrder } from "../explain/explain.ts";
import { recordOrder } from "./record.ts";

const never = new AbortController().signal;
const url = new URL("../../../pipeline.yaml", import.meta.url);
const shipped = await Deno.readTextFile(url);

/** The shipped pipeline with other options of `map`. */
function withMap(options: Readonly<Record<string, unknown>>): string {
  const { transforms, ...rest } = parse(shipped);
  const [map, ...others] = transforms;
  return stringify({
    ...rest,
    transforms: [{ ...map, with: { ...map.with, ...options } }, ...others],
  });
}

Deno.test("a recorded order holds by itself, names nobody, and ends as the real one does", async () => {
  await fc.assert(
    fc.asyncProperty(anySitooOrder, anyMapOptions, async (order, map) => {
      const text = withMap(map);
      const options: PipelineTest["options"] = {};
      await using world = await worldOf(options, text);
      // Well behind the start, and of a time at which tests are run.
      const real = { ...order, orderid: 40_001, orderdate: 1_757_166_130 };
      world.sitoo.put(real);
      const { now } = await explainOrder(world.context, { orderId: 40_001 }, never);
      const pipeline = { file: "pipeline.yaml", text, url };
      const recorded = await recordOrder(world.context, {
        orderId: 40_001,
        pipeline,
        env: () => undefined,
      }, never);
      assert(now?.kind === "read");
      const { end } = now;
      const expected = JSON.stringify(recorded.test["expect"]);
      const words = {
        send: '"@type":"order"',
        skip: '"skipped"',
        wait: '"waiting"',
        dead: '"dead"',
        link: "",
        failed: "never",
      }[end.kind];
      assert(expected.includes(words), `${end.kind}: ${expected}`);
      if ("rule" in end && end.kind !== "link") assert(expected.includes(String(end.rule)));
      const whole = JSON.stringify(recorded.test).toLowerCase();
      for (const personal of [real.email, real.namefirst, real.namelast]) {
        const name = personal.trim().toLowerCase();
        if (name.length > 3) assertEquals(whole.includes(name), false, name);
      }
    }),
    { numRuns: 40 },
  );
});
