import type { ProductMatches } from "../stages/contract.ts";
import type { Sent } from "./settlement.ts";
import type { Decided } from "./work.ts";

/**
 * What the stages of a batch found of the account's products; nothing when none of them looked. An order counts
 * when it is sent or found dead; not when it is only read again, waits, or is called up by a refund.
 */
export function productMatchesOf(
  decided: readonly Decided[],
  sent: ReadonlyMap<number, Sent>,
): ProductMatches | undefined {
  const found = decided.flatMap(({ decision, item: { pointer, row } }) => {
    if (decision.kind === "dead") return row?.outcome === "dead" ? [] : decision.products ?? [];
    if (decision.kind !== "send") return [];
    const end = sent.get(pointer.orderId)?.kind;
    const isNew = end === "rejected" || (end === "accepted" && pointer.origin !== "refund");
    return isNew ? decision.products ?? [] : [];
  });
  if (found.length === 0) return undefined;
  return {
    hits: found.reduce((sum, { hits }) => sum + hits, 0),
    misses: found.flatMap(({ misses }) => misses),
  };
}
