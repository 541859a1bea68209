import type { RefundLink } from "../records/refund_link.ts";
import { chunked, type Database } from "./database.ts";
import { COMMIT_LIMITS, type Draft } from "./draft.ts";
import {
  deadKey,
  deadPrefix,
  deadReasonKey,
  deadReasonPrefix,
  keyAfter,
  ledgerKey,
  linkKey,
  linksPrefix,
  pastTime,
  refundKey,
  refundPrefix,
} from "./keys.ts";
import { Gathered } from "./gathered.ts";
import { decodeLedger, encodeLedger } from "./ledger_codec.ts";
import { readRow, unlessSpoilt } from "./reading.ts";
import { deadCodec, linkCodec } from "./row_codecs.ts";
import type { DeadLetter, LedgerRow } from "./rows.ts";
import type { DeadLetterPart } from "./store.ts";

/** Originals whose links are listed at a time. */
const LISTS_AT_ONCE = 10;
/** Links of one order that are read; a till makes a handful. */
const LINKS_PER_ORDER = 1000;
/** Links that are looked at in one range, and how far apart its orders may lie. */
const LINKS_IN_RANGE = 500;
const ORDERS_PER_ID = 20;
/** Ids between the first and the last of the refunds whose links are listed in one range. */
const REFUNDS_IN_RANGE = 2_000;
/** So many rows are read by themselves, and others in one range where it holds few more than are wanted. */
const FEW = 20;
const ROWS_PER_ID = 2;
/** Dead letters that are looked at in one range. */
const LETTERS_IN_RANGE = 100;
const NO_VALUE = new Uint8Array();

