import { ApiError } from "../../http/error.ts";
import type { Receipt } from "../../records/receipt.ts";
import type { ReceiptSink, SendResult } from "../../stages/contract.ts";

/** How a call ended, and the failure of the API behind it, if there was one. */
export interface CallEnd {
  readonly result: SendResult;
  readonly error?: ApiError;
}

/**
 * Makes one call and says what is known of it afterwards: `retry` only where the email was surely not
 * taken, `unknown` wherever there is a doubt. Never throws.
 */
export async function callOnce(
  sink: ReceiptSink,
  receipt: Receipt,
  signal: AbortSignal,
): Promise<CallEnd> {
  try {
    return { result: await sink.send(receipt, signal) };
  } catch (error) {
    if (error instanceof ApiError) {
      const doubtful = error.reached && error.kind !== "unauthorized" && error.kind !== "throttled";
      return { error, result: { kind: doubtful ? "unknown" : "retry", detail: error.message } };
    }
    // A send that was begun answers by itself; it rejects only when it was stopped before that.
    return {
      result: signal.aborted
        ? { kind: "retry", detail: "Stopped before the call" }
        : { kind: "unknown", detail: "The call failed in a way that tells nothing" },
    };
  }
}
