import { ApiError } from "../../http/error.ts";
import { markReceiptSent, resendReceipt } from "../../runtime/receipts/operator_acts.ts";
import { RefusalError } from "../../runtime/refusal.ts";
import type { ServedPipeline } from "../environment.ts";

/** What came of an act on a receipt. */
export interface ReceiptDone {
  /**
   * `refused` and `unknown`: the call was made, and is how the receipt stands now; `none`, `retry`, `failed` and
   * `not-done`: nothing was sent.
   */
  readonly result:
    | "sent"
    | "marked"
    | "refused"
    | "unknown"
    | "none"
    | "retry"
    | "failed"
    | "not-done";
  /** For people; a sentence without a full stop. */
  readonly text: string;
  /** Whether the receipt counts as sent now. */
  readonly done: boolean;
}

/** Sends a receipt again that has ended without being sent. Every failure is an answer. */
export async function resend(
  served: ServedPipeline,
  id: string,
  signal: AbortSignal,
): Promise<ReceiptDone> {
  return await answered(async () => {
    const { kind, receipt, ...why } = await resendReceipt(served, id, signal);
    const order = `The receipt of order ${receipt.orderId}`;
    if (kind === "sent") return { result: kind, text: `${order} was sent`, done: true };
    const reason = "reason" in why ? why.reason : undefined;
    const detail = [reason, why.detail].filter((part) => part !== undefined).join(": ");
    const text = {
      none: `${order} was not sent: there is nothing to send`,
      refused: `${order} was refused`,
      retry: `${order} was not taken, and stands as before`,
      unknown: `${order} may or may not have been sent`,
    }[kind];
    return { result: kind, text: detail === "" ? text : `${text} (${detail})`, done: false };
  });
}

/** Takes a receipt for sent. */
export async function markSent(
  served: ServedPipeline,
  id: string,
  signal: AbortSignal,
): Promise<ReceiptDone> {
  return await answered(async () => {
    const { orderId } = await markReceiptSent(served, id, signal);
    return { result: "marked", text: `The receipt of order ${orderId} counts as sent`, done: true };
  });
}

async function answered(act: () => Promise<ReceiptDone>): Promise<ReceiptDone> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RefusalError) {
      return { result: "not-done", text: error.message, done: false };
    }
    if (error instanceof ApiError) {
      return { result: "failed", text: `Nothing was sent: ${error.message}`, done: false };
    }
    throw error;
  }
}
