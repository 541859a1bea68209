import { getLogger } from "@logtape/logtape";

const log = getLogger(["tillpipe", "store"]);

/** Tells, within this process, who waits for a pipeline's rows that some were added. */
export class Hub {
  readonly #listeners = new Map<string, Set<() => void>>();

  listen(scope: string, listener: () => void): () => void {
    // A function of its own, so that the same listener may be added twice.
    const added = (): void => listener();
    const listeners = this.#listeners.get(scope) ?? new Set();
    this.#listeners.set(scope, listeners.add(added));
    return () => void listeners.delete(added);
  }

  /** What a listener throws is logged: the rows are committed whatever it does. */
  notify(scope: string): void {
    for (const listener of [...this.#listeners.get(scope) ?? []]) {
      try {
        listener();
      } catch (error) {
        log.error("Listener for new rows failed: {error}", { error });
      }
    }
  }
}
