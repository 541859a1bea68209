import * as z from "zod";
import { defineCodec, type ShapeOf, UnreadableRowError } from "./codec.ts";
import { readInboxKey } from "./keys.ts";
import type { InboxRow, NewPointer } from "./rows.ts";

/** Due time and order id are in the key. */
type StoredPointer = Omit<NewPointer, "orderId" | "dueAt">;

const codec = defineCodec<StoredPointer>({
  kind: "inbox row",
  version: 1,
  schema: z.object(
    {
      site: z.int().exactOptional(),
      origin: z.enum(["live", "history", "sweep", "refund", "replay"]),
      receivedAt: z.number(),
      attempts: z.number(),
      force: z.boolean().exactOptional(),
    } satisfies ShapeOf<StoredPointer>,
  ),
});

/** The value of an inbox row. */
export function encodePointer(pointer: NewPointer): Uint8Array {
  if (!Number.isSafeInteger(pointer.orderId) || !Number.isFinite(pointer.dueAt)) {
    throw new TypeError("Cannot keep a pointer without an order id and a due time");
  }
  return codec.encode(pointer);
}

/** What became of reading an inbox row. */
export type PointerReading =
  | { readonly kind: "row"; readonly row: InboxRow; readonly spoilt: boolean }
  /** Written by a later version, which will see to it. */
  | { readonly kind: "newer" }
  /** Names no order: nothing can be done with it. */
  | { readonly kind: "unusable" };

/**
 * Reads an inbox row. A spoilt value loses only what is beside the order id: the key still says which
 * order is to be looked at and when, so the event is not lost.
 */
export function readPointer(entry: Deno.KvEntry<unknown>): PointerReading {
  const known = readInboxKey(entry.key);
  if (known === undefined) return { kind: "unusable" };
  const { key } = entry;
  try {
    return { kind: "row", row: { key, ...known, ...codec.decode(entry.value) }, spoilt: false };
  } catch (error) {
    if (!(error instanceof UnreadableRowError)) throw error;
    if (error.why === "newer") return { kind: "newer" };
    const row = { key, ...known, origin: "sweep" as const, receivedAt: known.dueAt, attempts: 0 };
    return { kind: "row", row, spoilt: true };
  }
}
