import type { OutboxRow, ReceiptState, ReceiptStep } from "../../store/rows.ts";

/** ms after which a reservation whose process said no more is taken for a crash. Longer than any call. */
const reservedFor = 120_000;
/** Acts of operators that a receipt keeps. */
const stepsKept = 8;

/** Why a receipt stands as it does. */
export interface Why {
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
}

/** The row in another state, without what was said of the former one. */
export function standingAs(
  row: OutboxRow,
  state: ReceiptState,
  { at, reason, detail }: Why & { readonly at: number },
): OutboxRow {
  const { reason: _reason, detail: _detail, ...kept } = row;
  return {
    ...kept,
    state,
    at,
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** The row in the hands of a process that is about to make its call. */
export function reservedRow(row: OutboxRow, at: number): OutboxRow {
  return { ...standingAs(row, "reserved", { at }), dueAt: at + reservedFor };
}

/** The row with one more act of an operator; the latest eight are kept. */
export function withStep(row: OutboxRow, step: ReceiptStep): OutboxRow {
  return { ...row, steps: [...row.steps ?? [], step].slice(-stepsKept) };
}
