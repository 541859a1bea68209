/** A store with very many rows, and a look at how many of them are read. */
import { accountScope, ledgerKey, singleKey } from "../../src/store/keys.ts";
import { encodeLedger } from "../../src/store/ledger_codec.ts";
import { orderCountsCodec } from "../../src/store/row_codecs.ts";
import { NO_COUNTS } from "../../src/store/counters.ts";
import { emptyCommit, type PipelineStore } from "../../src/store/store.ts";
import type { LedgerRow, NewPointer } from "../../src/store/rows.ts";
import type { KvPort } from "../../src/store/transact.ts";

/** How many rows of each kind. */
export interface Amounts {
  readonly ledger: number;
  readonly dead: number;
  readonly receipts: number;
  readonly quarantine: number;
  /** Refunds, each linked to an order of its own. */
  readonly links: number;
  /** Pointers that are due. */
  readonly due: number;
  /** Pointers that are due in an hour. */
  readonly later: number;
}

/** Whose rows they are. */
export interface Place {
  readonly kv: KvPort;
  readonly store: PipelineStore;
  /** As the store was asked for it. */
  readonly name: string;
  readonly account: string;
  /** Epoch ms. */
  readonly now: number;
}

/** The first order id. */
export const FIRST_ORDER = 50_001;
/** Why the dead ones are dead. */
export const REASONS = ["money-mismatch", "rejected-by-ometria", "not-found"] as const;
/** Rows of one raw commit, well within what it may hold. */
const ROWS = 900;
const HOUR = 3_600_000;

/**
 * Fills an empty store. Delivered orders are written row by row in the store's own form, which is quick; everything
 * else comes by the commits that bring it in operation. Dead orders have the ids after those of the ledger.
 */
export async function fill(place: Place, amounts: Amounts): Promise<void> {
  await fillLedger(place, amounts.ledger);
  const { store, now } = place;
  const hold = await store.acquireLane("filler", "f");
  if (hold === undefined) throw new Error("The lane is not free");
  const firstDead = FIRST_ORDER + amounts.ledger;
  for (const from of parts(amounts.dead)) {
    const ids = range(firstDead + from, Math.min(100, amounts.dead - from));
    await store.commit(hold, {
      ...emptyCommit,
      ledger: ids.map((orderId) => ({
        orderId,
        outcome: "dead",
        rule: reasonOf(orderId),
        at: now,
        steps: [{ at: now, what: "dead", detail: reasonOf(orderId) }],
      })),
      dead: ids.map((orderId) => ({
        orderId,
        reason: reasonOf(orderId),
        detail: `What was wrong with order ${orderId}`,
        at: now,
        attempts: 1,
      })),
    });
  }
  for (const from of parts(amounts.links)) {
    const originals = range(FIRST_ORDER + from, Math.min(100, amounts.links - from));
    await store.commit(hold, {
      ...emptyCommit,
      links: originals.map((original) => ({
        original,
        refund: original + 1_000_000_000,
        lines: [{ sku: "SKU-1", quantity: 1, amount: "10.00" }],
      })),
    });
  }
  await store.releaseLane(hold);
  await fillArrivals(place, amounts);
}

async function fillArrivals({ store, now }: Place, amounts: Amounts): Promise<void> {
  const { receipts, quarantine, due, later } = amounts;
  const most = Math.max(receipts, quarantine, due, later);
  for (const from of parts(most)) {
    const of = (count: number): number[] => range(from, Math.max(0, Math.min(100, count - from)));
    await store.arrive({
      receipts: of(receipts).map((index) => ({
        id: `event-${index}`,
        orderId: FIRST_ORDER + index,
        state: "sent",
        askedAt: now - index,
        dueAt: now - index,
        attempts: 1,
        at: now,
      })),
      quarantine: of(quarantine).map((index) => ({
        at: now - index,
        reason: "unknown-event",
        hash: `hash-${index}`,
      })),
      pointers: [
        ...of(due).map((index) => pointerTo(FIRST_ORDER + index, now, now + index)),
        ...of(later).map((index) => pointerTo(FIRST_ORDER + index, now, now + HOUR)),
      ],
    });
  }
}

async function fillLedger({ kv, name, account, now }: Place, rows: number): Promise<void> {
  const scope = accountScope(name, account);
  for (let from = 0; from < rows; from += ROWS) {
    const operation = kv.atomic();
    for (const orderId of range(FIRST_ORDER + from, Math.min(ROWS, rows - from))) {
      operation.set(ledgerKey(scope, orderId), encodeLedger(rowOf(orderId, now)));
    }
    await operation.commit();
  }
  const operation = kv.atomic();
  const counts = orderCountsCodec.encode({ ...NO_COUNTS, delivered: rows });
  operation.set(singleKey(scope, "counters"), counts);
  await operation.commit();
}

function rowOf(orderId: number, now: number): LedgerRow {
  return {
    orderId,
    outcome: "delivered",
    at: now,
    hash: `h${orderId}`.padEnd(22, "x"),
    sentId: `till-${orderId}`,
    total: "1499.00",
    currency: "SEK",
    store: "S-001",
    day: "2026-01-15",
    acceptedAt: now,
    mark: `m${orderId}`.padEnd(22, "x"),
    steps: [{ at: now, what: "delivered" }],
  };
}

function pointerTo(orderId: number, receivedAt: number, dueAt: number): NewPointer {
  return { orderId, origin: "sweep", receivedAt, dueAt, attempts: 0 };
}

function reasonOf(orderId: number): string {
  return REASONS[orderId % REASONS.length] ?? REASONS[0];
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function* parts(count: number): Generator<number> {
  for (let from = 0; from < count; from += 100) yield from;
}

/** A database that counts the rows that are read from it. */
export interface CountedKv {
  readonly port: KvPort;
  /** Rows read since the last call: keys that were asked for, and rows that were listed. */
  read(): number;
}

/** Counts what is read. */
export function counted(kv: KvPort): CountedKv {
  let rows = 0;
  return {
    port: {
      get: (key) => {
        rows++;
        return kv.get(key);
      },
      getMany: (keys) => {
        rows += keys.length;
        return kv.getMany(keys);
      },
      list: async function* list(selector, options): AsyncGenerator<Deno.KvEntry<unknown>> {
        for await (const row of kv.list(selector, options)) {
          rows++;
          yield row;
        }
      },
      atomic: () => kv.atomic(),
      close: () => kv.close(),
    },
    read(): number {
      const seen = rows;
      rows = 0;
      return seen;
    },
  };
}
