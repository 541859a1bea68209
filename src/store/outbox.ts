import { getLogger } from "@logtape/logtape";
import { bump, toRecord } from "./counters.ts";
import type { Database } from "./database.ts";
import type { Draft, Write } from "./draft.ts";
import {
  keyAfter,
  outboxDueKey,
  outboxDuePrefix,
  outboxKey,
  outboxKeyOfIndex,
  outboxLogKey,
  outboxLogPrefix,
  outboxOrderKey,
  outboxOrderPrefix,
  outboxStateKey,
  outboxStatePrefix,
  pastTime,
  type ReceiptPlace,
  singleKey,
} from "./keys.ts";
import { readRow } from "./reading.ts";
import { outboxCodec, type ReceiptCounts, receiptCountsCodec } from "./row_codecs.ts";
import type { OutboxRow, ReceiptState } from "./rows.ts";
import type { ReceiptPart } from "./store.ts";

const log = getLogger(["tillpipe", "store"]);
const NO_VALUE = new Uint8Array();

/**
 * Receipts of one account: the row under its id, an index by due time while it is on its way, and
 * indexes by the time it was asked for: of all, of a state, and of an order. Every change also writes the counters under a version check, so
 * that one check guards all receipts of a commit: who adds one that somebody else added meanwhile
 * loses the race and looks again.
 */
export class Outbox {
  readonly #db: Database;
  readonly #scope: string;

  constructor(db: Database, scope: string) {
    this.#db = db;
    this.#scope = scope;
  }

  /** Adds the receipts whose ids are new to the draft; how many those are. `left` is only counted. */
  async addNew(
    draft: Draft,
    rows: readonly OutboxRow[],
    left: Readonly<Record<string, number>> = {},
  ): Promise<number> {
    const reasons = Object.entries(left);
    if (rows.length === 0 && reasons.length === 0) return 0;
    const counts = await this.#openCounts(draft);
    for (const [reason, sales] of reasons) bump(counts.skipped, reason, sales);
    const wanted = new Map<string, OutboxRow>();
    for (const row of rows) if (!wanted.has(row.id)) wanted.set(row.id, row);
    const candidates = [...wanted.values()];
    const found = await this.#db.getMany(candidates.map((row) => outboxKey(this.#scope, row.id)));
    const fresh = candidates.filter((_, index) => found[index]?.versionstamp === null);
    for (const row of fresh) {
      for (const write of this.writesOf(row)) draft.set(write);
      countRow(counts, row, 1);
    }
    if (fresh.length + reasons.length > 0) this.#writeCounts(draft, counts);
    return fresh.length;
  }

