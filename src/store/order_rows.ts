import type { Inbox } from "./inbox.ts";
import type { Ledger } from "./ledger.ts";
import type { Outbox } from "./outbox.ts";
import type { DeadLetter, InboxRow, OutboxRow } from "./rows.ts";

/** Rows of the inbox that are looked at for one order. */
const INBOX_LOOK = 20_000;
/** Receipts that are looked at for one order, last asked first. */
const OUTBOX_LOOK = 5_000;

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

/** Looks an order up where rows do not lie by order. For people who ask, not for every batch. */
export async function readOrderRows(
  orderId: number,
  parts: { readonly inbox: Inbox; readonly outbox: Outbox; readonly ledger: Ledger },
): Promise<OrderRows> {
  const [inbox, outbox, dead, sale] = await Promise.all([
    parts.inbox.due(Number.MAX_SAFE_INTEGER, INBOX_LOOK),
    parts.outbox.latest(OUTBOX_LOOK),
    parts.ledger.deadLetter(orderId),
    parts.outbox.get(`sale-${orderId}`),
  ]);
  const receipts = outbox.filter((row) => row.orderId === orderId);
  const isOld = sale !== undefined && receipts.every((row) => row.id !== sale.id);
  return {
    pointers: inbox.filter((row) => row.orderId === orderId),
    ...(dead === undefined ? {} : { dead }),
    receipts: isOld ? [...receipts, sale] : receipts,
    cut: inbox.length >= INBOX_LOOK || outbox.length >= OUTBOX_LOOK,
  };
}
