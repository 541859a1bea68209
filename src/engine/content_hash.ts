import type { EncodedOrder } from "../stages/contract.ts";

type KeyedHash = (text: string) => string;

/** Hex digits of a mark's keyed hash that the ledger keeps. */
const markLength = 16;

/** What the ledger keeps of everything that goes out of an order, to tell whether it is the same again. */
export function contentHash(
  { bodies, contact = "" }: Pick<EncodedOrder, "bodies" | "contact">,
  keyedHash: KeyedHash,
): string {
  return keyedHash([...bodies, contact].join("\n"));
}

/** What the ledger keeps of an order's mark (`markText`), to tell whether the order has changed at Sitoo. */
export function markHash(mark: string, keyedHash: KeyedHash): string {
  return keyedHash(mark).slice(0, markLength);
}
