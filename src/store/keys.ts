import { plainHash } from "../crypto/keyed_hash.ts";

/**
 * Every key of the store, in one place. The first part is the layout's version; the second says what
 * kind of row it is. Pipelines and account labels stand in keys as short digests, so that the longest
 * names leave room for a full batch in one commit (70 KiB of keys) and ten million ledger rows stay
 * small. `names` maps the digests back for whoever looks into the database.
 *
 * Times and order ids are numbers, because Deno KV sorts numbers by value.
 */
const LAYOUT = "t1";

/** Says which schema the database was written with. Outside the layout, so that it never moves. */
export const SCHEMA_KEY: Deno.KvKey = ["tillpipe", "schema"];
/** The key of all keyed hashes, when none is configured. */
export const SECRET_KEY: Deno.KvKey = [LAYOUT, "secret"];

/** Digest of a pipeline's name: what belongs to the pipeline under any account. */
export function pipelineScope(name: string): string {
  return plainHash(`pipeline\n${name}`).slice(0, 16);
}

/** Digest of a pipeline's name and an Ometria account label. */
export function accountScope(name: string, account: string): string {
  return plainHash(`account\n${name}\n${account}`).slice(0, 16);
}

/** Everybody who asked to be forgotten. */
export const FORGOTTEN_PREFIX: Deno.KvKey = [LAYOUT, "forgotten"];
/** Keyed hash of an address whose person asked to be forgotten. */
export function forgottenKey(hash: string): Deno.KvKey {
  return [...FORGOTTEN_PREFIX, keyText(hash)];
}

/** Rows in the order of their due times. `unique` keeps rows of one order and time apart. */
export function inboxPrefix(scope: string): Deno.KvKey {
  return [LAYOUT, "inbox", scope];
}
export function inboxKey(
  scope: string,
  row: { readonly dueAt: number; readonly orderId: number; readonly unique: string },
): Deno.KvKey {
  return [LAYOUT, "inbox", scope, row.dueAt, row.orderId, row.unique];
}
/** What an inbox key itself tells: enough to look at the order even if the value is spoilt. */
export function readInboxKey(
  key: Deno.KvKey,
): { readonly dueAt: number; readonly orderId: number } | undefined {
  const [, , , dueAt, orderId, unique] = key;
  if (key.length !== 6 || typeof unique !== "string") return undefined;
  if (typeof dueAt !== "number" || typeof orderId !== "number") return undefined;
  return Number.isSafeInteger(orderId) ? { dueAt, orderId } : undefined;
}

/** Events that could not be used, by time. */
export function quarantinePrefix(scope: string): Deno.KvKey {
  return [LAYOUT, "quarantine", scope];
}
export function quarantineKey(scope: string, at: number, unique: string): Deno.KvKey {
  return [LAYOUT, "quarantine", scope, at, unique];
}

/** `fence` changes with a takeover only; `lease` with every heartbeat; `claim` with every batch. */
export function laneKey(scope: string, part: "fence" | "lease" | "claim"): Deno.KvKey {
  return [LAYOUT, "lane", scope, part];
}

/** The names behind an account scope. */
export function namesKey(scope: string): Deno.KvKey {
  return [LAYOUT, "names", scope];
}

export function ledgerKey(scope: string, orderId: number): Deno.KvKey {
  return [LAYOUT, "ledger", scope, orderId];
}

export function deadPrefix(scope: string): Deno.KvKey {
  return [LAYOUT, "dead", scope];
}
export function deadKey(scope: string, orderId: number): Deno.KvKey {
  return [LAYOUT, "dead", scope, orderId];
}

/** The letters of one reason. */
export function deadReasonPrefix(scope: string, reason: string): Deno.KvKey {
  return [LAYOUT, "deadby", scope, keyText(reason)];
}
export function deadReasonKey(scope: string, reason: string, orderId: number): Deno.KvKey {
  return [LAYOUT, "deadby", scope, keyText(reason), orderId];
}

/** What happened in the five minutes that begin then. */
export function activityKey(scope: string, at: number): Deno.KvKey {
  return [LAYOUT, "activity", scope, at];
}

/** Links by the original that they change. */
export function linksPrefix(scope: string, original: number): Deno.KvKey {
  return [LAYOUT, "link", scope, original];
}
export function linkKey(scope: string, original: number, refund: number): Deno.KvKey {
  return [LAYOUT, "link", scope, original, refund];
}
/** The originals that a refund has linked to. */
export function refundPrefix(scope: string, refund: number): Deno.KvKey {
  return [LAYOUT, "refund", scope, refund];
}
export function refundKey(scope: string, refund: number, original: number): Deno.KvKey {
  return [LAYOUT, "refund", scope, refund, original];
}

/** Accepted orders to be read back, and when. */
export function confirmKey(scope: string, orderId: number): Deno.KvKey {
  return [LAYOUT, "confirm", scope, orderId];
}
export function confirmDuePrefix(scope: string): Deno.KvKey {
  return [LAYOUT, "confirmdue", scope];
}
export function confirmDueKey(scope: string, dueAt: number, orderId: number): Deno.KvKey {
  return [LAYOUT, "confirmdue", scope, dueAt, orderId];
}

