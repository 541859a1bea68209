import type { RefundLink } from "../records/refund_link.ts";
import type { LedgerRow } from "../store/rows.ts";
import type { PipelineStore } from "../store/store.ts";

/** What the store knows of the orders of a batch. */
export interface Known {
  readonly rows: ReadonlyMap<number, LedgerRow>;
  readonly links: ReadonlyMap<number, readonly RefundLink[]>;
  /** Orders below this one may have had a row that was pruned. */
  readonly keptFrom: number;
}

type KnownStore = Pick<PipelineStore, "ledger" | "links" | "keptFrom">;

/**
 * Reads what is known of these orders. From where on rows are kept comes last: pruning says so before it takes the
 * first one away, so that no row is missing without it.
 */
export async function readKnown(ids: readonly number[], store: KnownStore): Promise<Known> {
  const [rows, links] = await Promise.all([store.ledger(ids), store.links(ids)]);
  const keptFrom = await store.keptFrom();
  return { rows, links, keptFrom: keptFrom ?? 0 };
}

/** Reads once more what has changed since; most often nothing, so that nothing is read. */
export async function refreshKnown(
  known: Known,
  changed: readonly number[],
  store: KnownStore,
): Promise<Known> {
  if (changed.length === 0) return known;
  const now = await readKnown(changed, store);
  return {
    rows: replaced(known.rows, changed, now.rows),
    links: replaced(known.links, changed, now.links),
    keptFrom: now.keptFrom,
  };
}

function replaced<T>(
  before: ReadonlyMap<number, T>,
  ids: readonly number[],
  now: ReadonlyMap<number, T>,
): ReadonlyMap<number, T> {
  const map = new Map(before);
  for (const id of ids) {
    const value = now.get(id);
    if (value === undefined) map.delete(id);
    else map.set(id, value);
  }
  return map;
}
