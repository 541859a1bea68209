import { deadline } from "../std/async.ts";
import { dirname, resolve } from "../std/path.ts";
import { KvStore, StoreUnusableError } from "./kv_store.ts";
import type { StoreOptions } from "./kv_store.ts";
import type { Store } from "./store.ts";
import { whileLocked } from "./transact.ts";
import { StoreUnwritableError } from "./unwritable.ts";

export { StoreUnusableError } from "./kv_store.ts";
export type { StoreOptions } from "./kv_store.ts";

/** ms that another program may keep the file from being opened: Deno itself waits without end. */
const LOCAL_PATIENCE = 15_000;
/** ms that a remote database may take for each step until the first answer. */
const REMOTE_PATIENCE = 5_000;

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
  if (target !== undefined && /^https?:\/\//i.test(target)) {
    return await openRemote(target, options);
  }
  let kv: Deno.Kv | undefined;
  try {
    kv = await openLocal(target, options);
    const store = new KvStore(kv, { ...options, alone: target === ":memory:" });
    return await deadline(store.open(), LOCAL_PATIENCE);
  } catch (error) {
    // Closing what is being opened still would wait for the other program too.
    if (!isLate(error)) kv?.close();
    throw unusable(error, target);
  }
}

async function openLocal(target: string | undefined, options: StoreOptions): Promise<Deno.Kv> {
  if (target === undefined) return await Deno.openKv();
  if (target === ":memory:") return await Deno.openKv(target);
  const path = resolve(target);
  await Deno.mkdir(dirname(path), { recursive: true });
  // Another process may be making the same file at this moment.
  return await whileLocked(() => Deno.openKv(path), options);
}

/** A remote database that is not there would print errors for ever and answer nothing. */
async function openRemote(url: string, options: StoreOptions): Promise<Store> {
  let kv: Deno.Kv | undefined;
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(REMOTE_PATIENCE),
    });
    await response.body?.cancel();
    const opening = Deno.openKv(url);
    kv = await deadline(opening, REMOTE_PATIENCE).catch((error: unknown) => {
      opening.then((late) => late.close(), () => {});
      throw error;
    });
    return await deadline(new KvStore(kv, options).open(), REMOTE_PATIENCE);
  } catch (error) {
    kv?.close();
    if (error instanceof StoreUnusableError) throw error;
    throw new StoreUnusableError(remoteMessage(url, error), { cause: error });
  }
}

function remoteMessage(url: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!URL.canParse(url)) return `Cannot open the store: TILLPIPE_STORE is no valid URL`;
  const { host } = new URL(url);
  if (/Missing DENO_KV_ACCESS_TOKEN/.test(message)) {
    return `Cannot open the store at ${host}: set its access token in DENO_KV_ACCESS_TOKEN`;
  }
  if (/status[ =]40[13]/.test(message)) {
    return `Cannot open the store at ${host}: it refused the token in DENO_KV_ACCESS_TOKEN`;
  }
  if (/not a valid KV Connect endpoint/.test(message)) {
    return `Cannot open the store at ${host}: no KV Connect server answers there. Check TILLPIPE_STORE`;
  }
  return `Cannot reach the store at ${host}: check TILLPIPE_STORE and that the server runs`;
}

function unusable(error: unknown, target: string | undefined): unknown {
  if (error instanceof StoreUnusableError) return error;
  const name = target === undefined ? "the platform's database" : `"${target}"`;
  const refusal = isLate(error) ? new StoreUnwritableError({ reason: "locked" }) : error;
  if (refusal instanceof StoreUnwritableError) {
    const text = `Cannot open the store ${name}: ${refusal.message}. ${refusal.remedy}`;
    return new StoreUnusableError(text, { cause: error });
  }
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

function isLate(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
