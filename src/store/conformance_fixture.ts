/** What the rules of the conformance suite have in common. */
import { assert } from "../std/assert.ts";
import type { ManualClock } from "../time/manual_clock.ts";
import type { Checkpoint, LedgerRow, NewPointer, OutboxRow, SweepRow } from "./rows.ts";
import type { LaneHold, PipelineStore, Store } from "./store.ts";

/** What a rule is checked on. */
export interface Setting {
  readonly clock: ManualClock;
  readonly store: Store;
  /** Pipeline "shop" under the account "default". */
  readonly shop: PipelineStore;
}

/** Rules by what they say. */
export type Rules = Readonly<Record<string, (setting: Setting) => Promise<void>>>;

export async function acquire(store: PipelineStore, holder = "holder"): Promise<LaneHold> {
  const hold = await store.acquireLane(holder, "fingerprint");
  assert(hold !== undefined, "the lane is not free");
  return hold;
}

export function arrive(store: PipelineStore, pointers: readonly NewPointer[]): Promise<void> {
  return store.arrive({ pointers, receipts: [], quarantine: [] });
}

export function pointer(orderId: number, fields: Partial<NewPointer> = {}): NewPointer {
  return { orderId, origin: "live", dueAt: 0, receivedAt: 0, attempts: 0, ...fields };
}

export function ledgerRow(orderId: number): LedgerRow {
  return { orderId, outcome: "delivered", at: 1, steps: [] };
}

export function receipt(id: string, orderId: number): OutboxRow {
  return { id, orderId, state: "asked", askedAt: 1, dueAt: 1, attempts: 0, at: 1 };
}

export function sweep(): SweepRow {
  return { next: 5, newAt: 6, changedDay: "2026-01-15", healed: 7 };
}

export function checkpoint(fields: Partial<Checkpoint> = {}): Checkpoint {
  return {
    state: "requested",
    next: 0,
    total: 10,
    read: 0,
    delivered: 0,
    unchanged: 0,
    linked: 0,
    skipped: 0,
    waiting: 0,
    dead: 0,
    young: 0,
    startedAt: 1,
    updatedAt: 1,
    fingerprint: "f",
    ...fields,
  };
}
