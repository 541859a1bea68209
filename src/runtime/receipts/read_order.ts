import { ApiError } from "../../http/error.ts";
import type { Receipt } from "../../records/receipt.ts";
import type { NoReceipt, ReceiptSink } from "../../stages/contract.ts";
import type { PipelineContext } from "../context.ts";
import { RefusalError, UnknownOrderError } from "../refusal.ts";

/** A receipt that is being made by hand. */
export interface Making {
  readonly orderId: number;
  /** Another address than the order's. */
  readonly to?: string;
}

/** The pipeline's email sink. Throws `RefusalError` when it sends no receipts. */
export function receiptSinkOf({ pipeline }: Pick<PipelineContext, "pipeline">): ReceiptSink {
  if (pipeline.receipts !== undefined) return pipeline.receipts;
  throw new RefusalError(
    `Pipeline "${pipeline.definition.name}" sends no receipts`,
    "Set enabled: true under ometria-email in its file",
  );
}

/**
 * Reads the order from Sitoo and builds its receipt, as the receipts' own drain would. Throws `RefusalError`
 * when the order cannot be had.
 */
export async function makeReceipt(
  context: PipelineContext,
  { orderId, to }: Making,
  signal: AbortSignal,
): Promise<Receipt | NoReceipt> {
  const sink = receiptSinkOf(context);
  const [read] = await readOne(context, orderId, signal);
  if (read === undefined) {
    throw new UnknownOrderError(
      `Sitoo has no order ${orderId}`,
      "Give Sitoo's order id, the order's id at Ometria or the number on the receipt",
    );
  }
  if (!read.ok) {
    throw new RefusalError(
      `Order ${orderId} cannot be read: ${read.detail}`,
      "Mend the order at Sitoo, then try again",
    );
  }
  const zone = await context.pipeline.transform.zone?.(read.order.eshopid, signal);
  return await sink.build(read.order, zone, to);
}

async function readOne(
  { sitoo }: PipelineContext,
  orderId: number,
  signal: AbortSignal,
): ReturnType<PipelineContext["sitoo"]["readOrders"]> {
  try {
    return await sitoo.readOrders([orderId], signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new RefusalError(
      `Order ${orderId} cannot be read: ${error.message}`,
      "Try again once Sitoo answers; deno task doctor looks at keys and addresses",
    );
  }
}
