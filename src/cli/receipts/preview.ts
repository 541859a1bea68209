import type { PipelineContext } from "../../runtime/context.ts";
import { findOrder } from "../../runtime/explain/find.ts";
import { UnknownOrderError } from "../../runtime/refusal.ts";
import { previewReceipt, type ReceiptPreview, sendTrial } from "../../runtime/receipts/preview.ts";
import { previewPage } from "../../runtime/receipts/preview_page.ts";
import type { SendResult } from "../../stages/contract.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { writeUserFile } from "../user_file.ts";

/** Shows, and with `--send-to` sends, what would be sent for one order. Returns the exit code. */
export async function preview(
  { named, contexts }: {
    /** As the person wrote it; see `findOrder`. */
    readonly named: string;
    readonly contexts: readonly PipelineContext[];
  },
  options: Options,
  host: Host,
): Promise<number> {
  const context = oneWithReceipts(contexts);
  const to = options.text("send-to");
  const signal = host.stopSignal();
  const orderId = await findOrder(context, { name: named }, signal);
  if (orderId === undefined) throw unknownOrder(named);
  const trial = to === undefined
    ? { preview: await previewReceipt(context, orderId, signal) }
    : await sendTrial(context, { orderId, to }, signal);
  const result = "result" in trial ? trial.result : undefined;
  await show(trial.preview, { result }, { options, host });
  if (trial.preview.kind === "none") return 1;
  return result === undefined || result.kind === "sent" ? 0 : 1;
}

function unknownOrder(named: string): UnknownOrderError {
  return new UnknownOrderError(
    `No order is called "${named}"`,
    "It is neither an order id of Sitoo, nor an id at Ometria in this pipeline's namespace, nor the number of a receipt",
  );
}

function oneWithReceipts(contexts: readonly PipelineContext[]): PipelineContext {
  const able = contexts.filter(({ pipeline }) => pipeline.receipts !== undefined);
  const context = able[0] ?? contexts[0];
  if (context === undefined) throw new CommandError("No pipeline was loaded");
  if (able.length > 1) {
    throw new CommandError("Several of these pipelines send receipts", {
      hint: "Name one of them with --pipeline FILE",
    });
  }
  return context;
}

async function show(
  shown: ReceiptPreview,
  { result }: { readonly result: SendResult | undefined },
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<void> {
  const { terminal } = host;
  const file = options.text("html");
  if (options.flag("json")) {
    terminal.data({ ...shown, ...(result === undefined ? {} : { result }) });
  }
  if (shown.kind === "none") {
    const detail = shown.detail === undefined ? "" : `: ${shown.detail}`;
    terminal.note(`Order ${shown.orderId} gets no receipt (${shown.none})${detail}`);
    return;
  }
  if (!options.flag("json")) terminal.print(JSON.stringify(shown.message, null, 2));
  if (file !== undefined) {
    const path = await writeUserFile(file, previewPage(shown.message), { host });
    terminal.note(`Wrote ${path}; it holds the customer's data`);
  }
  terminal.note(result === undefined ? "Nothing was sent" : sentText(result));
}

function sentText(result: SendResult): string {
  const noted = "This was for looking at it: the order's own receipt is not touched";
  if (result.kind === "sent") return `Really sent to that address. ${noted}`;
  const what = {
    refused: "Ometria refused it",
    retry: "Surely not sent",
    unknown: "May or may not have been sent",
  }[result.kind];
  return `${what}: ${result.detail}. ${noted}`;
}
