import * as z from "zod";
import {
  type MappedOrder,
  mappedOrderType,
  NO_PRODUCT,
  type OmetriaLineItem,
  type OmetriaOrder,
} from "../../records/ometria_order.ts";
import { defineTransform } from "../define.ts";
import { perRecord } from "../chain.ts";
import type { Transform } from "../contract.ts";

const kinds = ["order", "product", "variant", "customer"] as const;
const characters = /^[A-Za-z0-9_.:-]+$/;

const schema = z.strictObject({
  value: z.string().regex(
    characters,
    "Expected a namespace of letters, digits and _ . : -\nWrite a short word such as till",
  ).meta({
    description: "Put before the ids, so that they cannot meet those of another source",
    examples: ["till"],
  }),
  separator: z.string().regex(
    /^[A-Za-z0-9_.:-]*$/,
    "Expected letters, digits and _ . : -, or nothing",
  ).default("-").meta({
    description: "Stands between namespace and id",
    examples: ["-", ":"],
  }),
  apply_to: z.array(z.enum(kinds)).default(["order"]).meta({
    description: "Which ids get the namespace",
    examples: [["order"], ["order", "product", "variant"]],
  }),
});

/** Puts a namespace before the ids of orders, products, variants or customers. */
export const namespace = defineTransform({
  use: "namespace",
  summary: "Puts a namespace before ids",
  description:
    `An id at Ometria is the only key of a record, in the whole account. A namespace keeps order ids of the till
apart from those of a web shop or of a second Sitoo account.

Set it before the first order is sent and leave it: with another namespace every order would arrive a
second time, under its new id. \`serve\` and \`backfill\` refuse to start after such a change unless they are told
to accept it. The order of \`namespace\` and \`sku-match\` in the file makes no difference: ids from Ometria's
catalogue stay as they are.`,
  schema,
  takes: mappedOrderType,
  gives: mappedOrderType,
  create(options): Transform<MappedOrder, MappedOrder> {
    const prefix = options.value + options.separator;
    const applied = new Set(options.apply_to);
    const transform = perRecord<MappedOrder, MappedOrder>(
      { takes: mappedOrderType, gives: mappedOrderType },
      ({ record }) => ({ kind: "pass", record: addNamespace(record, prefix, applied) }),
    );
    return { ...transform, ids: JSON.stringify([prefix, [...applied].toSorted()]) };
  },
});

/** An id in an order that can get a namespace. */
type Kind = (typeof kinds)[number];

function addNamespace(
  mapped: MappedOrder,
  prefix: string,
  applied: ReadonlySet<Kind>,
): MappedOrder {
  const ids = mapped.productIds ?? {};
  const known = ids.catalogue === true;
  const product = applied.has("product") && !known ? prefix : "";
  const variant = applied.has("variant") && !known ? prefix : "";
  const { contact } = mapped;
  return {
    ...mapped,
    order: rename(mapped.order),
    ...(mapped.unlinkedReturn === undefined
      ? {}
      : { unlinkedReturn: rename(mapped.unlinkedReturn) }),
    ...(applied.has("customer") && contact?.customer_id !== undefined
      ? { contact: { ...contact, customer_id: prefix + contact.customer_id } }
      : {}),
    productIds: {
      ...ids,
      productPrefix: product + (ids.productPrefix ?? ""),
      variantPrefix: variant + (ids.variantPrefix ?? ""),
    },
  };

  function rename(order: OmetriaOrder): OmetriaOrder {
    const { customer } = order;
    return {
      ...order,
      id: applied.has("order") ? prefix + order.id : order.id,
      ...(applied.has("customer") && customer?.id !== undefined
        ? { customer: { ...customer, id: prefix + customer.id } }
        : {}),
      lineitems: order.lineitems.map(renameLine),
    };
  }

  function renameLine(line: OmetriaLineItem): OmetriaLineItem {
    return {
      ...line,
      product_id: line.product_id === NO_PRODUCT ? NO_PRODUCT : product + line.product_id,
      ...(line.variant_id === undefined || line.variant_id === NO_PRODUCT
        ? {}
        : { variant_id: variant + line.variant_id }),
    };
  }
}
