import type { LedgerRow } from "./rows.ts";
import type { OrderCounts } from "./row_codecs.ts";

/** Counters of an account that has no order yet. */
export const NO_COUNTS: OrderCounts = {
  delivered: 0,
  confirmed: 0,
  missedWindow: 0,
  linked: 0,
  waiting: 0,
  skipped: {},
  deadBy: {},
};

/** Rows of a batch, each with what stood there before. */
export interface CountedChange {
  readonly before: LedgerRow | undefined;
  /** Absent: the row is taken away. */
  readonly after?: LedgerRow;
}

/** Moves the counters on by what changed. Never below zero, even if a spoilt row was not counted. */
export function count(
  counts: OrderCounts,
  changes: Iterable<CountedChange>,
  missedWindow: number,
): OrderCounts {
  const plain = new Map<string, number>(PLAIN.map((name) => [name, counts[name]]));
  const skipped = new Map(Object.entries(counts.skipped));
  const dead = new Map(Object.entries(counts.deadBy));
  for (const { before, after } of changes) {
    if (before !== undefined) add(before, -1);
    if (after !== undefined) add(after, 1);
  }
  bump(plain, "missedWindow", missedWindow);
  return {
    delivered: standing("delivered"),
    confirmed: standing("confirmed"),
    missedWindow: standing("missedWindow"),
    linked: standing("linked"),
    waiting: standing("waiting"),
    skipped: toRecord(skipped),
    deadBy: toRecord(dead),
  };

  function standing(name: string): number {
    return Math.max(0, plain.get(name) ?? 0);
  }

  function add(row: LedgerRow, by: number): void {
    if (row.outcome === "skipped") bump(skipped, row.rule ?? "unnamed", by);
    else if (row.outcome === "dead") bump(dead, row.rule ?? "unnamed", by);
    else bump(plain, row.outcome, by);
    if (isConfirmed(row)) bump(plain, "confirmed", by);
  }
}

const PLAIN = ["delivered", "confirmed", "missedWindow", "linked", "waiting"] as const;

/** Adds to one count of a table. */
export function bump(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** A table without what is zero. */
export function toRecord(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].filter(([, value]) => value > 0));
}

function isConfirmed(row: LedgerRow): boolean {
  return row.outcome === "delivered" && row.confirmedAt !== undefined;
}
