import { pipelineJsonSchema } from "../../definition/json_schema.ts";
import { registry } from "../../stages/registry.ts";
import type { Command } from "../command.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";

const DEFAULT_FILE = "pipeline.schema.json";

/** Writes what editors need to check a pipeline file and complete its keys. */
export const schema: Command = {
  name: "schema",
  summary: "Write the JSON Schema of pipeline files, for editors",
  options: [
    { name: "output", value: "FILE", summary: `Where to (${DEFAULT_FILE})` },
    { name: "stdout", summary: "Write it to standard output instead" },
  ],
  examples: ["", "--stdout"],
  run,
};

async function run(options: Options, { terminal }: Host): Promise<number> {
  const text = JSON.stringify(pipelineJsonSchema(registry), undefined, 2);
  const file = options.text("output") ?? DEFAULT_FILE;
  if (options.flag("stdout")) {
    terminal.print(text);
  } else {
    await Deno.writeTextFile(file, `${text}\n`);
    terminal.note(`Wrote ${file}`);
  }
  return 0;
}
