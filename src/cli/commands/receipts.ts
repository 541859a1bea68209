import type { PipelineContext } from "../../runtime/context.ts";
import { listReceipts, type ReceiptEntry } from "../../runtime/receipts/list_receipts.ts";
import { markReceiptSent, resendReceipt } from "../../runtime/receipts/operator_acts.ts";
import { type ReceiptState, receiptStates } from "../../store/rows.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";
import { preview } from "../receipts/preview.ts";
import { receiptList, resentText } from "../receipts/texts.ts";

/** Shows what became of receipts, and lets an operator decide about those of unknown fate. */
export const receipts: Command = {
  name: "receipts",
  summary: "List receipts, look at one before it is sent, settle those of unknown fate",
  details: [
    "Without more it lists the latest receipts. A receipt that is unknown may or may not have reached the customer and is not sent again by itself: ask the customer or look at Ometria, then use --resend or --mark-sent with its id.",
    "--resend sends at once, whatever the age of the receipt. --mark-sent sends nothing. Both keep how the receipt stood before.",
    "preview ORDERID reads the order from Sitoo and shows the email that would be sent, with the customer in it. ORDERID is Sitoo's order id, the order's id at Ometria, or the number on the receipt; exit code 1 when Sitoo knows no such order. --html writes it as a page. --send-to really sends it to that address, through Ometria, and not as the order's receipt.",
  ],
  positionals: ["[preview]", "[ORDERID]"],
  options: [
    { name: "state", value: "STATE", summary: "Only receipts that stand so, such as unknown" },
    { name: "limit", value: "COUNT", summary: "At most so many (50)" },
    { name: "resend", value: "ID", repeat: true, summary: "Send this one again; may be repeated" },
    { name: "mark-sent", value: "ID", repeat: true, summary: "This one has arrived; send nothing" },
    { name: "html", value: "FILE", summary: "With preview: write the email as a page" },
    { name: "send-to", value: "ADDRESS", summary: "With preview: really send it to this address" },
    PIPELINE,
    JSON_OUTPUT,
  ],
  examples: ["", "--state unknown", "preview 50211 --html receipt.html", "--mark-sent ID"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const [act, order] = options.positionals;
  const settles = options.list("resend").length + options.list("mark-sent").length > 0;
  if (act !== undefined) {
    if (settles) {
      throw new CommandError("Looking at a receipt goes with neither --resend nor --mark-sent");
    }
    const named = previewed(act, order);
    await using installation = await composeFromUser(options, host, { storeUse: "empty" });
    return await preview({ named, contexts: installation.contexts }, options, host);
  }
  for (const name of ["html", "send-to"]) {
    if (options.text(name) !== undefined) {
      throw new CommandError(`--${name} goes with preview`, {
        hint: `Write deno task receipts preview ORDERID --${name} …`,
      });
    }
  }
  const state = stateOf(options);
  const limit = options.wholeNumber("limit", { min: 1, max: 10_000 }) ?? 50;
  await using installation = await composeFromUser(options, host, { storeUse: "needed" });
  const { contexts } = installation;
  if (settles) return await settle(contexts, options, host);
  await list(contexts, { options, ...(state === undefined ? {} : { state }), limit }, host);
  return 0;
}

function previewed(act: string, order: string | undefined): string {
  if (act !== "preview") {
    throw new CommandError(`Nothing is known to be done with "${act}"`, {
      hint: "deno task receipts preview ORDERID shows what would be sent",
    });
  }
  if (order !== undefined) return order;
  throw new CommandError("ORDERID is missing", { hint: "deno task receipts preview ORDERID" });
}

function stateOf(options: Options): ReceiptState | undefined {
  const text = options.text("state");
  const state = receiptStates.find((name) => name === text);
  if (text === undefined || state !== undefined) return state;
  throw new CommandError(`No receipt stands as "${text}"`, {
    hint: `--state takes one of ${receiptStates.join(", ")}`,
  });
}

interface Listing {
  readonly options: Options;
  readonly state?: ReceiptState;
  readonly limit: number;
}

async function list(
  contexts: readonly PipelineContext[],
  { options, ...part }: Listing,
  { terminal, stopSignal }: Host,
): Promise<void> {
  const pages = await Promise.all(contexts.map(async (context) => ({
    pipeline: context.pipeline.definition.name,
    counts: (await context.store.counters()).receipts,
    ...await listReceipts(context, part, stopSignal()),
  })));
  if (options.flag("json")) {
    return terminal.data({
      receipts: pages.flatMap(({ pipeline, receipts }) =>
        receipts.map((receipt) => ({ pipeline, ...receipt }))
      ),
    });
  }
  terminal.print(pages.map((page) => receiptList(page, terminal.style)).join("\n\n"));
}

async function settle(
  contexts: readonly PipelineContext[],
  options: Options,
  host: Host,
): Promise<number> {
  const { terminal } = host;
  const signal = host.stopSignal();
  const [resend, mark] = [options.list("resend"), options.list("mark-sent")];
  const twice = resend.find((id) => mark.includes(id));
  if (twice !== undefined) {
    throw new CommandError(`--resend and --mark-sent both name ${twice}; one of them is enough`);
  }
  const ends: Readonly<Record<string, unknown>>[] = [];
  let failed = false;
  const tell = (end: Readonly<Record<string, unknown>>, text: string): void => {
    ends.push(end);
    if (!options.flag("json")) terminal.print(text);
  };
  for (const id of resend) {
    const context = await ownerOf(contexts, id);
    const end = await resendReceipt(context, id, signal);
    if (end.kind !== "sent") failed = true;
    tell({ id, ...end }, resentText(end));
  }
  for (const id of mark) {
    const receipt: ReceiptEntry = await markReceiptSent(await ownerOf(contexts, id), id, signal);
    tell(
      { id, kind: "marked", receipt },
      `Order ${receipt.orderId}: marked as sent; nothing was sent now`,
    );
  }
  if (options.flag("json")) terminal.data({ receipts: ends });
  return failed ? 1 : 0;
}

async function ownerOf(
  contexts: readonly PipelineContext[],
  id: string,
): Promise<PipelineContext> {
  for (const context of contexts) {
    if (await context.store.receipt(id) !== undefined) return context;
  }
  throw new CommandError(`No receipt has the id ${id}`, {
    exitCode: 1,
    hint: "deno task receipts lists receipts with their ids",
  });
}
