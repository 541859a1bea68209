import type { PipelineContext } from "../runtime/context.ts";
import { type ComposeOptions, composePipelines, type LoadedPipeline } from "../server/compose.ts";
import { openStore, StoreUnusableError } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";

/** What pipelines are put together with. */
export interface InstallationOptions {
  /** A path, `:memory:`, or the URL of a KV Connect server. */
  readonly store: string;
  /** The key of all keyed hashes. @default one that is made in the store */
  readonly secret?: string | undefined;
  /** Puts something in the place of a pipeline's own store. */
  readonly pipelineStore?: ComposeOptions["pipelineStore"];
  /** Puts something in the place of a pipeline's Ometria. */
  readonly pipelineOmetria?: ComposeOptions["pipelineOmetria"];
}

/** Pipelines ready to run, on one store. Disposing closes the store. */
export interface Installation extends AsyncDisposable {
  readonly contexts: readonly PipelineContext[];
  readonly store: Store;
}

/** Opens the store and puts the pipelines together. Throws `CommandError` when either cannot be done. */
export async function compose(
  pipelines: readonly LoadedPipeline[],
  options: InstallationOptions,
  host: Host,
): Promise<Installation> {
  const store = await open(options.store, host);
  try {
    const contexts = await composePipelines(pipelines, {
      store,
      secret: options.secret ?? await store.secret(),
      clock: host.clock,
      random: host.random,
      hide: (secret) => host.logging.hide(secret),
      pipelineStore: options.pipelineStore,
      pipelineOmetria: options.pipelineOmetria,
    });
    return { contexts, store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  } catch (cause) {
    await store[Symbol.asyncDispose]();
    throw new CommandError(messageOf(cause), { cause });
  }
}

async function open(location: string, host: Host): Promise<Store> {
  try {
    return await openStore(location, { clock: host.clock, random: host.random });
  } catch (cause) {
    if (cause instanceof StoreUnusableError) throw new CommandError(cause.message, { cause });
    throw cause;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
