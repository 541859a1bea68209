import type { OutboxRow, ReceiptState } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";

/** States in which a receipt is still on its way, or has gone: nothing is left for an operator to decide. */
const settled: readonly ReceiptState[] = ["asked", "reserved", "sent"];

/** A receipt as people look at it. Ids only; times are epoch ms. */
export interface ReceiptEntry extends OutboxRow {
  /** ms since it was asked for. */
  readonly age: number;
  /** Whether `resendReceipt` and `markReceiptSent` would take it. */
  readonly open: boolean;
}

/** Some receipts, last asked first. */
export interface ReceiptPage {
  readonly receipts: readonly ReceiptEntry[];
  /** Names the next page, if there is one: `after` of the next call. */
  readonly next?: string;
}

/** Which receipts to list. */
export interface ReceiptListOptions {
  /** Only those that stand so. @default all */
  readonly state?: ReceiptState;
  /** At most so many. @default 50 */
  readonly limit?: number;
  /** `next` of the page before. What cannot be read is taken for the first page. */
  readonly after?: string;
}

/** Lists receipts, last asked first, page by page. */
export async function listReceipts(
  context: Pick<PipelineContext, "store" | "clock">,
  options: ReceiptListOptions,
  signal: AbortSignal,
): Promise<ReceiptPage> {
  signal.throwIfAborted();
  const { state, limit = 50 } = options;
  const before = options.after === undefined ? undefined : readPlace(options.after);
  const rows = await context.store.receipts(limit + 1, {
    ...(state === undefined ? {} : { state }),
    ...(before === undefined ? {} : { before }),
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const now = context.clock.now();
  return {
    receipts: shown.map((row) => entryOf(row, now)),
    ...(rows.length > limit && last !== undefined ? { next: `${last.askedAt}:${last.id}` } : {}),
  };
}

/** A row as people look at it. */
export function entryOf(row: OutboxRow, now: number): ReceiptEntry {
  return { ...row, age: Math.max(0, now - row.askedAt), open: isForOperators(row) };
}

/** Whether an operator may decide what becomes of a receipt: it has ended, and was not sent. */
export function isForOperators(row: OutboxRow): boolean {
  return !settled.includes(row.state);
}

function readPlace(text: string): { readonly askedAt: number; readonly id: string } | undefined {
  const [, at, id] = /^(\d{1,15}):(.*)$/s.exec(text) ?? [];
  return at === undefined || id === undefined ? undefined : { askedAt: Number(at), id };
}
