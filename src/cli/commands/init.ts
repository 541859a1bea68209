import { randomBytes } from "node:crypto";
import type { Command } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { askerFor, LeftError } from "../init/ask.ts";
import { questions } from "../init/questions.ts";
import { setUp } from "../init/set_up.ts";
import type { Options, OptionSpec } from "../options.ts";

/** Exit code of a process that ends by Ctrl-C. */
const INTERRUPTED = 130;

/** Asks what a pipeline needs to know, and writes it down. */
export const init: Command = {
  name: "init",
  summary: "Set a pipeline up: ask for the accounts, write pipeline.yaml and .env",
  details: [
    "Asks what the screens of Ometria's own connection to Sitoo ask, in their order, tries each key at its API, and writes the pipeline with comments and a .env with the keys. The shipped pipeline.yaml is replaced while nobody has edited it; an edited one only when you say so. At the end it prints the webhook URL for Sitoo and the next commands.",
    "Every question has an option, so that it runs without a terminal too. Keys are better given as variables of the same names as in .env: command lines can be seen by others. Values of the environment, of .env and of an edited pipeline are offered as answers.",
    "With --output pipelines/NAME.yaml a further pipeline is set up; its variables begin with NAME.",
  ],
  options: [
    {
      name: "sandbox",
      summary: "Take the accounts of the sandbox that runs on this machine",
    },
    ...questions.map(({ flag, value, summary }): OptionSpec => ({ name: flag, value, summary })),
    { name: "account", value: "LABEL", summary: "Label of the Ometria account (default)" },
    { name: "name", value: "NAME", summary: "Name of the pipeline (sitoo-to-ometria)" },
    {
      name: "output",
      value: "FILE",
      summary: "Pipeline file: pipeline.yaml, or one in pipelines/",
    },
    { name: "force", summary: "Overwrite an edited pipeline file" },
    { name: "keep", summary: "Keep an edited pipeline file, and write only .env" },
    { name: "no-check", summary: "Do not try the keys" },
    { name: "dry-run", summary: "Print what would be written, keys covered" },
  ],
  examples: [
    "",
    "--sandbox",
    "--start-date 2024-01-31 --email no",
    "--output pipelines/outlet.yaml",
  ],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  if (options.flag("force") && options.flag("keep")) {
    throw new CommandError("--force and --keep cannot both be: overwrite the pipeline, or keep it");
  }
  try {
    return await setUp(options, host, {
      asker: askerFor(host),
      random: (bytes) => randomBytes(bytes).toString("hex"),
      signal: host.stopSignal(),
    });
  } catch (error) {
    const left = error instanceof LeftError || host.stopSignal().aborted;
    if (!left) throw error;
    host.terminal.note("Stopped: nothing was written");
    return INTERRUPTED;
  }
}
