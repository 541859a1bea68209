import type { ReadOrder } from "../../sitoo/api.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import { originalOf } from "../../stages/transforms/map/refunds.ts";
import type { PipelineContext } from "../context.ts";
import { UnknownOrderError } from "../refusal.ts";

/** Refunds of one sale that a case takes in; more of them show nothing new. */
const mostRefunds = 5;

/**
 * Reads an order, and what belongs to it: the sale that it credits, and that sale's refunds. In the order
 * of their ids, which is that of their making. Throws `ApiError`, and `UnknownOrderError` for an order that
 * Sitoo does not answer.
 */
export async function gatherOrders(
  { sitoo }: Pick<PipelineContext, "sitoo">,
  orderId: number,
  signal: AbortSignal,
): Promise<readonly SitooOrder[]> {
  const asked = await readOne(orderId);
  const original = originalOf(asked);
  const sale = original === undefined ? asked : await readIfThere(original);
  const refunds = sale === undefined
    ? []
    : usable(await sitoo.readRefunds(sale.orderid, signal)).slice(0, mostRefunds);
  const all = [asked, ...(sale === undefined ? [] : [sale]), ...refunds];
  const unique = new Map(all.map((order) => [order.orderid, order]));
  return [...unique.values()].toSorted((a, b) => a.orderid - b.orderid);

  async function readOne(id: number): Promise<SitooOrder> {
    const found = await readIfThere(id);
    if (found !== undefined) return found;
    throw new UnknownOrderError(
      `Sitoo does not answer order ${id}, or not in a form that can be read`,
      `deno task explain ${id} says which of the two it is`,
    );
  }

  async function readIfThere(id: number): Promise<SitooOrder | undefined> {
    return usable(await sitoo.readOrders([id], signal))[0];
  }
}

function usable(answer: readonly ReadOrder[]): readonly SitooOrder[] {
  return answer.flatMap((read) => read.ok ? [read.order] : []);
}
