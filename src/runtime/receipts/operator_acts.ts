import { getLogger } from "@logtape/logtape";
import type { SendResult } from "../../stages/contract.ts";
import type { OutboxRow, ReceiptState, ReceiptStep } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import { RefusalError } from "../refusal.ts";
import { callOnce } from "./call.ts";
import { entryOf, isForOperators, type ReceiptEntry } from "./list_receipts.ts";
import { makeReceipt, receiptSinkOf } from "./read_order.ts";
import { reservedRow, standingAs, withStep } from "./standing.ts";

const logger = getLogger(["tillpipe", "receipts"]);

/** What came of sending a receipt again. */
export type Resent =
  | {
    /** `retry`: it was surely not taken, and stands as before. */
    readonly kind: SendResult["kind"];
    readonly receipt: ReceiptEntry;
    readonly detail?: string;
  }
  /** There is nothing to send for this order; the receipt stands as before. */
  | {
    readonly kind: "none";
    readonly receipt: ReceiptEntry;
    readonly reason: string;
    readonly detail?: string;
  };

/**
 * Sends a receipt that has ended without being sent, on an operator's word and whatever its age: reserved
 * in the outbox, then the call, then its end, like every other, so that a crash leaves `unknown`. A receipt of
 * unknown fate may arrive twice by this. Throws `RefusalError` for one that is on its way or was sent.
 */
export async function resendReceipt(
  context: PipelineContext,
  id: string,
  signal: AbortSignal,
): Promise<Resent> {
  const { store, clock } = context;
  const sink = receiptSinkOf(context);
  const row = await forOperators(context, id);
  const message = await makeReceipt(context, { orderId: row.orderId }, signal);
  if ("none" in message) {
    const { none: reason, detail } = message;
    const receipt = entryOf(row, clock.now());
    return { kind: "none", receipt, reason, ...(detail === undefined ? {} : { detail }) };
  }
  signal.throwIfAborted();
  const step = stepOf(row, "resend", clock.now());
  const reserved = withStep(reservedRow(row, step.at), step);
  if (!await store.moveReceipt(row, reserved)) throw changed(row);
  const { result } = await callOnce(sink, message, signal);
  const detail = result.kind === "sent" ? undefined : result.detail;
  const ended = standingAs(reserved, stateAfter(result, row), {
    at: clock.now(),
    detail: result.kind === "retry" ? row.detail : detail,
    reason: result.kind === "retry" ? row.reason : undefined,
  });
  await store.moveReceipt(reserved, ended);
  logger.info("An operator had the receipt of order {orderId} sent again: {end}", {
    orderId: row.orderId,
    from: row.state,
    end: result.kind,
  });
  return {
    kind: result.kind,
    receipt: entryOf(ended, clock.now()),
    ...(detail === undefined ? {} : { detail }),
  };
}

/**
 * Notes on an operator's word that the customer has got the receipt, sends nothing, and keeps how it stood
 * before. Throws `RefusalError` for one that is on its way or was sent.
 */
export async function markReceiptSent(
  context: Pick<PipelineContext, "store" | "clock">,
  id: string,
  signal: AbortSignal,
): Promise<ReceiptEntry> {
  signal.throwIfAborted();
  const { store, clock } = context;
  const row = await forOperators(context, id);
  const step = stepOf(row, "mark-sent", clock.now());
  const sent = withStep(standingAs(row, "sent", { at: step.at }), step);
  if (!await store.moveReceipt(row, sent)) throw changed(row);
  logger.info("An operator marked the receipt of order {orderId} as sent", {
    orderId: row.orderId,
    from: row.state,
  });
  return entryOf(sent, step.at);
}

async function forOperators(
  { store }: Pick<PipelineContext, "store">,
  id: string,
): Promise<OutboxRow> {
  const row = await store.receipt(id);
  if (row === undefined) {
    throw new RefusalError(
      "No receipt has this id",
      "deno task receipts lists receipts with their ids",
    );
  }
  if (isForOperators(row)) return row;
  if (row.state === "sent") {
    throw new RefusalError(
      `The receipt of order ${row.orderId} was sent already`,
      "For another copy, ask for the receipt at the till once more",
    );
  }
  throw new RefusalError(
    `The receipt of order ${row.orderId} is still on its way`,
    "Wait until it has come to an end; a running server sends it by itself",
  );
}

function stepOf(row: OutboxRow, act: ReceiptStep["act"], at: number): ReceiptStep {
  return { at, act, from: row.state };
}

/** What was surely not taken stands as it did before. */
function stateAfter(result: SendResult, row: OutboxRow): ReceiptState {
  return result.kind === "retry" ? row.state : result.kind;
}

function changed(row: OutboxRow): RefusalError {
  return new RefusalError(
    `The receipt of order ${row.orderId} has changed meanwhile`,
    "Look at it again with deno task receipts",
  );
}
