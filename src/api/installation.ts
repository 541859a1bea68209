import { checkAccount } from "../runtime/account_check.ts";
import type { PipelineContext } from "../runtime/context.ts";
import { composePipelines } from "../server/compose.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { systemClock } from "../time/clock.ts";
import { loadedOf, type Pipeline } from "./pipeline.ts";

/** What pipelines run on. */
export interface RunOptions {
  /**
   * Where everything is kept that has to survive: the path of a SQLite file, whose folder is made; `:memory:`
   * for a trial; or the URL of a KV Connect server. A second process may use the same one.
   */
  readonly store: string;
  /**
   * The key of all keyed hashes, 32 characters or more. With another one every order looks changed.
   * @default one that is made and kept in the store
   */
  readonly secret?: string;
  /** Goes on although a changed namespace gives every order a new id at Ometria. @default false */
  readonly acceptNewIds?: boolean;
  /** Ends whatever is going on; what was not done stays due. */
  readonly signal?: AbortSignal;
}

/** Pipelines that are ready to run. Disposing closes the store. */
export interface Installation extends AsyncDisposable {
  readonly store: Store;
  readonly contexts: readonly PipelineContext[];
}

/** The signal that is never aborted, for callers that have none. */
export function signalOf({ signal }: Pick<RunOptions, "signal">): AbortSignal {
  return signal ?? new AbortController().signal;
}

/**
 * Opens the store and puts pipelines together. Rejects with `StoreUnusableError`, or with a message for the
 * integrator when a stage cannot be used.
 */
export async function install(
  pipelines: readonly Pipeline[],
  options: RunOptions,
): Promise<Installation> {
  const secret = checkedSecret(options.secret);
  await using stack = new AsyncDisposableStack();
  const store = stack.use(
    await openStore(options.store, { clock: systemClock, random: Math.random }),
  );
  const contexts = await composePipelines(pipelines.map(loadedOf), {
    store,
    secret: secret ?? await store.secret(),
    clock: systemClock,
    random: Math.random,
    hide: ignore,
  });
  const owned = stack.move();
  return { store, contexts, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** As `serve` and `backfill` do before anything is sent. Rejects with `RefusalError` and its remedy. */
export async function checkAccounts(
  { contexts }: Installation,
  options: RunOptions,
): Promise<void> {
  const acceptNewIds = options.acceptNewIds ?? false;
  for (const context of contexts) await checkAccount(context, { acceptNewIds }, signalOf(options));
}

function checkedSecret(secret: string | undefined): string | undefined {
  if (secret !== undefined && secret.length < 32) {
    throw new RangeError(`The secret is too short: it has ${secret.length} of 32 characters`);
  }
  return secret;
}

/** Nothing is logged unless the program that uses this sets LogTape up. */
function ignore(): void {}
