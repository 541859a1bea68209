import type { RefundLink } from "../records/refund_link.ts";
import type { UnusableRefund } from "../stages/contract.ts";
import type { LedgerRow } from "../store/rows.ts";
import type { Outcome } from "./ledger_row.ts";

/** Reasons for which a refund, and not its original, is dead. */
const refundReasons: readonly string[] = [
  "refund-line-unclear",
  "refund-of-refund",
  "original-unreadable",
];

/** How a refund ends, and the words for its dead letter when it is dead. */
export interface RefundEnd extends Outcome {
  readonly detail?: string;
}

/** What is known of a refund's original when the refund's end is decided. */
export interface OriginalState {
  readonly row: LedgerRow | undefined;
  /** Sitoo does not answer it, and Ometria never had it. */
  readonly unreadable: boolean;
  readonly unusable: UnusableRefund | undefined;
}

/**
 * A refund ends as its original does: `linked` when that one is sent or still on its way, skipped as
 * `refund-of-<rule>` when it is skipped. Deciding it from the original alone makes the end the same in
 * whichever order the two arrive.
 */
export function refundEnd(link: RefundLink, original: OriginalState): RefundEnd {
  if (link.lines.length === 0) return { outcome: "skipped", rule: "cancelled" };
  if (original.unusable !== undefined) {
    const { reason, detail } = original.unusable;
    return { outcome: "dead", rule: reason, detail };
  }
  if (original.unreadable) {
    const detail = `Sitoo does not answer order ${link.original}, which this refund credits`;
    return { outcome: "dead", rule: "original-unreadable", detail };
  }
  const { row } = original;
  if (row !== undefined && row.acceptedAt === undefined && standsAsRefund(row)) {
    const detail = `Order ${link.original}, which this refund credits, is a refund itself`;
    return { outcome: "dead", rule: "refund-of-refund", detail };
  }
  if (row?.outcome === "skipped") {
    return { outcome: "skipped", rule: `refund-of-${row.rule ?? "skipped"}` };
  }
  return { outcome: "linked" };
}

/** Whether an order stands as a refund stands, so that its original may change how. */
export function standsAsRefund(row: LedgerRow): boolean {
  if (row.outcome === "linked") return true;
  if (row.outcome === "skipped") return row.rule?.startsWith("refund-of-") === true;
  return row.outcome === "dead" && refundReasons.includes(row.rule ?? "");
}

/**
 * Whether an order came to an end that has nothing to do with what it returns: Ometria rejects its sale, say.
 * That end is the one to be shown, whatever the original makes of the return; the original is asked once the
 * order gets further.
 */
export function hadEndOfItsOwn(row: LedgerRow | undefined): boolean {
  return row !== undefined && row.outcome !== "delivered" && !standsAsRefund(row);
}

/** Whether a refund links just what it linked before. */
export function sameLinks(before: readonly RefundLink[], after: readonly RefundLink[]): boolean {
  return canonical(before) === canonical(after);
}

function canonical(links: readonly RefundLink[]): string {
  return JSON.stringify(
    links.filter((link) => link.lines.length > 0)
      .map(({ original, refund, lines }) => [
        original,
        refund,
        lines.map(({ index, sku, quantity, amount }) => [index ?? -1, sku, quantity, amount]),
      ])
      .toSorted(),
  );
}
