import { registry } from "../../src/stages/registry.ts";
import { input, TestServices } from "../../src/stages/testing.ts";
import type { AnyTransform, Input } from "../../src/stages/contract.ts";
import { compiledPipeline, orders } from "./support.ts";

const never = new AbortController().signal;
/** Options under which each stage has something to do. */
const options: Readonly<Record<string, unknown>> = {
  map: {},
  namespace: { value: "till", apply_to: ["order", "product"] },
  "sku-match": { by: "sku" },
  "opt-in": { enabled: true },
  filter: { when: "order.grand_total > 10" },
};

function stage(use: string): AnyTransform {
  const product = registry.find((spec) => spec.use === use)?.create(
    options[use],
    new TestServices(),
    use,
  );
  if (product === undefined || !("apply" in product)) throw new TypeError(`${use} is no transform`);
  return product;
}

const whole = orders.map((order): Input<unknown> => input(order));
const mapped = (await stage("map").apply(whole, never))
  .flatMap((verdict) => verdict.kind === "pass" ? [input(verdict.record)] : []);
const sink = compiledPipeline().orders;

for (const use of Object.keys(options)) {
  const one = stage(use);
  const inputs = use === "map" ? whole : mapped;
  Deno.bench(`${use}, 100 orders`, async () => void await one.apply(inputs, never));
}
Deno.bench("encode, 100 orders", () => {
  for (const { record } of mapped) sink?.encode(record);
});
