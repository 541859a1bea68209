/**
 * Tillpipe: brings every order taken on a Sitoo till to Ometria.
 *
 * What a module of your own needs: the types of the records that flow, and of a `custom` transform.
 *
 * @example A custom transform, named in pipeline.yaml as `use: custom` with `module: ./pop_up.ts`
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
 *
 * @module
 */
export type {
  CustomContext,
  CustomOmetriaTransform,
  CustomResult,
  CustomSitooTransform,
  CustomTransform,
} from "./src/stages/custom_transform.ts";
export type {
  MappedOrder,
  OmetriaAddress,
  OmetriaCustomer,
  OmetriaLineItem,
  OmetriaOrder,
  OmetriaProperty,
  OmetriaVariantOption,
  ProductIds,
} from "./src/records/ometria_order.ts";
export type { OmetriaContact } from "./src/records/ometria_contact.ts";
export type { Origin } from "./src/records/order_ref.ts";
export type {
  DecimalString,
  SitooOrder,
  SitooOrderItem,
  SitooSalesTax,
} from "./src/records/sitoo_order.ts";
