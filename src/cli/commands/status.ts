import { readStatus } from "../../runtime/status.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import type { Host } from "../host.ts";
import { composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";
import { statusText } from "../status_text.ts";

/** Shows how the pipelines stand, whether or not a server runs. */
export const status: Command = {
  name: "status",
  summary: "Show what is due, delivered, waiting, skipped and dead, and how late it is",
  options: [PIPELINE, JSON_OUTPUT],
  examples: ["", "--json"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const { terminal } = host;
  await using installation = await composeFromUser(options, host, { storeUse: "needed" });
  const standing = await readStatus(installation.contexts);
  if (options.flag("json")) {
    terminal.print(JSON.stringify(standing, undefined, 2));
    return 0;
  }
  const texts = Object.entries(standing.pipelines)
    .map(([name, pipeline]) => statusText(name, pipeline, terminal.style));
  terminal.print(texts.join("\n\n"));
  return 0;
}
