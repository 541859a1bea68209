import { getLogger } from "@logtape/logtape";
import type { Draft } from "./draft.ts";
import { Gathered } from "./gathered.ts";
import { keyAfter } from "./keys.ts";
import { type KvPort, type RetryContext, transact, whileLocked } from "./transact.ts";
import { type StoreUnwritableError, unwritable } from "./unwritable.ts";

const log = getLogger(["tillpipe", "store"]);

/** Keys of one read, and reads at a time. */
const KEYS_PER_READ = 10;
const READS_AT_ONCE = 10;
/** Rows of one list batch. */
const PAGE = 500;

/** ms that closing waits: longer than all tries against a locked database. */
const CLOSING = 15_000;

/** ms without a refusal, until a full disk that takes a small row now and then counts as free. */
const FOR_A_WHILE = 5_000;

/** ms after which a refusal says nothing more: whoever works writes every few seconds, and is refused anew. */
const REFUSAL_HOLDS = 60_000;

/** How to list. */
export interface PageOptions {
  readonly limit: number;
  /** Highest key first. @default false */
  readonly reverse?: boolean;
}

/**
 * The key-value database with the store's manners: reads and commits wait while it is locked, reads of
 * many keys are cut to the limit, and `close` waits for everything that is under way.
 */
export class Database {
  readonly #kv: KvPort;
  readonly #retry: RetryContext;
  readonly #running = new Set<Promise<unknown>>();
  readonly #single = new Gathered((keys: readonly Deno.KvKey[]) => this.getMany(keys));
  #closing: Promise<void> | undefined;
  #refusal: StoreUnwritableError | undefined;
  #refusedAt = 0;

  constructor(kv: KvPort, retry: RetryContext) {
    this.#kv = kv;
    this.#retry = retry;
  }

  /** What is asked for in one turn is read at once. */
  get(key: Deno.KvKey): Promise<Deno.KvEntryMaybe<unknown>> {
    return this.#track(() => this.#single.get(key));
  }

  /** Any number of keys, answered in their order. More than ten are no snapshot. */
  getMany(keys: readonly Deno.KvKey[]): Promise<Deno.KvEntryMaybe<unknown>[]> {
    return this.#run(async () => {
      const chunks = chunked(keys, KEYS_PER_READ);
      const entries: Deno.KvEntryMaybe<unknown>[] = [];
      for (const group of chunked(chunks, READS_AT_ONCE)) {
        const answers = await Promise.all(
          group.map((chunk) => this.#kv.getMany(chunk)),
        );
        entries.push(...answers.flat());
      }
      return entries;
    });
  }

  /** Up to `limit` rows. */
  page(selector: Deno.KvListSelector, options: PageOptions): Promise<Deno.KvEntry<unknown>[]> {
    if (options.limit <= 0) return Promise.resolve([]);
    return this.#run(async () => {
      const rows: Deno.KvEntry<unknown>[] = [];
      const batchSize = Math.min(options.limit, PAGE);
      for await (const row of this.#kv.list(selector, { ...options, batchSize })) {
        rows.push(row);
      }
      return rows;
    });
  }

  /** All rows from `start` to before `end`, read page by page as they are asked for. */
  async *scan(start: Deno.KvKey, end: Deno.KvKey): AsyncGenerator<Deno.KvEntry<unknown>> {
    let from = start;
    for (;;) {
      const rows = await this.page({ start: from, end }, { limit: PAGE });
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      from = keyAfter(last.key);
    }
  }

  /** Why commits are not taken; absent as soon as some have been for a while, or none was tried for a minute. */
  get refusal(): StoreUnwritableError | undefined {
    return this.#sinceRefused() < REFUSAL_HOLDS ? this.#refusal : undefined;
  }

  /** See {@linkcode transact}. Throws `StoreUnwritableError` too; that it is so is logged once. */
  transact<T>(build: (draft: Draft) => Promise<T> | T): Promise<T> {
    return this.#track(async () => {
      let writes = false;
      const kept = async (draft: Draft): Promise<T> => {
        const result = await build(draft);
        writes = draft.mutations > 0;
        return result;
      };
      try {
        const result = await transact(this.#kv, kept, this.#retry);
        if (writes) this.#taken();
        return result;
      } catch (error) {
        throw this.#refused(error);
      }
    });
  }

  #taken(): void {
    if (this.#refusal === undefined || this.#sinceRefused() < FOR_A_WHILE) return;
    this.#refusal = undefined;
    log.warn("The store takes what is written again");
  }

  /** What a failed commit is to throw. */
  #refused(error: unknown): unknown {
    const refusal = unwritable(error);
    if (refusal === undefined) return error;
    if (this.#refusal?.reason !== refusal.reason) {
      log.error("{reason}", { reason: `${refusal.message}. ${refusal.remedy}` });
    }
    this.#refusedAt = this.#retry.clock.monotonic();
    return this.#refusal = refusal;
  }

  #sinceRefused(): number {
    return this.#retry.clock.monotonic() - this.#refusedAt;
  }

  /**
   * Waits for what is running and closes; whatever comes later is refused. A remote database that is gone
   * answers never, so the wait has an end.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const over = new AbortController();
    const patience = this.#retry.clock.sleep(CLOSING, over.signal).catch(() => {});
    await Promise.race([this.#allDone(), patience]);
    over.abort();
    this.#kv.close();
  }

  /** What runs may start one more step of its own, which is let through. */
  async #allDone(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
  }

  #run<T>(operation: () => Promise<T>): Promise<T> {
    return this.#track(() => whileLocked(operation, this.#retry));
  }

  async #track<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined && this.#running.size === 0) {
      throw new Error("Cannot use the store: it is closed");
    }
    const running = operation();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}

/** Cuts a list into pieces of at most `size`. */
export function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
