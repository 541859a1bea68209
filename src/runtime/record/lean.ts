import { isMap } from "../../definition/plain.ts";
import { decodeOrder } from "../../sitoo/wire.ts";
import type { RawOrder } from "../pipeline_tests/raw_orders.ts";

/** Fields that every case shows, whether or not they could be left out. */
const always: ReadonlySet<string> = new Set([
  "orderitemid",
  "orderitemtype",
  "quantity",
  "vatvalue",
]);

/**
 * The order without what Tillpipe reads the same when it is left out: empty texts, amounts of nothing.
 * `fields` are those that are read beside the usual ones.
 */
export function leanOrder(order: RawOrder, fields: readonly string[]): RawOrder {
  const target = readAs(order);
  const slim = Object.entries(order).reduce<RawOrder>((left, [field, value]) => {
    if (field === "orderitems" && Array.isArray(value)) {
      return {
        ...left,
        orderitems: value.map((item: unknown) => isMap(item) ? leanItem(item) : item),
      };
    }
    const { [field]: _, ...without } = left;
    return readAs(without) === target ? without : left;
  }, order);
  return readAs(slim) === target ? slim : order;

  function readAs(one: RawOrder): string {
    const decoded = decodeOrder(one, fields);
    return decoded.ok ? JSON.stringify(decoded.order) : `cannot be read: ${decoded.detail}`;
  }
}

function leanItem(item: RawOrder): RawOrder {
  return Object.fromEntries(
    Object.entries(item).filter(([field, value]) => always.has(field) || !isNothing(value)),
  );
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.keys(value).length === 0;
  return value === "" || value === null || value === "0.00";
}
