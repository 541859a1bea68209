import type { DeadLetter, NewPointer } from "../store/rows.ts";
import type { PipelineContext } from "./context.ts";

/** Orders in one call of the store. */
const ordersPerCall = 100;

/**
 * Reasons after which looking at the order again is not enough. Ometria said that it has what it does not give
 * back; and an original that could not take a refund up is asked again only on demand.
 */
const needForce: readonly string[] = [
  "not-stored",
  "refund-line-unclear",
  "refund-of-refund",
  "original-unreadable",
];

/**
 * Makes dead orders due again, as if they had just come: they are read, go through the stages of today, and
 * are sent. A letter stays until its order has got another end. Resolves once all of it is committed.
 */
export async function replay(
  { store, clock }: Pick<PipelineContext, "store" | "clock">,
  letters: readonly DeadLetter[],
): Promise<void> {
  const now = clock.now();
  for (let from = 0; from < letters.length; from += ordersPerCall) {
    const pointers = letters.slice(from, from + ordersPerCall).map((letter): NewPointer => ({
      orderId: letter.orderId,
      origin: "replay",
      dueAt: now,
      receivedAt: now,
      attempts: 0,
      ...(letter.site === undefined ? {} : { site: letter.site }),
      ...(needForce.includes(letter.reason) ? { force: true } : {}),
    }));
    await store.arrive({ pointers, receipts: [], quarantine: [] });
  }
}
