import type { TallyName } from "../engine/settle.ts";
import type { Pointer } from "../engine/work.ts";
import type { ReadOrder } from "../sitoo/api.ts";
import type { Checkpoint, NewPointer } from "../store/rows.ts";
import { readingsOf } from "./fetched.ts";
import type { Fetched } from "./fetched.ts";
import type { HoleAnswer } from "./hole_reader.ts";

/** A batch in which there is nothing to do. */
export const nothing: Fetched = {
  pointers: [],
  readings: new Map(),
  takeovers: 0,
  later: [],
};

/**
 * Orders of history as a batch, without a checkpoint. Those younger than `minAge` (ms) become due when they
 * are old enough; those that live has read since history did are due at once, to be read once more.
 */
export function batchOf(
  orders: readonly ReadOrder[],
  { now, minAge, overtaken }: {
    readonly now: number;
    readonly minAge: number;
    readonly overtaken?: ReadonlySet<number>;
  },
): Fetched {
  const ripe: ReadOrder[] = [];
  const later: NewPointer[] = [];
  for (const read of orders) {
    const dueAt = read.ok ? read.order.orderdate * 1000 + minAge : now;
    if (overtaken?.has(read.orderId) === true) later.push(youngPointer(read, Math.max(now, dueAt)));
    else if (dueAt <= now) ripe.push(read);
    else later.push(youngPointer(read, dueAt));
  }
  const ids = ripe.map((read) => read.orderId);
  return {
    pointers: ripe.map((read) => historyPointer(read, now)),
    readings: readingsOf(ids, ripe),
    takeovers: 0,
    later,
  };
}

/** What came of a batch of history. */
export interface Done {
  readonly batch: Fetched;
  /** Orders that Sitoo gave. */
  readonly read: number;
  readonly tally: ReadonlyMap<TallyName, number>;
}

/** A run with the outcomes of a batch added. */
export function withOutcomes(run: Checkpoint, { batch, read, tally }: Done): Checkpoint {
  const count = (name: TallyName): number => tally.get(name) ?? 0;
  return {
    ...run,
    read: run.read + read,
    young: run.young + batch.later.length,
    delivered: run.delivered + count("delivered"),
    unchanged: run.unchanged + count("unchanged"),
    linked: run.linked + count("linked"),
    skipped: run.skipped + count("skipped"),
    waiting: run.waiting + count("waiting"),
    dead: run.dead + count("dead"),
  };
}

/** A run with what came of trying one of its holes again. */
export function withHole(
  run: Checkpoint,
  { answer, batch, tally }: Omit<Done, "read"> & { readonly answer: HoleAnswer },
): Checkpoint {
  const { open, closed } = answer.change;
  const holes = (run.holes ?? 0) + open.length - closed.length;
  const read = answer.orders.length;
  return { ...withOutcomes(run, { batch, read, tally }), holes: Math.max(0, holes) };
}

function historyPointer(read: ReadOrder, now: number): Pointer {
  return {
    orderId: read.orderId,
    origin: "history",
    receivedAt: now,
    attempts: 0,
    force: false,
    rows: [],
    ...(read.ok ? { site: read.order.eshopid } : {}),
  };
}

/** History leaves an order that automations would still react to until it is old enough. */
function youngPointer(read: ReadOrder, dueAt: number): NewPointer {
  return {
    orderId: read.orderId,
    origin: "history",
    receivedAt: dueAt,
    dueAt,
    attempts: 0,
    ...(read.ok ? { site: read.order.eshopid } : {}),
  };
}
