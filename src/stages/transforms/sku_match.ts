import * as z from "zod";
import {
  type MappedOrder,
  mappedOrderType,
  type OmetriaLineItem,
  type OmetriaOrder,
  type ProductIds,
} from "../../records/ometria_order.ts";
import { defineTransform } from "../define.ts";
import type {
  Input,
  Passed,
  ProductMatches,
  StageServices,
  Transform,
  Verdict,
} from "../contract.ts";
import { Catalogue } from "./sku_match_catalogue.ts";
import type { SkuIndex } from "./sku_match_index.ts";

const schema = z.strictObject({
  by: z.enum(["sku", "product-id", "catalogue"]).default("sku").meta({
    description:
      "What a line's product is named by: its SKU, Sitoo's product id, or the id in Ometria's catalogue",
    examples: ["sku", "product-id", "catalogue"],
  }),
  unknown: z.enum(["send", "dead"]).default("send").meta({
    description: "With catalogue: what to do with an order whose SKU the catalogue does not have",
    examples: ["send", "dead"],
  }),
}).meta({ examples: [{ by: "sku" }] });

/** Names the products of an order's lines the way Ometria's account does. */
export const skuMatch = defineTransform({
  use: "sku-match",
  summary: "Names products the way the Ometria account does",
  description:
    `A line counts for a product at Ometria only if its \`product_id\` is that of the account's catalogue.

- \`sku\`: product and variant id are the line's SKU, for accounts whose product ids are SKUs
- \`product-id\`: Sitoo's product id, for accounts whose catalogue came from Sitoo
- \`catalogue\`: the SKU is looked up among Ometria's products, as it is written, then trimmed and in upper case; the
  line gets the ids of the product and of its variant

A line without a SKU takes Sitoo's product id whatever \`by\` says, and \`no-product\` without either.

The catalogue is read before the first order and again once a day, a few pages at a time, so a new product may be
unknown for a day. With \`unknown: send\` such a line goes out under its SKU; with \`dead\` its order is held as
\`unknown-product\` until it is replayed. When Ometria cannot be read, the last catalogue stays in use; without one,
orders wait. So they do while a large catalogue is read for the first time.

\`status\` tells how many lines of the last day matched a product, and the SKUs of those that did not.`,
  schema,
  takes: mappedOrderType,
  gives: mappedOrderType,
  create(options, services): Transform<MappedOrder, MappedOrder> {
    const types = { takes: mappedOrderType, gives: mappedOrderType };
    switch (options.by) {
      case "product-id":
        // What map gives already.
        return { ...types, apply: (inputs) => inputs.map(({ record }) => pass(record)) };
      case "sku":
        return { ...types, apply: (inputs) => inputs.map(({ record }) => pass(bySku(record))) };
      case "catalogue":
        return { ...types, apply: byCatalogue(services, options.unknown === "dead") };
    }
  },
});

function pass(record: MappedOrder): Passed<MappedOrder> {
  return { kind: "pass", record };
}

function bySku(mapped: MappedOrder): MappedOrder {
  const { productPrefix = "", variantPrefix = "" } = mapped.productIds ?? {};
  return mapLines(mapped, (line) => {
    const sku = line.sku ?? "";
    if (sku.trim() === "") return line;
    return { ...line, product_id: productPrefix + sku, variant_id: variantPrefix + sku };
  });
}

function byCatalogue(
  services: StageServices,
  unknownIsDead: boolean,
): Transform<MappedOrder, MappedOrder>["apply"] {
  const catalogue = new Catalogue(services);
  return matchAll;

  async function matchAll(
    inputs: readonly Input<MappedOrder>[],
    signal: AbortSignal,
  ): Promise<readonly Verdict<MappedOrder>[]> {
    const index = await catalogue.index(signal);
    return inputs.map(({ record }) => {
      const products = matchesOf(record, index);
      const missing = unknownIsDead ? [...new Set(products.misses)] : [];
      if (missing.length === 0) return { ...pass(inCatalogue(record, index)), products };
      const shown = missing.slice(0, 5).map((sku) => `"${sku}"`).join(", ");
      const detail = `SKUs that Ometria's catalogue does not have (${missing.length}): ${shown}`;
      return { kind: "dead", reason: "unknown-product", detail, products };
    });
  }
}

/** Lines without a SKU are not looked up, and so count for neither. */
function matchesOf({ order, unlinkedReturn }: MappedOrder, index: SkuIndex): ProductMatches {
  const lines = [...order.lineitems, ...(unlinkedReturn?.lineitems ?? [])];
  const skus = lines.map((line) => line.sku ?? "").filter((sku) => sku.trim() !== "");
  const misses = skus.filter((sku) => index.find(sku) === undefined);
  return { hits: skus.length - misses.length, misses };
}

function inCatalogue(mapped: MappedOrder, index: SkuIndex): MappedOrder {
  const ids = mapped.productIds ?? {};
  const matched = mapLines(mapped, (line) => matchLine(line, { ids, index }));
  return { ...matched, productIds: { ...ids, catalogue: true } };
}

/** Ids from the catalogue stand in no namespace; nor do the others then, wherever `namespace` stands. */
function matchLine(
  line: OmetriaLineItem,
  { ids, index }: { readonly ids: ProductIds; readonly index: SkuIndex },
): OmetriaLineItem {
  const sku = line.sku ?? "";
  const { variant_id: variantBefore, ...rest } = line;
  if (sku.trim() === "") {
    return {
      ...rest,
      product_id: without(ids.productPrefix, line.product_id),
      ...(variantBefore === undefined
        ? {}
        : { variant_id: without(ids.variantPrefix, variantBefore) }),
    };
  }
  const match = index.find(sku) ?? { product: sku, variant: sku };
  return {
    ...rest,
    product_id: match.product,
    ...(match.variant === undefined ? {} : { variant_id: match.variant }),
  };
}

function without(prefix: string | undefined, id: string): string {
  return prefix !== undefined && id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

function mapLines(
  mapped: MappedOrder,
  change: (line: OmetriaLineItem) => OmetriaLineItem,
): MappedOrder {
  const { order, unlinkedReturn } = mapped;
  return {
    ...mapped,
    order: changed(order),
    ...(unlinkedReturn === undefined ? {} : { unlinkedReturn: changed(unlinkedReturn) }),
  };

  function changed(record: OmetriaOrder): OmetriaOrder {
    return { ...record, lineitems: record.lineitems.map(change) };
  }
}
