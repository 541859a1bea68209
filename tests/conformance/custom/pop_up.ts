import type { CustomResult, CustomTransform, MappedOrder } from "../../../mod.ts";

/** What a merchant with pop-up stores might want. */
export default {
  takes: "ometria-order",
  apply(mapped): CustomResult<MappedOrder> {
    const { order } = mapped;
    if (order.grand_total === 0) return { skip: "free-of-charge" };
    if (order.store?.startsWith("CLOSED-") === true) return { dead: "store-is-closed" };
    if (order.store?.startsWith("POP-") !== true) return mapped;
    return { ...mapped, order: { ...order, channel: "pop-up" } };
  },
} satisfies CustomTransform;
