import { addCosts, type Cost, fits } from "./draft.ts";

/** What waits to be committed together with others. */
export interface GroupEntry {
  readonly cost: Cost;
}

interface Waiting<E> {
  readonly entry: E;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts what many callers want to write into as few commits as possible: while one commit runs (an
 * fsync, or a round trip), the next entries gather. A caller's promise settles after its own commit.
 */
export class GroupCommit<E extends GroupEntry> {
  readonly #commit: (entries: readonly E[]) => Promise<void>;
  #waiting: Waiting<E>[] = [];
  #draining: Promise<void> | undefined;

  /** `commit` writes all entries or rejects having written none. */
  constructor(commit: (entries: readonly E[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves once the entry is committed; rejects with its group's error. */
  add(entry: E): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    // Callers of the same turn still join the first commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        await this.#commit(group.map(({ entry }) => entry));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#draining = undefined;
  }

  /** As many as one commit holds, in the order they came; one that is too large goes alone. */
  #nextGroup(): readonly Waiting<E>[] {
    const [first, ...rest] = this.#waiting;
    if (first === undefined) return [];
    let cost = first.entry.cost;
    let size = 1;
    for (const { entry } of rest) {
      const sum = addCosts(cost, entry.cost);
      if (!fits(sum)) break;
      cost = sum;
      size++;
    }
    return this.#waiting.splice(0, size);
  }
}
