import { replay } from "../../runtime/replay.ts";
import type { DeadLetter } from "../../store/rows.ts";
import type { ServedPipeline } from "../environment.ts";

/** Which dead letters an operator means. */
export type Choice =
  | { readonly kind: "one"; readonly orderId: number }
  /** All with a reason, or of any; only those with an order id below `before`, when the rest has been done. */
  | { readonly kind: "many"; readonly reason?: string; readonly before?: number };

/** What came of it. */
export interface DeadLettersDone {
  readonly orders: number;
  /** Present when time ran out: the rest are those with an order id below this one. */
  readonly before?: number;
}

/** Letters that are looked at in one go. */
const LETTERS_AT_ONCE = 500;
/** ms that one request works; what is left is told, and done by the next one. */
const WORKS_FOR = 8_000;

/** Makes the chosen orders due again, as `replay` does. */
export function replayDead(served: ServedPipeline, choice: Choice): Promise<DeadLettersDone> {
  return each(served, choice, async (letters) => {
    await replay(served, letters);
    return letters.length;
  });
}

/** Takes the chosen letters away. The orders stay dead in every count, since they were not delivered. */
export function discardDead(served: ServedPipeline, choice: Choice): Promise<DeadLettersDone> {
  return each(served, choice, (letters) => served.store.discardDead(letters));
}

async function each(
  { store, clock }: ServedPipeline,
  choice: Choice,
  act: (letters: readonly DeadLetter[]) => Promise<number>,
): Promise<DeadLettersDone> {
  if (choice.kind === "one") {
    const letter = await store.deadLetter(choice.orderId);
    return { orders: letter === undefined ? 0 : await act([letter]) };
  }
  const until = clock.monotonic() + WORKS_FOR;
  const { reason } = choice;
  let { before } = choice;
  let orders = 0;
  for (;;) {
    const letters = await store.deadLetters(LETTERS_AT_ONCE, {
      ...(reason === undefined ? {} : { reason }),
      ...(before === undefined ? {} : { before }),
    });
    orders += await act(letters);
    before = letters.at(-1)?.orderId;
    if (before === undefined || letters.length < LETTERS_AT_ONCE) return { orders };
    if (clock.monotonic() >= until) return { orders, before };
  }
}
