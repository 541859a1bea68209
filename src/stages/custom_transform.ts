import type { MappedOrder } from "../records/ometria_order.ts";
import type { Origin } from "../records/order_ref.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";

/** What a custom transform is told beside the record. */
export interface CustomContext {
  /** How the pipeline came to look at the order. */
  readonly origin: Origin;
  /** Aborted when Tillpipe stops; pass it to whatever takes time. */
  readonly signal: AbortSignal;
}

/** The record, changed or not; or a named rule it is skipped by; or why it cannot be sent. */
export type CustomResult<T> =
  | T
  /** Lower-case words with hyphens: it is counted under this name. */
  | { readonly skip: string }
  /** Lower-case words with hyphens: the order is held under this reason until it is replayed. */
  | { readonly dead: string };

/** A custom transform that stands before `map`. */
export interface CustomSitooTransform {
  /** Where it stands: before `map`. */
  readonly takes: "sitoo-order";
  /** Decides one record; a throw makes its order dead with the message. */
  apply(
    order: SitooOrder,
    context: CustomContext,
  ): CustomResult<SitooOrder> | Promise<CustomResult<SitooOrder>>;
}

/** A custom transform that stands after `map`. */
export interface CustomOmetriaTransform {
  /** Where it stands: after `map`. */
  readonly takes: "ometria-order";
  /** Decides one record; a throw makes its order dead with the message. */
  apply(
    order: MappedOrder,
    context: CustomContext,
  ): CustomResult<MappedOrder> | Promise<CustomResult<MappedOrder>>;
}

/**
 * What the module of a `custom` stage exports as its default. The same order must always give the same
 * record: Tillpipe tells by its content whether an order has changed.
 *
 * @example
 * ```ts
 * import type { CustomTransform } from "@tillpipe/tillpipe";
 *
 * export default {
 *   takes: "ometria-order",
 *   apply(mapped) {
 *     if (mapped.order.grand_total === 0) return { skip: "free-of-charge" };
 *     return { ...mapped, order: { ...mapped.order, channel: "pop-up" } };
 *   },
 * } satisfies CustomTransform;
 * ```
 */
export type CustomTransform = CustomSitooTransform | CustomOmetriaTransform;
