import type { StoredOrder } from "../../ometria/api.ts";
import type { PipelineContext } from "../context.ts";
import { persist } from "./persist.ts";

/** From so many orders on the list is read before single ones are. */
export const listFrom = 25;
/** Orders in a page of the list. */
export const ordersPerPage = 250;
/** Pages of the list that are read at most, for each order that is looked for. */
const pagesPerOrder = 0.25;
/** Orders of the list that are kept for later. */
const mostKept = 200_000;

/** Ometria's list of orders, what was changed last first, read once from its beginning as far as it is needed. */
export class OrderList {
  readonly #context: PipelineContext;
  readonly #signal: AbortSignal;
  /** Orders of pages that were read, which nobody has looked for yet. */
  readonly #kept = new Map<string, StoredOrder>();
  #offset = 0;
  #isOver = false;

  constructor(context: PipelineContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
  }

  /**
   * Takes the orders out of `wanted` that the list shows to be right. Those that it does not have, or has otherwise,
   * stay. Throws `ApiError`.
   *
   * @param onProgress is told how many are left
   */
  async takeOut(
    wanted: Map<string, unknown>,
    isRight: (order: StoredOrder) => boolean,
    onProgress: (left: number) => void,
  ): Promise<void> {
    for (const id of [...wanted.keys()]) {
      const order = this.#kept.get(id);
      if (order === undefined) continue;
      this.#kept.delete(id);
      if (isRight(order)) wanted.delete(id);
    }
    const pages = Math.ceil(wanted.size * pagesPerOrder);
    for (let page = 0; page < pages && wanted.size >= listFrom && !this.#isOver; page++) {
      const met = (await this.#page()).filter((order) => this.#isMet(order, wanted));
      const right = met.filter(isRight);
      for (const { id } of right) wanted.delete(id);
      onProgress(wanted.size);
      // A list whose rows say less than the orders themselves is of no use.
      if (met.length >= listFrom && right.length === 0) this.#isOver = true;
    }
  }

  #isMet(order: StoredOrder, wanted: ReadonlyMap<string, unknown>): boolean {
    if (wanted.has(order.id)) return true;
    if (this.#kept.size < mostKept) this.#kept.set(order.id, order);
    return false;
  }

  async #page(): Promise<readonly StoredOrder[]> {
    const offset = this.#offset;
    const signal = this.#signal;
    const read = (): Promise<readonly StoredOrder[]> =>
      this.#context.ometria.recentOrders(offset, signal, { priority: "history" });
    const listed = await persist(read, this.#context, signal);
    this.#offset += listed.length;
    this.#isOver = listed.length === 0;
    return listed;
  }
}
