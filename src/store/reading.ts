import { getLogger } from "@logtape/logtape";
import { type Codec, UnreadableRowError } from "./codec.ts";

const log = getLogger(["tillpipe", "store"]);

/**
 * Reads a row that may be missing. A spoilt row counts as missing, and is logged: it must stop
 * nothing. One of a later version throws, since writing over it would lose what that version knows.
 *
 * @throws {UnreadableRowError} for a row of a later version
 */
export function readRow<T>(codec: Codec<T>, entry: Deno.KvEntryMaybe<unknown>): T | undefined {
  return unlessSpoilt(entry, () => codec.decode(entry.value));
}

/** As {@linkcode readRow}, with a decoder of its own. */
export function unlessSpoilt<T>(
  entry: Deno.KvEntryMaybe<unknown>,
  decode: () => T,
): T | undefined {
  if (entry.versionstamp === null) return undefined;
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof UnreadableRowError) || error.why === "newer") throw error;
    log.warn("Unreadable row in the store: {problem}", {
      problem: error.message,
      kind: String(entry.key[1]),
    });
    return undefined;
  }
}
