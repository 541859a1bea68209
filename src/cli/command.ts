import type { Host } from "./host.ts";
import type { CommandLine, Options, OptionSpec } from "./options.ts";

/** One command of the command line. */
export interface Command extends CommandLine {
  readonly name: string;
  /** What it does, in one line; capital first, no full stop. */
  readonly summary: string;
  /** What else one has to know, in paragraphs. */
  readonly details?: readonly string[];
  /** Argument lists that are worth showing. */
  readonly examples?: readonly string[];
  /** Does it. Returns the exit code: 0 done, 1 failed or a difference, 2 wrong use or a refusal. */
  run(options: Options, host: Host): Promise<number>;
}

/** Every command has this one. */
export const HELP: OptionSpec = { name: "help", summary: "Show this help" };

/** For commands that work on pipelines. */
export const PIPELINE: OptionSpec = {
  name: "pipeline",
  value: "FILE",
  repeat: true,
  summary: "Pipeline file or glob; may be repeated (pipeline.yaml)",
};

/** For commands whose result machines read. */
export const JSON_OUTPUT: OptionSpec = { name: "json", summary: "Write JSON to standard output" };

/** For commands that send orders. */
export const ACCEPT_NEW_IDS: OptionSpec = {
  name: "accept-new-ids",
  summary: "Accept that a changed namespace gives every order a new id",
};

/** The help text of a command, made from what it declares. */
export function commandHelp(command: Command): string {
  const usage = [
    "deno task",
    command.name,
    ...(command.positionals ?? []),
    ...(command.options.length === 0 ? [] : ["[options]"]),
  ];
  const sections = [
    command.summary,
    `Usage: ${usage.join(" ")}`,
    ...(command.details ?? []).map((paragraph) => wrap(paragraph)),
    `Options:\n${optionLines([...command.options, HELP])}`,
  ];
  if (command.examples !== undefined) {
    const lines = command.examples.map((example) =>
      `  deno task ${command.name} ${example}`.trimEnd()
    );
    sections.push(`Examples:\n${lines.join("\n")}`);
  }
  return sections.join("\n\n");
}

function optionLines(options: readonly OptionSpec[]): string {
  const left = options.map(({ name, value }) =>
    value === undefined ? `--${name}` : `--${name} ${value}`
  );
  const width = Math.max(...left.map((text) => text.length));
  return options.map((option, index) => `  ${(left[index] ?? "").padEnd(width)}  ${option.summary}`)
    .join("\n");
}

const WIDTH = 88;

function wrap(paragraph: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join("\n");
}
