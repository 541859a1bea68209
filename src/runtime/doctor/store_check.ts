import { statfs } from "node:fs/promises";
import { dirname, resolve } from "../../std/path.ts";
import { openStore, type StoreOptions, StoreUnusableError } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** Bytes of free space below which it gets tight, and below which nothing should be started. */
const tight = 1_000_000_000;
const full = 50_000_000;

/** What was found of the store, and the store itself if there is one. To be disposed. */
export interface StoreCheck {
  readonly findings: readonly Finding[];
  readonly store?: Store;
}

/**
 * Opens the store if it is there. One that is not is not made; it is only tried whether it could be.
 *
 * @param location a path, `:memory:`, or the URL of a KV Connect server
 */
export async function checkStore(location: string, options: StoreOptions): Promise<StoreCheck> {
  const check = "store";
  if (location === ":memory:") {
    const text = "The store is in memory: every stop forgets what was delivered";
    return { findings: [warn(check, text, "Set TILLPIPE_STORE to a file")] };
  }
  if (/^https?:/i.test(location)) return await opened(location, options);
  const path = resolve(location);
  const folder = await nearestFolder(dirname(path));
  const space = await freeSpace(folder);
  if (await exists(path)) {
    const { findings, store } = await opened(location, options);
    return {
      findings: [...findings, ...space],
      ...(store === undefined ? {} : { store }),
    };
  }
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".tillpipe-" }));
    const text = `There is no store yet; the first serve or backfill makes ${location}`;
    return { findings: [ok(check, text), ...space] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const remedy =
      "Let the user that runs Tillpipe write there, or name another place in TILLPIPE_STORE";
    return {
      findings: [fail(check, `The store cannot be made at "${location}"`, remedy), ...space],
    };
  }
}

async function opened(location: string, options: StoreOptions): Promise<StoreCheck> {
  try {
    const store = await openStore(location, options);
    const where = /^https?:/i.test(location) ? new URL(location).host : location;
    if (await store.ping()) return { store, findings: [ok("store", `The store opens: ${where}`)] };
    const text = `The store opens but does not answer: ${where}`;
    return { store, findings: [fail("store", text, "Look at the machine that holds it")] };
  } catch (error) {
    if (!(error instanceof StoreUnusableError)) throw error;
    const remedy =
      "No order is lost by that: bring the store back, or name another one in TILLPIPE_STORE";
    return { findings: [fail("store", error.message, remedy)] };
  }
}

async function freeSpace(folder: string): Promise<readonly Finding[]> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = Number(bavail) * Number(bsize);
    const text = `${sizeText(free)} are free where the store lies`;
    const remedy =
      "Make room, or move the store by TILLPIPE_STORE: without space nothing can be acknowledged";
    if (free < full) return [fail("disk", text, remedy)];
    return [free < tight ? warn("disk", text, remedy) : ok("disk", text)];
  } catch {
    // Not every system says.
    return [];
  }
}

function sizeText(bytes: number): string {
  return bytes >= 10_000_000_000
    ? `${Math.round(bytes / 1_000_000_000)} GB`
    : `${Math.round(bytes / 1_000_000).toLocaleString("en-GB")} MB`;
}

/** The folder itself, or the one above it that would have to be written for it. */
async function nearestFolder(folder: string): Promise<string> {
  return await exists(folder) || dirname(folder) === folder
    ? folder
    : await nearestFolder(dirname(folder));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return [
    Deno.errors.NotFound,
    Deno.errors.PermissionDenied,
    Deno.errors.NotCapable,
    Deno.errors.NotADirectory,
  ].some((kind) => error instanceof kind) || /read-only|os error 30/i.test(String(error));
}
