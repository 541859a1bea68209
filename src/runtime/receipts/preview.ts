import { normaliseEmail } from "../../records/email.ts";
import type { Receipt } from "../../records/receipt.ts";
import type { NoReceipt, SendResult } from "../../stages/contract.ts";
import type { PipelineContext } from "../context.ts";
import { RefusalError } from "../refusal.ts";
import { callOnce } from "./call.ts";
import { makeReceipt, receiptSinkOf } from "./read_order.ts";

/** What would be sent for an order now, or why nothing would. Holds the customer: for the operator's eyes. */
export type ReceiptPreview =
  | { readonly kind: "receipt"; readonly orderId: number; readonly message: Receipt }
  | ({ readonly kind: "none"; readonly orderId: number } & NoReceipt);

/** Reads an order as it is now and builds its receipt. Sends nothing and writes nothing. */
export async function previewReceipt(
  context: PipelineContext,
  orderId: number,
  signal: AbortSignal,
): Promise<ReceiptPreview> {
  return previewOf(orderId, await makeReceipt(context, { orderId }, signal));
}

/** Which receipt to send to whom, for looking at it. */
export interface TrialOptions {
  readonly orderId: number;
  /** The address that gets it. */
  readonly to: string;
}

/** A receipt that really went to an address, for looking at it, and what became of the call. */
export interface Trial {
  readonly preview: ReceiptPreview;
  /** Absent when there is nothing to send. */
  readonly result?: SendResult;
}

/**
 * Really sends an order's receipt to an address of the operator's, once. It is not the order's receipt: the
 * outbox knows nothing of it. Throws `RefusalError` for what is no address.
 */
export async function sendTrial(
  context: PipelineContext,
  { orderId, to }: TrialOptions,
  signal: AbortSignal,
): Promise<Trial> {
  const sink = receiptSinkOf(context);
  const address = normaliseEmail(to);
  if (address === undefined) {
    throw new RefusalError("That is no email address", "Give one such as you@example.com");
  }
  const made = await makeReceipt(context, { orderId, to: address }, signal);
  const preview = previewOf(orderId, made);
  if ("none" in made) return { preview };
  const { result } = await callOnce(sink, made, signal);
  return { preview, result };
}

function previewOf(orderId: number, made: Receipt | NoReceipt): ReceiptPreview {
  return "none" in made
    ? { kind: "none", orderId, ...made }
    : { kind: "receipt", orderId, message: made };
}
