import type { Database } from "./database.ts";
import { addCosts, assertValueFits, type Cost, costOf, fits, type Write } from "./draft.ts";
import { GroupCommit } from "./group_commit.ts";
import type { Inbox } from "./inbox.ts";
import { keySize } from "./keys.ts";
import type { Outbox } from "./outbox.ts";
import type { OutboxRow } from "./rows.ts";
import type { Arrival } from "./store.ts";

/** Bytes kept free for the counters of receipts. */
const COUNTERS_ROOM = 2048;

/** A part of an arrival that has to be written in one commit. */
interface Portion {
  readonly cost: Cost;
  readonly writes: readonly Write[];
  readonly outbox: Outbox;
  readonly receipts: readonly OutboxRow[];
}

/** Where a pipeline's arrivals go. */
export interface Destination {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
}

/** Takes what webhooks bring, for all pipelines of a process, with as few commits as possible. */
export class Arrivals {
  readonly #group: GroupCommit<Portion>;
  #closed = false;

  constructor(db: Database) {
    this.#group = new GroupCommit((portions) =>
      db.transact(async (draft) => {
        const receipts = new Map<Outbox, OutboxRow[]>();
        for (const portion of portions) {
          for (const write of portion.writes) draft.set(write);
          if (portion.receipts.length === 0) continue;
          const gathered = receipts.get(portion.outbox) ?? [];
          receipts.set(portion.outbox, [...gathered, ...portion.receipts]);
        }
        for (const [outbox, rows] of receipts) await outbox.addNew(draft, rows);
      })
    );
  }

  /**
   * Resolves after everything is committed. What is too much for one commit is split, an order's
   * pointer and its receipt never; if a part of it fails, others may have been written, which does no
   * harm when the sender tries again.
   */
  async add(arrival: Arrival, to: Destination): Promise<void> {
    if (this.#closed) throw new Error("Cannot take events: the store is closed");
    const portions = portionsOf(arrival, to);
    const [first] = portions;
    if (first !== undefined && portions.length === 1) return await this.#group.add(first);
    const results = await Promise.allSettled(portions.map((part) => this.#group.add(part)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** Takes nothing more; resolves when what came before is written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#group.idle();
  }
}

/** Packs the parts of an arrival into as few portions as the limits allow. */
function portionsOf(arrival: Arrival, to: Destination): Portion[] {
  const whole = wholePortion(arrival, to);
  if (whole !== undefined) return [whole];
  const portions: Portion[] = [];
  let packed: Part = { writes: [], receipts: [], cost: NOTHING };
  for (const part of parts(arrival, to)) {
    const receipts = [...packed.receipts, ...part.receipts];
    const cost = addCosts(packed.cost, part.cost);
    if (fits(withCounters(cost, receipts, to.outbox))) {
      packed.writes.push(...part.writes);
      packed = { writes: packed.writes, receipts, cost };
    } else {
      if (packed.writes.length + packed.receipts.length > 0) portions.push(close(packed));
      packed = part;
    }
  }
  if (packed.writes.length + packed.receipts.length > 0) portions.push(close(packed));
  return portions;

  function close(part: Part): Portion {
    return { ...part, outbox: to.outbox, cost: withCounters(part.cost, part.receipts, to.outbox) };
  }
}

/** All of it at once, when it has no receipts and one commit can hold it: nearly always. */
function wholePortion(arrival: Arrival, { inbox, outbox }: Destination): Portion | undefined {
  if (arrival.receipts.length > 0) return undefined;
  const writes = [
    ...arrival.pointers.map((row) => inbox.pointerWrite(row)),
    ...arrival.quarantine.map((row) => inbox.quarantineWrite(row)),
  ];
  if (writes.length === 0) return undefined;
  writes.forEach(assertValueFits);
  const cost = costOf(writes);
  return fits(cost) ? { writes, cost, outbox, receipts: [] } : undefined;
}

const NOTHING: Cost = { checks: 0, mutations: 0, bytes: 0, keyBytes: 0 };

/** What must not be parted: everything of one order, or one quarantined event. */
interface Part {
  readonly cost: Cost;
  readonly writes: Write[];
  readonly receipts: readonly OutboxRow[];
}

function parts(arrival: Arrival, to: Destination): Part[] {
  const pointers = Map.groupBy(arrival.pointers, (pointer) => pointer.orderId);
  const receipts = Map.groupBy(arrival.receipts, (row) => row.orderId);
  const orders = new Set([...pointers.keys(), ...receipts.keys()]);
  return [
    ...[...orders].map((order) => {
      const writes = (pointers.get(order) ?? []).map((row) => to.inbox.pointerWrite(row));
      return newPart(writes, receipts.get(order) ?? [], to.outbox);
    }),
    ...arrival.quarantine.map((row) => newPart([to.inbox.quarantineWrite(row)], [], to.outbox)),
  ];
}

/** A value that is too large fails here, before it can fail others' commits. */
function newPart(writes: Write[], receipts: readonly OutboxRow[], outbox: Outbox): Part {
  const all = [...writes, ...receipts.flatMap((row) => outbox.writesOf(row))];
  all.forEach(assertValueFits);
  return { cost: costOf(all), writes, receipts };
}

/** Receipts also check and write their counters, once per commit. */
function withCounters(cost: Cost, receipts: readonly OutboxRow[], outbox: Outbox): Cost {
  if (receipts.length === 0) return cost;
  return addCosts(cost, {
    checks: 1,
    mutations: 1,
    bytes: COUNTERS_ROOM,
    keyBytes: 2 * keySize(outbox.countsKey),
  });
}
