import { dirname, resolve } from "../std/path.ts";
import { KvStore, StoreUnusableError } from "./kv_store.ts";
import type { StoreOptions } from "./kv_store.ts";
import type { Store } from "./store.ts";

export { StoreUnusableError } from "./kv_store.ts";
export type { StoreOptions } from "./kv_store.ts";

/** ms that a remote database may take to say that it is there. */
const PROBE = 5_000;

/**
 * Opens the store.
 *
 * @param target a file path, whose folder is made; `:memory:`; the URL of a KV Connect server, with its token in
 * `DENO_KV_ACCESS_TOKEN`; `undefined` for the platform's own database, as on Deno Deploy
 * @throws {StoreUnusableError} with a message for the user when it cannot be used
 */
export async function openStore(
  target: string | undefined,
  options: StoreOptions,
): Promise<Store> {
  const kv = await openKv(target);
  const store = new KvStore(kv, options);
  try {
    return await store.open();
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw unusable(error, target);
  }
}

async function openKv(target: string | undefined): Promise<Deno.Kv> {
  if (target === undefined) return await Deno.openKv();
  if (target === ":memory:") return await Deno.openKv(target);
  if (/^https?:\/\//.test(target)) {
    await probe(target);
    return await Deno.openKv(target);
  }
  const path = resolve(target);
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    return await Deno.openKv(path);
  } catch (error) {
    throw unusable(error, target);
  }
}

/** A remote database that is not there would print errors for ever and answer nothing. */
async function probe(url: string): Promise<void> {
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(PROBE),
    });
    await response.body?.cancel();
  } catch {
    throw new StoreUnusableError(
      `Cannot reach the store at ${
        new URL(url).host
      }: check TILLPIPE_STORE and that the server runs`,
    );
  }
}

function unusable(error: unknown, target: string | undefined): unknown {
  if (error instanceof StoreUnusableError) return error;
  const name = target === undefined ? "the platform's database" : `"${target}"`;
  const message = error instanceof Error ? error.message : "";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new StoreUnusableError(
      `Cannot open the store ${name}: it may not be read and written here. Name another place in ` +
        "TILLPIPE_STORE",
    );
  }
  if (/not a database|malformed|disk image/i.test(message)) {
    return new StoreUnusableError(
      `Cannot open the store ${name}: the file holds something else. Name another file in TILLPIPE_STORE`,
    );
  }
  if (
    /unable to open|readonly|not a directory|exists|is a directory|no space|full/i.test(message)
  ) {
    return new StoreUnusableError(
      `Cannot open the store ${name}: ${message}. Check the folder, its rights and its free space, or ` +
        "name another place in TILLPIPE_STORE",
    );
  }
  return error;
}