/** What is kept of the orders of one account: ledger rows, refund links and dead letters. */
export class Ledger {
  readonly #db: Database;
  readonly #scope: string;
  readonly #originals = new Gathered((refunds: readonly number[]) =>
    this.#originalsOfEach(refunds)
  );

  constructor(db: Database, scope: string) {
    this.#db = db;
    this.#scope = scope;
  }

  async rows(orderIds: readonly number[]): Promise<ReadonlyMap<number, LedgerRow>> {
    const inRange = await this.#rowsInRange(orderIds);
    if (inRange !== undefined) return inRange;
    const entries = await this.#db.getMany(orderIds.map((id) => ledgerKey(this.#scope, id)));
    const rows = new Map<number, LedgerRow>();
    for (const [index, orderId] of orderIds.entries()) {
      const entry = entries[index];
      if (entry === undefined) continue;
      const row = unlessSpoilt(entry, () => decodeLedger(orderId, entry.value));
      if (row !== undefined) rows.set(orderId, row);
    }
    return rows;
  }

  /** From `from` to before `to`. */
  async *range(from: number, to: number): AsyncGenerator<LedgerRow> {
    const start = ledgerKey(this.#scope, from);
    for await (const entry of this.#db.scan(start, ledgerKey(this.#scope, to))) {
      const orderId = entry.key[3];
      if (typeof orderId !== "number") continue;
      const row = unlessSpoilt(entry, () => decodeLedger(orderId, entry.value));
      if (row !== undefined) yield row;
    }
  }

  async links(originals: readonly number[]): Promise<ReadonlyMap<number, readonly RefundLink[]>> {
    const unique = [...new Set(originals)];
    const inRange = await this.#linksInRange(unique);
    if (inRange !== undefined) return inRange;
    const found = new Map<number, readonly RefundLink[]>();
    for (let from = 0; from < unique.length; from += LISTS_AT_ONCE) {
      await Promise.all(
        unique.slice(from, from + LISTS_AT_ONCE).map(async (original) => {
          const links = await this.#linksTo(original);
          if (links.length > 0) found.set(original, links);
        }),
      );
    }
    return found;
  }

  async linksOf(refund: number): Promise<readonly RefundLink[]> {
    const originals = await this.#originals.get(refund);
    const keys = originals.map((original) => linkKey(this.#scope, original, refund));
    const entries = await this.#db.getMany(keys);
    return entries.map((entry) => this.#readLink(entry)).filter((link) => link !== undefined);
  }

  /** Highest order id first. */
  async deadLetters(
    limit: number,
    { reason, before }: DeadLetterPart = {},
  ): Promise<readonly DeadLetter[]> {
    if (reason !== undefined) return await this.#lettersWith(reason, { limit, before });
    const selector = {
      prefix: deadPrefix(this.#scope),
      ...(before === undefined ? {} : { end: deadKey(this.#scope, before) }),
    };
    const entries = await this.#db.page(selector, { limit, reverse: true });
    return entries.map(readDeadLetter).filter((letter) => letter !== undefined);
  }

  async deadLetter(orderId: number): Promise<DeadLetter | undefined> {
    const entry = await this.#db.get(deadKey(this.#scope, orderId));
    return entry.versionstamp === null ? undefined : readDeadLetter(entry);
  }

  /** A letter that has changed meanwhile stays, and holds no other up. */
  async discardDead(letters: readonly DeadLetter[]): Promise<number> {
    let discarded = 0;
    for (const group of chunked(letters, COMMIT_LIMITS.checks)) {
      discarded += await this.#db.transact(async (draft) => {
        const keys = group.map(({ orderId }) => deadKey(this.#scope, orderId));
        const entries = await this.#db.getMany(keys);
        let gone = 0;
        for (const [index, { orderId, reason, at }] of group.entries()) {
          const entry = entries[index];
          if (entry === undefined || entry.versionstamp === null) continue;
          const stored = readDeadLetter(entry);
          if (stored?.reason !== reason || stored.at !== at) continue;
          draft.check(entry);
          draft.delete(entry.key);
          draft.delete(deadReasonKey(this.#scope, reason, orderId));
          gone++;
        }
        return gone;
      });
    }
    return discarded;
  }

  removeRows(draft: Draft, rows: readonly LedgerRow[]): void {
    for (const row of rows) draft.delete(ledgerKey(this.#scope, row.orderId));
  }

  setRows(draft: Draft, rows: Iterable<LedgerRow>): void {
    for (const row of rows) {
      draft.set({ key: ledgerKey(this.#scope, row.orderId), value: encodeLedger(row) });
    }
  }

  /** Takes the letters of orders that are not dead any more away, and writes the new ones. */
  async setDead(
    draft: Draft,
    rows: Iterable<LedgerRow>,
    letters: readonly DeadLetter[],
  ): Promise<void> {
    const alive = new Set(
      [...rows].filter((row) => row.outcome !== "dead").map(({ orderId }) => orderId),
    );
    const touched = new Set([...alive, ...letters.map(({ orderId }) => orderId)]);
    for (const entry of await this.#lettersOf([...touched])) {
      const before = readDeadLetter(entry);
      if (before === undefined) continue;
      draft.delete(deadReasonKey(this.#scope, before.reason, before.orderId));
      if (alive.has(before.orderId)) draft.delete(entry.key);
    }
    for (const letter of letters) {
      const { orderId, reason } = letter;
      draft.set({ key: deadKey(this.#scope, orderId), value: deadCodec.encode(letter) });
      draft.set({ key: deadReasonKey(this.#scope, reason, orderId), value: NO_VALUE });
    }
  }

  /** Replaces what each of the refunds had linked before. A link without lines is none. */
  async setLinks(draft: Draft, links: readonly RefundLink[]): Promise<void> {
    const refunds = [...new Set(links.map((link) => link.refund))];
    for (let from = 0; from < refunds.length; from += LISTS_AT_ONCE) {
      await Promise.all(
        refunds.slice(from, from + LISTS_AT_ONCE).map(async (refund) => {
          for (const original of await this.#originals.get(refund)) {
            draft.delete(linkKey(this.#scope, original, refund));
            draft.delete(refundKey(this.#scope, refund, original));
          }
        }),
      );
    }
    for (const link of links) {
      if (link.lines.length === 0) continue;
      const { original, refund } = link;
      draft.set({ key: linkKey(this.#scope, original, refund), value: linkCodec.encode(link) });
      draft.set({ key: refundKey(this.#scope, refund, original), value: NO_VALUE });
    }
  }

  /**
   * The letters that these orders have. Seldom any: so one look at their range of ids, unless many other
   * letters lie in it.
   */
  async #lettersOf(orderIds: readonly number[]): Promise<readonly Deno.KvEntry<unknown>[]> {
    if (orderIds.length === 0) return [];
    const start = deadKey(this.#scope, Math.min(...orderIds));
    const end = keyAfter(deadKey(this.#scope, Math.max(...orderIds)));
    const inRange = await this.#db.page({ start, end }, { limit: LETTERS_IN_RANGE });
    if (inRange.length < LETTERS_IN_RANGE) {
      const wanted = new Set<unknown>(orderIds);
      return inRange.filter(({ key }) => wanted.has(key[3]));
    }
    const entries = await this.#db.getMany(orderIds.map((id) => deadKey(this.#scope, id)));
    return entries.filter((entry) => entry.versionstamp !== null);
  }

  /** By the index; an entry whose letter is gone or has another reason by now is passed over. */
  async #lettersWith(
    reason: string,
    { limit, before }: { readonly limit: number; readonly before: number | undefined },
  ): Promise<readonly DeadLetter[]> {
    const found: DeadLetter[] = [];
    let end = before;
    while (found.length < limit) {
      const selector = {
        prefix: deadReasonPrefix(this.#scope, reason),
        ...(end === undefined ? {} : { end: deadReasonKey(this.#scope, reason, end) }),
      };
      const wanted = limit - found.length;
      const index = await this.#db.page(selector, { limit: wanted, reverse: true });
      const ids = index.map(({ key }) => key[4]).filter((part) => typeof part === "number");
      const entries = await this.#db.getMany(ids.map((id) => deadKey(this.#scope, id)));
      for (const entry of entries) {
        const letter = entry.versionstamp === null ? undefined : readDeadLetter(entry);
        if (letter?.reason === reason) found.push(letter);
      }
      end = ids.at(-1);
      if (end === undefined || index.length < wanted) break;
    }
    return found;
  }

  /** In one read where the ids lie close together, as on a page of history, instead of ten at a time. */
  async #rowsInRange(
    orderIds: readonly number[],
  ): Promise<ReadonlyMap<number, LedgerRow> | undefined> {
    if (orderIds.length < FEW) return undefined;
    const [first, last] = [Math.min(...orderIds), Math.max(...orderIds)];
    const span = last - first + 1;
    if (span > orderIds.length * ROWS_PER_ID) return undefined;
    const range = { start: ledgerKey(this.#scope, first), end: ledgerKey(this.#scope, last + 1) };
    const wanted = new Set(orderIds);
    const rows = new Map<number, LedgerRow>();
    for (const entry of await this.#db.page(range, { limit: span })) {
      const orderId = entry.key[3];
      if (typeof orderId !== "number" || !wanted.has(orderId)) continue;
      const row = unlessSpoilt(entry, () => decodeLedger(orderId, entry.value));
      if (row !== undefined) rows.set(orderId, row);
    }
    return rows;
  }

  /** All at once where the ids lie close together, as on a page of history. */
  async #linksInRange(
    originals: readonly number[],
  ): Promise<ReadonlyMap<number, readonly RefundLink[]> | undefined> {
    if (originals.length === 0) return new Map();
    const [first, last] = [Math.min(...originals), Math.max(...originals)];
    if (last - first > originals.length * ORDERS_PER_ID) return undefined;
    const start = linksPrefix(this.#scope, first);
    const end = pastTime(linksPrefix(this.#scope, last), Infinity);
    const entries = await this.#db.page({ start, end }, { limit: LINKS_IN_RANGE });
    if (entries.length === LINKS_IN_RANGE) return undefined;
    const wanted = new Set<unknown>(originals);
    const links = entries.filter(({ key }) => wanted.has(key[3]))
      .map((entry) => this.#readLink(entry)).filter((link) => link !== undefined);
    return Map.groupBy(links, (link) => link.original);
  }

  async #linksTo(original: number): Promise<readonly RefundLink[]> {
    const selector = { prefix: linksPrefix(this.#scope, original) };
    const entries = await this.#db.page(selector, { limit: LINKS_PER_ORDER });
    return entries.map((entry) => this.#readLink(entry)).filter((link) => link !== undefined);
  }

  /** In one read where the refunds lie close together, as on a page of history. */
  async #originalsOfEach(refunds: readonly number[]): Promise<readonly (readonly number[])[]> {
    if (refunds.length === 1) {
      return await Promise.all(refunds.map((one) => this.#originalsOf(one)));
    }
    const [first, last] = [Math.min(...refunds), Math.max(...refunds)];
    if (last - first <= REFUNDS_IN_RANGE) {
      const start = refundPrefix(this.#scope, first);
      const end = pastTime(refundPrefix(this.#scope, last), Infinity);
      const entries = await this.#db.page({ start, end }, { limit: LINKS_IN_RANGE });
      if (entries.length < LINKS_IN_RANGE) {
        const byRefund = Map.groupBy(entries, ({ key }) => key[3]);
        return refunds.map((refund) => (byRefund.get(refund) ?? []).flatMap(originalIn));
      }
    }
    return await Promise.all(refunds.map((refund) => this.#originalsOf(refund)));
  }

  async #originalsOf(refund: number): Promise<readonly number[]> {
    const selector = { prefix: refundPrefix(this.#scope, refund) };
    const entries = await this.#db.page(selector, { limit: LINKS_PER_ORDER });
    return entries.flatMap(originalIn);
  }

  #readLink(entry: Deno.KvEntryMaybe<unknown>): RefundLink | undefined {
    const [, , , original, refund] = entry.key;
    const stored = readRow(linkCodec, entry);
    if (stored === undefined || typeof original !== "number" || typeof refund !== "number") {
      return undefined;
    }
    return { original, refund, ...stored };
  }
}

/** The original that a refund's entry names. */
function originalIn({ key }: Deno.KvEntry<unknown>): readonly number[] {
  const original = key[4];
  return typeof original === "number" ? [original] : [];
}

/** A spoilt letter still says which order it is about, so that it can be replayed. */
function readDeadLetter(entry: Deno.KvEntry<unknown>): DeadLetter | undefined {
  const orderId = entry.key[3];
  if (typeof orderId !== "number") return undefined;
  const stored = readRow(deadCodec, entry) ??
    { reason: "unreadable-row", detail: "Its dead letter cannot be read", at: 0, attempts: 0 };
  return { orderId, ...stored };
}
