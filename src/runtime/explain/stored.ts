import { explainReason } from "../../engine/reasons.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import type { StandingName, StoredOrder } from "./explanation.ts";

/** What reading an order's rows gives. */
export interface StoredRows {
  readonly row: LedgerRow | undefined;
  readonly stored: StoredOrder;
}

/** Gathers all that the store knows of an order. */
export async function readStored(
  { store }: Pick<PipelineContext, "store">,
  orderId: number,
): Promise<StoredRows> {
  const [rows, links, made, order, keptFrom = 0] = await Promise.all([
    store.ledger([orderId]),
    store.links([orderId]),
    store.linksOf(orderId),
    store.orderRows(orderId),
    store.keptFrom(),
  ]);
  const row = rows.get(orderId);
  const originals = await store.ledger(made.map((link) => link.original));
  const { dead } = order;
  return {
    row,
    stored: {
      ...(row === undefined ? {} : { ledger: withoutHashes(row) }),
      pruned: row === undefined && orderId < keptFrom,
      due: order.pointers.map(({ dueAt, origin, attempts, force }) => ({
        at: dueAt,
        origin,
        attempts,
        force: force === true,
      })).toSorted((a, b) => a.at - b.at),
      ...(dead === undefined ? {} : {
        dead: {
          reason: dead.reason,
          detail: dead.detail,
          at: dead.at,
          attempts: dead.attempts,
          ...explainReason("dead", dead.reason),
        },
      }),
      refunds: (links.get(orderId) ?? []).map(({ refund, lines }) => ({ refund, lines })),
      credits: made.map(({ original, lines }) => ({
        original,
        lines,
        standing: originals.get(original)?.outcome ?? "unknown",
      })),
      receipts: order.receipts.map(({ id, state, askedAt, at, attempts, detail }) => ({
        id,
        state,
        askedAt,
        at,
        attempts,
        ...(detail === undefined ? {} : { detail }),
      })),
      cut: order.cut,
    },
  };
}

/** How the order stands: its outcome, and due only where it never had one. */
export function standingOf({ ledger, due }: StoredOrder): StandingName {
  return ledger?.outcome ?? (due.length > 0 ? "due" : "unknown");
}

/** Hashes say nothing to people. */
function withoutHashes(row: LedgerRow): NonNullable<StoredOrder["ledger"]> {
  const { hash: _hash, mark: _mark, orderId: _orderId, ...rest } = row;
  return rest;
}
