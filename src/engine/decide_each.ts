import type { Decided, Item } from "./work.ts";

/** How {@linkcode decideEach} runs the stages, and which failures are not those of one order. */
export interface EachOptions {
  /** Runs the stages over a batch; asked once, or once for every order where that failed. */
  readonly run: (items: readonly Item[]) => Promise<readonly Decided[]>;
  /** A failure that says nothing of any order: an API that is down, or the end of the program. */
  readonly isFatal: (error: unknown) => boolean;
  /** Told when the orders of a batch are run one by one. */
  readonly onSplit?: (reason: string) => void;
}

/**
 * Runs the stages over a batch. Where a stage fails as a whole, its orders are run one by one, so that only the
 * culprit is dead, as `stage-failed`. Answers in the order of the items; throws what is fatal.
 */
export async function decideEach(
  items: readonly Item[],
  options: EachOptions,
): Promise<readonly Decided[]> {
  try {
    return await options.run(items);
  } catch (error) {
    if (options.isFatal(error)) throw error;
    const [only, ...others] = items;
    if (only === undefined) return [];
    if (others.length === 0) return [stageFailed(only, error)];
    options.onSplit?.(nameOf(error));
    const single: Decided[] = [];
    for (const item of items) single.push(...await decideEach([item], options));
    return single;
  }
}

function stageFailed(item: Item, error: unknown): Decided {
  const decision = { kind: "dead", reason: "stage-failed", detail: nameOf(error) } as const;
  return { item, decision, applied: item.links };
}

/** A name and no message: a stage's message may quote the order. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
