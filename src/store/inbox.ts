import { getLogger } from "@logtape/logtape";
import { plainHash } from "../crypto/keyed_hash.ts";
import type { Database } from "./database.ts";
import type { Write } from "./draft.ts";
import {
  inboxKey,
  inboxPrefix,
  keyAfter,
  pastTime,
  quarantineKey,
  quarantinePrefix,
  readInboxKey,
} from "./keys.ts";
import { encodePointer, readPointer } from "./pointer_codec.ts";
import { readRow } from "./reading.ts";
import { quarantineCodec } from "./row_codecs.ts";
import type { InboxRow, NewPointer, QuarantineRow } from "./rows.ts";
import type { InboxSummary } from "./store.ts";

const log = getLogger(["tillpipe", "store"]);
const DAY = 24 * 60 * 60 * 1000;
/** ms that a quarantined event is kept. */
const QUARANTINE_KEPT = 90 * DAY;

/** Pointers of one pipeline in the order of their due times, and the events that could not be used. */
export class Inbox {
  readonly #db: Database;
  readonly #scope: string;
  /** Never the same twice, in any process. */
  readonly #unique: () => string;

  constructor(db: Database, scope: string, unique: () => string) {
    this.#db = db;
    this.#scope = scope;
    this.#unique = unique;
  }

  /** Every pointer gets a row of its own: none is ever written over. */
  pointerWrite(pointer: NewPointer): Write {
    const value = encodePointer(pointer);
    return { key: inboxKey(this.#scope, { ...pointer, unique: this.#unique() }), value };
  }

  quarantineWrite(row: QuarantineRow): Write {
    const key = quarantineKey(this.#scope, row.at, this.#unique());
    return { key, value: quarantineCodec.encode(row), expireIn: QUARANTINE_KEPT };
  }

  async due(now: number, limit: number): Promise<readonly InboxRow[]> {
    const prefix = inboxPrefix(this.#scope);
    const end = pastTime(prefix, now);
    const found: InboxRow[] = [];
    let start: Deno.KvKey = prefix;
    while (found.length < limit) {
      const wanted = limit - found.length;
      const entries = await this.#db.page({ start, end }, { limit: wanted });
      for (const entry of entries) {
        const row = await this.#readable(entry, now);
        if (row !== undefined) found.push(row);
      }
      const last = entries.at(-1);
      if (last === undefined || entries.length < wanted) break;
      start = keyAfter(last.key);
    }
    return found;
  }

  /** Those of one order among the first `limit` rows, now due or later, and whether there are more rows. */
  async ofOrder(
    orderId: number,
    limit: number,
  ): Promise<{ readonly rows: readonly InboxRow[]; readonly cut: boolean }> {
    const prefix = inboxPrefix(this.#scope);
    const end = pastTime(prefix, Infinity);
    const entries = await this.#db.page({ start: prefix, end }, { limit });
    const own = entries.filter(({ key }) => readInboxKey(key)?.orderId === orderId);
    const readings = own.map(readPointer).filter((reading) => reading.kind === "row");
    return { rows: readings.map(({ row }) => row), cut: entries.length >= limit };
  }

  async summary(now: number, limit: number): Promise<InboxSummary> {
    const prefix = inboxPrefix(this.#scope);
    const border = pastTime(prefix, now);
    const due = await this.#db.page({ start: prefix, end: border }, { limit });
    const room = Math.max(1, limit - due.length);
    const later = await this.#db.page({ prefix, start: border }, { limit: room });
    const events = due.map(readPointer).filter((reading) => reading.kind === "row");
    const oldest = events.reduce((low, { row }) => Math.min(low, row.receivedAt), Infinity);
    const next = later[0]?.key[3];
    return {
      due: due.length,
      later: Math.min(later.length, limit - due.length),
      ...(oldest === Infinity ? {} : { oldest }),
      ...(typeof next === "number" ? { nextDueAt: next } : {}),
    };
  }

  /** Read page by page as they are asked for; what names no order is left out. */
  async *rows(): AsyncGenerator<InboxRow> {
    const prefix = inboxPrefix(this.#scope);
    for await (const entry of this.#db.scan(prefix, pastTime(prefix, Infinity))) {
      const reading = readPointer(entry);
      if (reading.kind === "row") yield reading.row;
    }
  }

  /** Last one first. */
  async quarantine(limit: number): Promise<readonly QuarantineRow[]> {
    const prefix = quarantinePrefix(this.#scope);
    const entries = await this.#db.page({ prefix }, { limit, reverse: true });
    return entries.map((entry) => readRow(quarantineCodec, entry)).filter((row) =>
      row !== undefined
    );
  }

  async #readable(entry: Deno.KvEntry<unknown>, now: number): Promise<InboxRow | undefined> {
    const reading = readPointer(entry);
    if (reading.kind === "row") {
      if (reading.spoilt) log.warn("Unreadable inbox row: its order is looked at all the same");
      return reading.row;
    }
    if (reading.kind === "newer") log.warn("Inbox row left to a newer version of Tillpipe");
    else await this.#putAway(entry, now);
    return undefined;
  }

  /** A row that names no order goes into quarantine, so that it does not come up again and again. */
  async #putAway(entry: Deno.KvEntry<unknown>, now: number): Promise<void> {
    log.warn("Inbox row without an order moved to quarantine");
    const hash = plainHash(JSON.stringify(entry.key, withBigInt));
    const write = this.quarantineWrite({ at: now, reason: "unreadable-row", hash });
    await this.#db.transact((draft) => {
      draft.delete(entry.key);
      draft.set(write);
    });
  }
}

function withBigInt(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
