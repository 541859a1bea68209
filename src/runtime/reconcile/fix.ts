import type { NewPointer } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";

/** Orders in one call of the store. */
const ordersPerCall = 100;

/** Makes orders due, as the sweep does. Resolves with how many, once all of it is committed. */
export async function makeDue(
  orders: ReadonlyMap<number, boolean>,
  { store, clock }: Pick<PipelineContext, "store" | "clock">,
): Promise<number> {
  const now = clock.now();
  const pointers = [...orders].map(([orderId, force]): NewPointer => ({
    orderId,
    origin: "sweep",
    receivedAt: now,
    dueAt: now,
    attempts: 0,
    ...(force ? { force } : {}),
  }));
  for (let from = 0; from < pointers.length; from += ordersPerCall) {
    const part = pointers.slice(from, from + ordersPerCall);
    await store.arrive({ pointers: part, receipts: [], quarantine: [] });
  }
  return pointers.length;
}
