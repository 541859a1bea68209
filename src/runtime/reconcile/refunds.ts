import type { RefundLink } from "../../records/refund_link.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import type { Situation } from "./situation.ts";

/** A refund that the ledger has as linked. */
export interface LinkedRefund {
  readonly orderId: number;
  readonly row: LedgerRow;
}

/**
 * Whether a refund's sale has been sent with it: `joined`, `not-joined`, or `look` where the sale itself has to be
 * read to tell.
 */
export type Joining =
  | { readonly kind: "joined" }
  | { readonly kind: "not-joined"; readonly originals: readonly number[] }
  | { readonly kind: "look"; readonly originals: readonly number[] };

/** Looks up what the store says of linked refunds' sales. */
export async function joiningsOf(
  refunds: readonly LinkedRefund[],
  { store }: Pick<PipelineContext, "store">,
  situation: Situation,
): Promise<ReadonlyMap<number, Joining>> {
  const links = new Map<number, readonly RefundLink[]>();
  for (const { orderId } of refunds) links.set(orderId, await store.linksOf(orderId));
  const originals = [...links.values()].flat().map((link) => link.original);
  const [rows, all] = await Promise.all([store.ledger(originals), store.links(originals)]);
  return new Map(refunds.map((refund) => {
    const own = links.get(refund.orderId) ?? [];
    return [refund.orderId, joiningOf(refund, { own, rows, all }, situation)] as const;
  }));
}

/** Links and rows that tell how a refund's sales stand. */
export interface Relations {
  /** Those that the refund made. */
  readonly own: readonly RefundLink[];
  /** Rows of the sales. */
  readonly rows: ReadonlyMap<number, LedgerRow>;
  /** All links to each sale. */
  readonly all: ReadonlyMap<number, readonly RefundLink[]>;
}

/** Judges one refund by its links. Pure. */
export function joiningOf(
  refund: LinkedRefund,
  { own, rows, all }: Relations,
  { pending, keptFrom = 0 }: Pick<Situation, "pending" | "keptFrom">,
): Joining {
  if (own.length === 0) return { kind: "not-joined", originals: [] };
  const open: number[] = [];
  const lost: number[] = [];
  for (const { original } of own) {
    if (pending.has(original)) continue;
    const row = rows.get(original);
    if (row === undefined) {
      // A sale whose row was pruned says nothing against its refund.
      if (original >= keptFrom) lost.push(original);
    } else if (row.outcome === "delivered" && !isSent(row, refund.row, all.get(original) ?? [])) {
      open.push(original);
    }
  }
  if (lost.length > 0) return { kind: "not-joined", originals: lost };
  return open.length > 0 ? { kind: "look", originals: open } : { kind: "joined" };
}

/** Whether a sale is sure to have been sent with all its refunds. */
function isSent(sale: LedgerRow, refund: LedgerRow, links: readonly RefundLink[]): boolean {
  if (sale.acceptedAt !== undefined && sale.acceptedAt >= refund.at) return true;
  const last = sale.steps.findLast(({ what }) => what === "delivered" || what === "updated");
  const wanted = links.filter((link) => link.lines.length > 0).length;
  return last?.detail === `refunds: ${wanted}`;
}
