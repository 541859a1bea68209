import { loadDefinition } from "../../src/definition/load.ts";
import { compile } from "../../src/engine/compile.ts";
import type { CompiledPipeline } from "../../src/engine/compiled.ts";
import type { SitooOrder } from "../../src/records/sitoo_order.ts";
import { saleOfFour, SitooServices } from "../../src/stages/transforms/map/testing.ts";
import { registry } from "../../src/stages/registry.ts";

import { decodeOrder } from "../../src/sitoo/wire.ts";

/** A hundred sales of three lines, as they come. */
export const rawOrders: readonly unknown[] = Array.from(
  { length: 100 },
  (_, index) => saleOfFour({ orderid: 50_000 + index }),
);

/** The same, read. */
export const orders: readonly SitooOrder[] = rawOrders.map((raw) => {
  const decoded = decodeOrder(raw);
  if (!decoded.ok) throw new TypeError(decoded.detail);
  return decoded.order;
});

/** The shipped pipeline. */
export function compiledPipeline(): CompiledPipeline {
  const file = "pipeline.yaml";
  const text = Deno.readTextFileSync(new URL(`../../${file}`, import.meta.url));
  const { definition } = loadDefinition({ file, text }, {
    catalog: registry,
    env: (name) => name.endsWith("URL") ? "https://api.mysitoo.com/v2/accounts/4711" : "a-value",
  });
  if (definition === undefined) throw new TypeError("The shipped pipeline does not load");
  return compile(definition, registry, new SitooServices());
}
