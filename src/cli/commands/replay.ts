import type { PipelineContext } from "../../runtime/context.ts";
import { nearest } from "../../definition/did_you_mean.ts";
import { deadReasons } from "../../engine/reasons.ts";
import { replay as replayLetters } from "../../runtime/replay.ts";
import { plural, pluralAre } from "../../server/figures.ts";
import type { DeadLetter } from "../../store/rows.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";
import { renderTable } from "../table.ts";

/** Tries dead orders again, or lets go of their letters. */
export const replay: Command = {
  name: "replay",
  summary: "List orders that are dead, try them again, or let go of them",
  details: [
    "Without --id, --reason or --all it only lists. An order that is tried again is read from Sitoo and goes through the pipeline as it is now; a running server does it at once, else the next one does. Its letter stays until it has come to another end.",
    "--discard takes the letters away and sends nothing. The orders stay dead in every count, since they are: they were not delivered. An event of such an order still makes it due again.",
    "Exit code 1 when no dead order has an id that is named, 2 for a reason that does not exist.",
  ],
  options: [
    { name: "id", value: "ORDERID", repeat: true, summary: "This order; may be repeated" },
    { name: "reason", value: "REASON", repeat: true, summary: "All with this reason" },
    { name: "all", summary: "All of them" },
    { name: "discard", summary: "Let go of them instead of trying again" },
    PIPELINE,
    JSON_OUTPUT,
  ],
  examples: ["", "--id 50211", "--reason rejected-by-ometria", "--all --discard"],
  run,
};

/** Letters that are looked at; whoever has more than these has to do it in turns. */
const MOST = 100_000;

/** A dead letter with the pipeline it belongs to. */
interface Found {
  readonly context: PipelineContext;
  readonly letter: DeadLetter;
}

async function run(options: Options, host: Host): Promise<number> {
  const choice = choiceOf(options);
  if (choice === undefined && options.flag("discard")) {
    throw new CommandError("--discard needs to know what to let go of", {
      hint: "Add --id ORDERID, --reason REASON or --all",
    });
  }
  await using installation = await composeFromUser(options, host, { storeUse: "needed" });
  const found: Found[] = [];
  for (const context of installation.contexts) {
    const letters = await context.store.deadLetters(MOST);
    found.push(...letters.map((letter) => ({ context, letter })));
  }
  const chosen = found.filter(({ letter }) => choice?.(letter) ?? true);
  refuseUnknownReasons(options, found);
  refuseUnknownIds(options, chosen);
  if (choice === undefined) list(chosen, options, host);
  else if (options.flag("discard")) await discard(chosen, options, host);
  else await again(chosen, options, host);
  return 0;
}

/** Which letters are meant; `undefined` when none are. */
function choiceOf(options: Options): ((letter: DeadLetter) => boolean) | undefined {
  const ids = options.list("id").map(orderId);
  const reasons = options.list("reason");
  const all = options.flag("all");
  if (all && ids.length + reasons.length > 0) {
    throw new CommandError("--all goes with neither --id nor --reason");
  }
  if (!all && ids.length + reasons.length === 0) return undefined;
  return (letter) => all || ids.includes(letter.orderId) || reasons.includes(letter.reason);
}

function orderId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CommandError(`--id takes an order id, not "${text}"`);
}

function refuseUnknownIds(options: Options, chosen: readonly Found[]): void {
  const known = new Set(chosen.map(({ letter }) => letter.orderId));
  const unknown = options.list("id").filter((id) => !known.has(Number(id)));
  if (unknown.length === 0) return;
  throw new CommandError(`No dead order has the id ${unknown.join(", ")}`, {
    exitCode: 1,
    hint: "deno task replay lists those that there are",
  });
}

/** A reason that no dead order has is a slip, unless it is one that orders can have. */
function refuseUnknownReasons(options: Options, found: readonly Found[]): void {
  const there = [...new Set(found.map(({ letter }) => letter.reason))].toSorted();
  const known = [...new Set([...there, ...Object.keys(deadReasons)])];
  const unknown = options.list("reason").find((reason) => !known.includes(reason));
  if (unknown === undefined) return;
  const near = nearest(unknown, there) ?? nearest(unknown, known);
  const meant = near === undefined ? "" : `Did you mean ${near}? `;
  throw new CommandError(`There is no reason "${unknown}"`, {
    hint: there.length === 0
      ? `${meant}No order is dead at the moment`
      : `${meant}Orders are dead for: ${there.join(", ")}`,
  });
}

function list(found: readonly Found[], options: Options, { terminal }: Host): void {
  if (options.flag("json")) {
    return terminal.data({ dead: found.map(({ context, letter }) => entry(context, letter)) });
  }
  if (found.length === 0) return terminal.print("No order is dead");
  terminal.print(renderTable({
    columns: [
      { name: "Pipeline" },
      { name: "Order", align: "right" },
      { name: "Reason" },
      { name: "Since" },
      { name: "Detail" },
    ],
    rows: found.map(({ context, letter }) => [
      context.pipeline.definition.name,
      String(letter.orderId),
      letter.reason,
      new Date(letter.at).toISOString().slice(0, 16).replace("T", " "),
      letter.detail,
    ]),
    heading: terminal.style.bold,
  }));
}

async function again(
  chosen: readonly Found[],
  options: Options,
  { terminal }: Host,
): Promise<void> {
  for (const [context, letters] of byPipeline(chosen)) await replayLetters(context, letters);
  const orders = chosen.map(({ letter }) => letter.orderId);
  if (options.flag("json")) return terminal.data({ replayed: orders });
  terminal.print(
    `${pluralAre(orders.length, "order")} due again`,
  );
}

async function discard(
  chosen: readonly Found[],
  options: Options,
  { terminal }: Host,
): Promise<void> {
  let discarded = 0;
  for (const [{ store }, letters] of byPipeline(chosen)) {
    discarded += await store.discardDead(letters);
  }
  if (options.flag("json")) return terminal.data({ discarded });
  const [are, stay] = discarded === 1 ? ["is", "order stays"] : ["are", "orders stay"];
  terminal.print(`${plural(discarded, "letter")} ${are} gone; the ${stay} dead in every count`);
  const changed = chosen.length - discarded;
  if (changed > 0) {
    terminal.note(
      `${plural(changed, "letter")} changed meanwhile and ${
        changed === 1 ? "was" : "were"
      } left alone`,
    );
  }
}

function byPipeline(
  found: readonly Found[],
): ReadonlyMap<PipelineContext, readonly DeadLetter[]> {
  const grouped = Map.groupBy(found, ({ context }) => context);
  return new Map(
    [...grouped].map(([context, own]) => [context, own.map(({ letter }) => letter)]),
  );
}

function entry(context: PipelineContext, letter: DeadLetter): Readonly<Record<string, unknown>> {
  return { pipeline: context.pipeline.definition.name, ...letter };
}
