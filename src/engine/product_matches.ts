import type { ProductMatches } from "../stages/contract.ts";
import type { Decided } from "./work.ts";

/** What the stages of a batch found of the account's products; nothing when none of them looked. */
export function productMatchesOf(decided: readonly Decided[]): ProductMatches | undefined {
  const found = decided.flatMap(({ decision }) =>
    decision.kind === "send" || decision.kind === "dead" ? decision.products ?? [] : []
  );
  if (found.length === 0) return undefined;
  return {
    hits: found.reduce((sum, { hits }) => sum + hits, 0),
    misses: found.flatMap(({ misses }) => misses),
  };
}
