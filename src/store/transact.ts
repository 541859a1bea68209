import type { Clock } from "../time/clock.ts";
import { Draft } from "./draft.ts";
import { StoreConflictError } from "./store.ts";

/** The part of `Deno.Kv` that the store uses. */
export interface KvPort {
  get(key: Deno.KvKey): Promise<Deno.KvEntryMaybe<unknown>>;
  getMany(keys: readonly Deno.KvKey[]): Promise<Deno.KvEntryMaybe<unknown>[]>;
  list(
    selector: Deno.KvListSelector,
    options: Pick<Deno.KvListOptions, "limit" | "reverse" | "batchSize">,
  ): AsyncIterable<Deno.KvEntry<unknown>>;
  atomic(): KvOperation;
  close(): void;
}

/** The part of `Deno.AtomicOperation` that the store uses. */
export interface KvOperation {
  check(...checks: Deno.AtomicCheck[]): unknown;
  set(key: Deno.KvKey, value: unknown, options?: { readonly expireIn?: number }): unknown;
  delete(key: Deno.KvKey): unknown;
  commit(): Promise<{ readonly ok: boolean }>;
}

/** Where waiting and jitter come from. */
export interface RetryContext {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** ms between two tries, before jitter. */
const SHORTEST_WAIT = 5;
const LONGEST_WAIT = 200;
/** Tries against a locked database: about ten seconds at the longest wait. */
const LOCKED_TRIES = 80;
/** ms that all tries together may take. */
const LONGEST_RETRY = 10_000;
/** Lost races with other writers that are repeated, the first few at once. */
const CONFLICT_TRIES = 30;
const CONFLICTS_AT_ONCE = 5;

/**
 * Commits what `build` puts into the draft, all or nothing. Every try runs `build` again, so that what
 * it reads is fresh: a commit that lost against another writer is never repeated as it was. A locked
 * database (several processes on one file) wrote nothing, so that try is repeated after a short wait.
 * What `build` throws ends it at once: this is how a fenced commit says that its lane is lost.
 *
 * @returns what `build` returned; a draft without changes is not committed
 * @throws {StoreConflictError} when others were faster every time
 * @throws {RangeError} when the draft is over the limits of one commit
 */
export async function transact<T>(
  kv: KvPort,
  build: (draft: Draft) => Promise<T> | T,
  context: RetryContext,
): Promise<T> {
  for (let conflicts = 0; conflicts < CONFLICT_TRIES; conflicts++) {
    if (conflicts >= CONFLICTS_AT_ONCE) await pause(conflicts - CONFLICTS_AT_ONCE, context);
    const attempt = await whileLocked(() => tryOnce(kv, build), context);
    if (attempt.done) return attempt.result;
  }
  throw new StoreConflictError(
    `Cannot commit: other writers changed the same rows ${CONFLICT_TRIES} times in a row`,
  );
}

/**
 * Runs `operation` until the database is not locked any more, within bounds.
 *
 * @throws the last error when it stays locked, any other error at once
 */
export async function whileLocked<T>(
  operation: () => Promise<T>,
  context: RetryContext,
): Promise<T> {
  const start = context.clock.monotonic();
  for (let tries = 1;; tries++) {
    try {
      return await operation();
    } catch (error) {
      const spent = context.clock.monotonic() - start;
      if (!isLocked(error) || tries >= LOCKED_TRIES || spent >= LONGEST_RETRY) throw error;
    }
    await pause(tries - 1, context);
  }
}

/** Whether SQLite refused because another connection is writing. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && /database (?:table )?is (?:locked|busy)/i.test(error.message);
}

type Attempt<T> = { readonly done: true; readonly result: T } | { readonly done: false };

async function tryOnce<T>(
  kv: KvPort,
  build: (draft: Draft) => Promise<T> | T,
): Promise<Attempt<T>> {
  const draft = new Draft();
  const result = await build(draft);
  if (draft.mutations === 0) return { done: true, result };
  draft.assertFits();
  const answer = await draft.applyTo(kv.atomic()).commit();
  return answer.ok ? { done: true, result } : { done: false };
}

/** Exponential, capped, and spread over half to all of it. */
async function pause(step: number, context: RetryContext): Promise<void> {
  const longest = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** Math.min(step, 10));
  const wait = longest * (0.5 + context.random() / 2);
  await context.clock.sleep(wait, new AbortController().signal);
}
