import type { CustomResult, CustomTransform, MappedOrder } from "../mod.ts";

/** Named under `module:` in custom_transform.yaml. The same order must always give the same record. */
export default {
  takes: "ometria-order",
  apply(mapped): CustomResult<MappedOrder> {
    const { order } = mapped;
    if (order.grand_total === 0) return { skip: "free-of-charge" };
    const isPopUp = order.store?.startsWith("POP-") === true;
    return isPopUp ? { ...mapped, order: { ...order, channel: "pop-up" } } : mapped;
  },
} satisfies CustomTransform;
