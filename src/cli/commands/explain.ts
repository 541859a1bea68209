import { ApiError } from "../../http/error.ts";
import { explainOrder, type Explanation, knownOf } from "../../runtime/explain/explain.ts";
import { findOrder } from "../../runtime/explain/find.ts";
import type { PipelineContext } from "../../runtime/context.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { explainText } from "../explain_text.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";

/** Tells the story of one order. */
export const explain: Command = {
  name: "explain",
  summary: "Tell the story of one order: what became of it, why, and what it would be now",
  details: [
    "First what the store knows: its last steps, refunds both ways, receipts. Then the order is read from Sitoo as it is now and taken through the stages, each with the fields it changed, up to the record that would be sent. Nothing is sent.",
    "ORDERID is Sitoo's order id, the order's id at Ometria, or the number on the receipt. Exit code 1 when no pipeline and not Sitoo either knows the order.",
  ],
  positionals: ["ORDERID"],
  options: [
    PIPELINE,
    { name: "offline", summary: "Look at the store alone, and call nobody" },
    { name: "show-personal-data", summary: "Show people as they are instead of masking them" },
    JSON_OUTPUT,
  ],
  examples: ["50211", "till-50211", "50211 --offline --json"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const [named = ""] = options.positionals;
  const signal = host.stopSignal();
  await using installation = await composeFromUser(options, host, { storeUse: "empty" });
  const explanations: Explanation[] = [];
  for (const context of installation.contexts) {
    const orderId = await find(context, named, { options, signal });
    if (orderId === undefined) continue;
    explanations.push(
      await explainOrder(context, {
        orderId,
        offline: options.flag("offline"),
        showPersonalData: options.flag("show-personal-data"),
      }, signal),
    );
  }
  const { isKnown, shown } = knownOf(explanations);
  if (options.flag("json")) host.terminal.data({ orders: shown });
  else show(shown, named, host);
  return isKnown ? 0 : 1;
}

async function find(
  context: PipelineContext,
  named: string,
  { options, signal }: { readonly options: Options; readonly signal: AbortSignal },
): Promise<number | undefined> {
  try {
    return await findOrder(context, { name: named, offline: options.flag("offline") }, signal);
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    throw new CommandError(`Cannot look the receipt number up: ${cause.message}`, {
      exitCode: 1,
      cause,
      hint: "Sitoo's order id works without asking Sitoo: deno task explain ORDERID --offline",
    });
  }
}

function show(explanations: readonly Explanation[], named: string, { terminal }: Host): void {
  if (explanations.length === 0) {
    terminal.print(`No order is called "${named}"`);
    terminal.note(
      "It is neither an order id of Sitoo, nor an id at Ometria in this pipeline's namespace, nor the number of a receipt",
    );
    return;
  }
  terminal.print(
    explanations.map((explanation) => explainText(explanation, terminal.style)).join("\n\n"),
  );
}
