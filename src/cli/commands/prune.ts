import { prune as takeAway } from "../../runtime/prune.ts";
import { plural, pluralAre } from "../../server/figures.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";

/** Takes the rows of old orders out of the store. */
export const prune: Command = {
  name: "prune",
  summary: "Take what is kept of old orders out of the store",
  details: [
    "Takes the ledger rows of orders before a day away: those that were delivered, linked or skipped. Orders that are waiting or dead stay, and so do the links of refunds. The last 90 days are always kept.",
    "Afterwards Tillpipe does not know these orders: one that Sitoo tells of again is sent once more, which changes nothing at Ometria; backfill --restart sends all of them again; reconcile counts them as no-longer-kept. A late refund still finds its sale, and a late cancellation arrives.",
  ],
  options: [
    PIPELINE,
    { name: "before", value: "DAY", summary: "Orders before this day, such as 2023-01-01" },
    { name: "dry-run", summary: "Only say how many there are" },
    JSON_OUTPUT,
  ],
  examples: ["--before 2023-01-01 --dry-run", "--before 2023-01-01"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const { terminal } = host;
  const before = options.text("before");
  if (before === undefined) {
    throw new CommandError("--before is missing: nothing is pruned without a day", {
      hint: "deno task prune --before 2023-01-01 --dry-run shows what that would be",
    });
  }
  const dryRun = options.flag("dry-run");
  const stop = host.stopSignal();
  await using installation = await composeFromUser(options, host, { storeUse: "needed" });
  for (const context of installation.contexts) {
    const { name } = context.pipeline.definition;
    const onProgress = (rows: number): void => terminal.live(`${name}: ${plural(rows, "row")}`);
    const pruned = await takeAway(context, { before, dryRun, onProgress }, stop);
    terminal.endLive();
    if (options.flag("json")) terminal.data({ pipeline: name, dryRun, ...pruned });
    else {
      const what = dryRun
        ? `${plural(pruned.rows, "row")} would be`
        : pluralAre(pruned.rows, "row");
      terminal.print(
        `${name}: ${what} taken away; orders from ${pruned.keptFrom} on are kept`,
      );
    }
  }
  return 0;
}
