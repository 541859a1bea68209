import { toAnnotations } from "../definition/annotations.ts";
import { didYouMean } from "../definition/did_you_mean.ts";
import type { Diagnostic } from "../definition/diagnostic.ts";
import { toSarif } from "../definition/sarif.ts";
import { VERSION } from "../http/version.ts";
import { CommandError } from "./failure.ts";
import type { Options, OptionSpec } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Forms that problems in files are written in: for people, for programs, for code hosts. */
export type OutputFormat = (typeof formats)[number];

const formats = ["text", "json", "sarif", "github"] as const;

/** For commands that report problems in files. */
export const FORMAT: OptionSpec = {
  name: "format",
  value: "FORMAT",
  summary: "Write text, json, sarif (2.1.0) or github (annotations) (text)",
};

/** The form that is asked for. Throws `CommandError` for one that does not exist, or for two at once. */
export function readFormat(options: Options): OutputFormat {
  const given = options.text("format");
  const wanted = formats.find((format) => format === given);
  if (given !== undefined && wanted === undefined) {
    throw new CommandError(`There is no format "${given}"`, {
      hint: didYouMean(given, formats) ?? `Choose from: ${formats.join(", ")}`,
    });
  }
  if (!options.flag("json")) return wanted ?? "text";
  if (wanted !== undefined && wanted !== "json") {
    throw new CommandError(`--json and --format ${wanted} exclude each other`);
  }
  return "json";
}

/** Writes problems in a form for code hosts. */
export function printForHost(
  format: "sarif" | "github",
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
): void {
  if (format === "sarif") {
    terminal.data(toSarif(diagnostics, { name: "Tillpipe", version: VERSION }));
  } else {
    for (const line of toAnnotations(diagnostics)) terminal.print(line);
  }
}
