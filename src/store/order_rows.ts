import type { Inbox } from "./inbox.ts";
import type { Ledger } from "./ledger.ts";
import type { Outbox } from "./outbox.ts";
import type { DeadLetter, InboxRow, OutboxRow } from "./rows.ts";

/** Rows of the inbox that are looked at for one order, so that the answer is quick whatever has piled up. */
const INBOX_LOOK = 5_000;
/** Receipts of one order that are told, last asked first; a till asks for a handful. */
const RECEIPTS = 500;

/** What stands in inbox and outbox for one order, and its dead letter. */
export interface OrderRows {
  /** Whatever is to be looked at, now or later. */
  readonly pointers: readonly InboxRow[];
  readonly dead?: DeadLetter;
  /** Last asked first. */
  readonly receipts: readonly OutboxRow[];
  /** There were more rows than are looked at, so that some of this order may be missing. */
  readonly cut: boolean;
}

/** Looks an order up; rows of the inbox do not lie by order. For people who ask, not for every batch. */
export async function readOrderRows(
  orderId: number,
  parts: { readonly inbox: Inbox; readonly outbox: Outbox; readonly ledger: Ledger },
): Promise<OrderRows> {
  const [inbox, receipts, dead] = await Promise.all([
    parts.inbox.ofOrder(orderId, INBOX_LOOK),
    parts.outbox.ofOrder(orderId, RECEIPTS),
    parts.ledger.deadLetter(orderId),
  ]);
  return {
    pointers: inbox.rows,
    ...(dead === undefined ? {} : { dead }),
    receipts,
    cut: inbox.cut || receipts.length >= RECEIPTS,
  };
}