/** Records of which an account has one each. */
export type Single =
  | "account"
  | "checkpoint"
  | "sweep"
  | "counters"
  | "receipts"
  | "cutover"
  | "keptfrom"
  | "products";
export function singleKey(scope: string, single: Single): Deno.KvKey {
  return [LAYOUT, "single", scope, single];
}

/** Holes in history, by their first order id. */
export function holePrefix(scope: string): Deno.KvKey {
  return [LAYOUT, "hole", scope];
}
export function holeKey(scope: string, from: number): Deno.KvKey {
  return [LAYOUT, "hole", scope, from];
}

export function connectionKey(scope: string, api: string): Deno.KvKey {
  return [LAYOUT, "connection", scope, api];
}

export function cacheKey(scope: string, key: string): Deno.KvKey {
  return [LAYOUT, "cache", scope, keyText(key)];
}

/** A receipt by its id: the till's event asks for it once. */
export function outboxKey(scope: string, id: string): Deno.KvKey {
  return [LAYOUT, "outbox", scope, keyText(id)];
}
/** Receipts on their way, by the time they are due. */
export function outboxDuePrefix(scope: string): Deno.KvKey {
  return [LAYOUT, "outdue", scope];
}
export function outboxDueKey(scope: string, dueAt: number, id: string): Deno.KvKey {
  return [LAYOUT, "outdue", scope, dueAt, keyText(id)];
}
/** All receipts, by the time they were asked for. */
export function outboxLogPrefix(scope: string): Deno.KvKey {
  return [LAYOUT, "outlog", scope];
}
export function outboxLogKey(scope: string, askedAt: number, id: string): Deno.KvKey {
  return [LAYOUT, "outlog", scope, askedAt, keyText(id)];
}
/** The receipts of one state, by the time they were asked for. */
export function outboxStatePrefix(scope: string, state: string): Deno.KvKey {
  return [LAYOUT, "outstate", scope, state];
}
export function outboxStateKey(scope: string, state: string, place: ReceiptPlace): Deno.KvKey {
  return [LAYOUT, "outstate", scope, state, place.askedAt, keyText(place.id)];
}
/** The receipts of one order, by the time they were asked for. */
export function outboxOrderPrefix(scope: string, orderId: number): Deno.KvKey {
  return [LAYOUT, "outorder", scope, orderId];
}
export function outboxOrderKey(
  scope: string,
  orderId: number,
  place: ReceiptPlace,
): Deno.KvKey {
  return [LAYOUT, "outorder", scope, orderId, place.askedAt, keyText(place.id)];
}
/** Where a receipt stands among those that were asked for. */
export interface ReceiptPlace {
  readonly askedAt: number;
  readonly id: string;
}
/** The receipt that an entry of any index names. */
export function outboxKeyOfIndex(scope: string, index: Deno.KvKey): Deno.KvKey {
  return [LAYOUT, "outbox", scope, index.at(-1) ?? ""];
}

/** Who may use what only one process may use at a time. `name` may be long. */
export function slotKey(name: string): Deno.KvKey {
  return [LAYOUT, "slot", budgetScope(name)];
}
/** The processes that wait for it. */
export function slotWaiterPrefix(name: string): Deno.KvKey {
  return [LAYOUT, "slotwait", budgetScope(name)];
}
export function slotWaiterKey(name: string, process: string): Deno.KvKey {
  return [LAYOUT, "slotwait", budgetScope(name), process];
}

/** The processes that divide a rate among themselves. */
export function sharePrefix(name: string): Deno.KvKey {
  return [LAYOUT, "share", budgetScope(name)];
}
export function shareKey(name: string, process: string): Deno.KvKey {
  return [LAYOUT, "share", budgetScope(name), process];
}

function budgetScope(name: string): string {
  return plainHash(`budget\n${name}`).slice(0, 16);
}

/** The key right after this one and before all others of its length. */
export function keyAfter(key: Deno.KvKey): Deno.KvKey {
  return [...key, new Uint8Array()];
}

/** The end of all keys with this prefix and a number up to `time`: booleans sort last. */
export function pastTime(prefix: Deno.KvKey, time: number): Deno.KvKey {
  return [...prefix, time, true];
}

/** Bytes of a key in the database: what the limits count. */
export function keySize(key: Deno.KvKey): number {
  return key.reduce((size: number, part) => size + partSize(part), 0);
}

function partSize(part: Deno.KvKeyPart): number {
  if (typeof part === "string") return utf8Size(part) + 2;
  if (part instanceof Uint8Array) return part.length + 2;
  return typeof part === "number" ? 9 : 16;
}

/** UTF-8 bytes; a zero byte is escaped to two. Both halves of a pair make four. */
function utf8Size(text: string): number {
  let size = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isHalf = code >= 0xd800 && code <= 0xdfff;
    if (code === 0 || isHalf || (code > 0x7f && code <= 0x7ff)) size += 1;
    else if (code > 0x7ff) size += 2;
  }
  return size;
}

/** Text from outside as a key part: long or odd text as its digest, since a key holds 2 KiB. */
function keyText(text: string): string {
  return /^[\x21-\x7e]{1,128}$/.test(text) && !text.startsWith("#") ? text : `#${plainHash(text)}`;
}
