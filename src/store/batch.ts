import type { Activity } from "./activity.ts";
import { count, NO_COUNTS } from "./counters.ts";
import type { Confirmations } from "./confirmations.ts";
import { chunked, type Database } from "./database.ts";
import { addCosts, type Cost, costOfDelete, type Draft, fits } from "./draft.ts";
import type { History } from "./history.ts";
import type { Inbox } from "./inbox.ts";
import { singleKey } from "./keys.ts";
import type { Lane } from "./lane.ts";
import type { Ledger } from "./ledger.ts";
import type { Outbox } from "./outbox.ts";
import type { ProductMatches } from "./product_matches.ts";
import { readRow } from "./reading.ts";
import { numberCodec, orderCountsCodec, sweepCodec } from "./row_codecs.ts";
import type { InboxRow, LedgerRow } from "./rows.ts";
import type { BatchCommit, LaneHold } from "./store.ts";

/** The parts of a pipeline's store that a batch touches. */
export interface BatchParts {
  readonly db: Database;
  /** Scope of the account. */
  readonly scope: string;
  readonly lane: Lane;
  readonly inbox: Inbox;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly history: History;
  readonly confirmations: Confirmations;
  readonly activity: Activity;
  readonly products: ProductMatches;
}

/** Rows that a commit of its own takes away. */
const ROWS_PER_COMMIT = 500;

/**
 * Commits a batch: all of it, or nothing once the lane is lost. Only when an order brought so many rows
 * that the commit would not hold them, the last of them go in commits after it. Those need no fence, since
 * what the rows asked for is done; one that stays behind in a crash is looked at again, and changes nothing.
 *
 * @throws {LaneLostError} when another holder has the lane
 * @throws {RangeError} when what changes is more than one commit may hold
 */
export async function commitBatch(
  parts: BatchParts,
  hold: LaneHold,
  batch: BatchCommit,
): Promise<void> {
  const rows = new Map(batch.ledger.map((row) => [row.orderId, row]));
  const pointers = batch.pointers.map((pointer) => parts.inbox.pointerWrite(pointer));
  const left = await parts.db.transact(async (draft) => {
    parts.ledger.setRows(draft, rows.values());
    for (const write of pointers) draft.set(write);
    if (batch.holes !== undefined) parts.history.setHoles(draft, batch.holes);
    if (batch.sweep !== undefined) {
      draft.set({ key: singleKey(parts.scope, "sweep"), value: sweepCodec.encode(batch.sweep) });
    }
    parts.confirmations.remove(draft, batch.confirmed ?? []);
    parts.confirmations.set(draft, batch.confirm ?? []);
    // None of these touches a row of another, so that what they have to read is read at once.
    await Promise.all([
      parts.lane.fence(draft, hold),
      parts.ledger.setDead(draft, rows.values(), batch.dead),
      parts.ledger.setLinks(draft, batch.links),
      parts.outbox.addNew(draft, batch.receipts, batch.receiptsLeft),
      batch.checkpoint === undefined ? undefined : parts.history.move(draft, batch.checkpoint),
      moveCounters(draft, parts, { batch, rows }),
      parts.activity.note(draft, batch, rows),
      parts.products.note(draft, batch),
    ]);
    parts.lane.setClaim(draft, batch.inHand);
    return deleteWhatFits(draft, batch.done);
  });
  for (const rows of chunked(left, ROWS_PER_COMMIT)) {
    await parts.db.transact((draft) => rows.forEach((row) => draft.delete(row.key)));
  }
}

/** Takes away as many rows as the commit still holds, and answers the others. */
function deleteWhatFits(draft: Draft, rows: readonly InboxRow[]): readonly InboxRow[] {
  let cost: Cost = {
    checks: draft.checks,
    mutations: draft.mutations,
    bytes: draft.bytes,
    keyBytes: draft.keyBytes,
  };
  for (const [index, row] of rows.entries()) {
    cost = addCosts(cost, costOfDelete(row.key));
    if (!fits(cost)) return rows.slice(index);
    draft.delete(row.key);
  }
  return [];
}

/**
 * Rows that were read for this batch and have been taken away since, and out of the counters with that. Read after
 * the counters: pruning writes those too, so that the commit fails and is tried again if there is more of it.
 */
async function prunedSince(
  { ledger }: BatchParts,
  { before }: BatchCommit,
  keptFrom: number,
): Promise<ReadonlySet<number>> {
  const old = [...before.keys()].filter((orderId) => orderId < keptFrom);
  if (old.length === 0) return new Set();
  const now = await ledger.rows(old);
  return new Set(old.filter((orderId) => !now.has(orderId)));
}

/** Only the lane's holder and pruning write these counters, so they are never waited for. */
async function moveCounters(
  draft: Draft,
  parts: BatchParts,
  change: { readonly batch: BatchCommit; readonly rows: ReadonlyMap<number, LedgerRow> },
): Promise<void> {
  const { batch, rows } = change;
  if (rows.size === 0 && batch.missedWindow === 0) return;
  const keys = [singleKey(parts.scope, "counters"), singleKey(parts.scope, "keptfrom")];
  const [entry, keptFrom] = await parts.db.getMany(keys);
  if (entry === undefined || keptFrom === undefined) {
    throw new TypeError("Cannot read the counters: the database answered too few rows");
  }
  const pruned = await prunedSince(parts, batch, readRow(numberCodec, keptFrom)?.value ?? 0);
  const changes = [...rows].map(([orderId, after]) => ({
    before: pruned.has(orderId) ? undefined : batch.before.get(orderId),
    after,
  }));
  const counts = count(readRow(orderCountsCodec, entry) ?? NO_COUNTS, changes, batch.missedWindow);
  draft.check(entry);
  draft.set({ key: entry.key, value: orderCountsCodec.encode(counts) });
}
