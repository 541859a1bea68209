/** Builders for tests of the comparison: say what matters, get the rest. */
import { Decimal } from "../../records/money.ts";
import type { FirstSight } from "./judge.ts";
import type { Situation } from "./situation.ts";

/** A pipeline with a live source and history that was not brought yet, at rest, at noon. */
export function situation(fields: Partial<Situation> = {}): Situation {
  return {
    now: Date.parse("2025-03-01T12:00:00Z"),
    live: true,
    history: { enabled: true, running: false },
    sweepEvery: 600_000,
    pending: new Map(),
    letters: new Map(),
    lettersComplete: true,
    holes: [],
    ...fields,
  };
}

/** Order 100 over 249.00, sold long ago, that the ledger does not know. */
export function sight(fields: Partial<FirstSight> = {}): FirstSight {
  return {
    orderId: 100,
    orderdate: 1_700_000_000,
    money: Decimal.parse("249.00"),
    mark: "m",
    beforeStart: false,
    row: undefined,
    ...fields,
  };
}