  /** What a new receipt writes beside the counters. */
  writesOf(row: OutboxRow): Write[] {
    const writes = [
      { key: outboxKey(this.#scope, row.id), value: outboxCodec.encode(row) },
      { key: outboxLogKey(this.#scope, row.askedAt, row.id), value: NO_VALUE },
      { key: outboxStateKey(this.#scope, row.state, row), value: NO_VALUE },
      { key: outboxOrderKey(this.#scope, row.orderId, row), value: NO_VALUE },
    ];
    if (isOpen(row.state)) {
      writes.push({ key: outboxDueKey(this.#scope, row.dueAt, row.id), value: NO_VALUE });
    }
    return writes;
  }

  /** The key of the counters, which a commit with receipts checks and writes. */
  get countsKey(): Deno.KvKey {
    return singleKey(this.#scope, "receipts");
  }

  async get(id: string): Promise<OutboxRow | undefined> {
    return readRow(outboxCodec, await this.#db.get(outboxKey(this.#scope, id)));
  }

  /** Oldest due time first. */
  async due(now: number, limit: number): Promise<readonly OutboxRow[]> {
    const prefix = outboxDuePrefix(this.#scope);
    const found: OutboxRow[] = [];
    let start: Deno.KvKey = prefix;
    while (found.length < limit) {
      const wanted = limit - found.length;
      const end = pastTime(prefix, now);
      const index = await this.#db.page({ start, end }, { limit: wanted });
      const rows = await this.#rowsOf(index);
      for (const [position, row] of rows.entries()) {
        const entry = index[position];
        if (entry === undefined) continue;
        if (row !== undefined && isOpen(row.state) && row.dueAt === entry.key[3]) found.push(row);
        else await this.#dropStale(entry);
      }
      const last = index.at(-1);
      if (last === undefined || index.length < wanted) break;
      start = keyAfter(last.key);
    }
    return found;
  }

  /** Last asked first. */
  async latest(
    limit: number,
    { state, before }: ReceiptPart = {},
  ): Promise<readonly OutboxRow[]> {
    const prefix = state === undefined
      ? outboxLogPrefix(this.#scope)
      : outboxStatePrefix(this.#scope, state);
    const selector = before === undefined
      ? { prefix }
      : { prefix, end: this.#placeIn(state, before) };
    const rows = await this.#rowsOf(await this.#db.page(selector, { limit, reverse: true }));
    // A row that has moved on since its entry was read is listed under its new state.
    return rows.filter((row) => row !== undefined)
      .filter((row) => state === undefined || row.state === state);
  }

  /** Those of one order, last asked first. */
  async ofOrder(orderId: number, limit: number): Promise<readonly OutboxRow[]> {
    const prefix = outboxOrderPrefix(this.#scope, orderId);
    const rows = await this.#rowsOf(await this.#db.page({ prefix }, { limit, reverse: true }));
    return rows.filter((row) => row !== undefined);
  }

  #placeIn(state: ReceiptState | undefined, place: ReceiptPlace): Deno.KvKey {
    return state === undefined
      ? outboxLogKey(this.#scope, place.askedAt, place.id)
      : outboxStateKey(this.#scope, state, place);
  }

  move(from: OutboxRow, to: OutboxRow): Promise<boolean> {
    if (from.id !== to.id || from.askedAt !== to.askedAt) {
      throw new TypeError(`Cannot move a receipt on: id and time of the request must stay`);
    }
    return this.#db.transact(async (draft) => {
      const entry = await this.#db.get(outboxKey(this.#scope, from.id));
      const row = readRow(outboxCodec, entry);
      if (row === undefined || !sameStanding(row, from)) return false;
      const counts = await this.#openCounts(draft);
      draft.check(entry);
      draft.delete(outboxDueKey(this.#scope, row.dueAt, row.id));
      if (row.state !== to.state) draft.delete(outboxStateKey(this.#scope, row.state, row));
      for (const write of this.writesOf(to)) draft.set(write);
      countRow(counts, row, -1);
      countRow(counts, to, 1);
      this.#writeCounts(draft, counts);
      return true;
    });
  }

  /** How many there are in each state, and of the skipped ones how many by each rule. */
  async counts(): Promise<Required<ReceiptCounts>> {
    const row = readRow(receiptCountsCodec, await this.#db.get(this.countsKey));
    return { states: row?.states ?? {}, skipped: row?.skipped ?? {} };
  }

  async #openCounts(draft: Draft): Promise<OpenCounts> {
    const entry = await this.#db.get(this.countsKey);
    draft.check(entry);
    const row = readRow(receiptCountsCodec, entry);
    return {
      states: new Map(Object.entries(row?.states ?? {})),
      skipped: new Map(Object.entries(row?.skipped ?? {})),
    };
  }

  #writeCounts(draft: Draft, { states, skipped }: OpenCounts): void {
    const value = receiptCountsCodec.encode({
      states: toRecord(states),
      skipped: toRecord(skipped),
    });
    draft.set({ key: this.countsKey, value });
  }

  async #rowsOf(index: readonly Deno.KvEntry<unknown>[]): Promise<(OutboxRow | undefined)[]> {
    const keys = index.map((entry) => outboxKeyOfIndex(this.#scope, entry.key));
    const entries = await this.#db.getMany(keys);
    return entries.map((entry) => readRow(outboxCodec, entry));
  }

  /** An index entry without a readable row that is due then. The row stays: its id is not asked twice. */
  async #dropStale(index: Deno.KvEntry<unknown>): Promise<void> {
    const dropped = await this.#db.transact(async (draft) => {
      const key = outboxKeyOfIndex(this.#scope, index.key);
      const entry = await this.#db.get(index.key);
      const receipt = await this.#db.get(key);
      const row = readRow(outboxCodec, receipt);
      if (entry.versionstamp === null) return false;
      if (row !== undefined && isOpen(row.state) && row.dueAt === index.key[3]) return false;
      draft.check(entry);
      draft.check(receipt);
      draft.delete(index.key);
      return true;
    });
    if (dropped) log.warn("Receipt taken out of the queue: its row is missing or unreadable");
  }
}

/** The counters while a commit is being put together. */
interface OpenCounts {
  readonly states: Map<string, number>;
  readonly skipped: Map<string, number>;
}

function countRow({ states, skipped }: OpenCounts, row: OutboxRow, by: number): void {
  bump(states, row.state, by);
  if (row.state === "skipped") bump(skipped, row.reason ?? "unnamed", by);
}

/** Whether a receipt is still on its way. */
function isOpen(state: ReceiptState): boolean {
  return state === "asked" || state === "reserved";
}

function sameStanding(left: OutboxRow, right: OutboxRow): boolean {
  return left.state === right.state && left.attempts === right.attempts &&
    left.at === right.at && left.dueAt === right.dueAt;
}
