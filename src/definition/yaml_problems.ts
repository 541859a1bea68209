import type { Document } from "yaml";
import type { Places } from "./places.ts";
import type { Problem } from "./report.ts";
import { lowerFirst } from "./wording.ts";
import { isNeverClosed, rangeOf, type YamlFinding } from "./yaml_ranges.ts";

/** Problems of YAML itself, and from which line on the rest of the file cannot be trusted. */
export interface YamlProblems {
  readonly problems: readonly Problem[];
  /** Line of the first error that may have changed the meaning of what follows; else `Infinity`. */
  readonly brokenFrom: number;
}

/** After these the parser has understood the file all the same. */
const harmless: ReadonlySet<string> = new Set([
  "BAD_SCALAR_START",
  "DUPLICATE_KEY",
  "NON_STRING_KEY",
  "TAG_RESOLVE_FAILED",
]);

/** More than anyone reads at once. */
const maxProblems = 50;

/** Says in plain words what the parser found; one problem a line, as the first brings the others. */
export function yamlProblems(doc: Document.Parsed, text: string, places: Places): YamlProblems {
  const problems: Problem[] = [];
  const lines = new Set<number>();
  let brokenFrom = Number.POSITIVE_INFINITY;
  let lastBroken = 0;
  const textLines = text.split("\n");
  const found = [...doc.errors, ...doc.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const tabs = tabbedLines(found, places, textLines);
  for (const error of found) {
    if (problems.length === maxProblems) break;
    const range = rangeOf(error, doc, text);
    const problem = explain(error, places.spanOf(range), text.slice(...range));
    const line = problem.span.line;
    const broken = !harmless.has(error.code);
    const isTab = error.code === "TAB_AS_INDENT";
    if (lines.has(line) || (!isTab && line >= tabs.doubtfulFrom)) continue;
    if (isTab && tabs.lines.has(line - 1)) continue;
    if (broken && lastBroken > 0 && isFollowUp(error, textLines.slice(lastBroken, line))) continue;
    lines.add(line);
    if (broken) {
      brokenFrom = Math.min(brokenFrom, line);
      lastBroken = line;
    }
    problems.push(isTab ? withAllLines(problem, tabs.lines) : problem);
  }
  return { problems, brokenFrom: Math.min(brokenFrom, tabs.doubtfulFrom) };
}

interface TabbedLines {
  readonly lines: ReadonlySet<number>;
  /** What the parser says from here on is the doing of tabs; it begins with the key above the first one. */
  readonly doubtfulFrom: number;
}

function tabbedLines(
  found: readonly YamlFinding[],
  places: Places,
  textLines: readonly string[],
): TabbedLines {
  const lines = new Set<number>();
  for (const { code, pos: [start, end] } of found) {
    if (code !== "TAB_AS_INDENT") continue;
    let { line } = places.spanOf([start, end]);
    do lines.add(line++); while (/^ *\t/.test(textLines[line - 1] ?? ""));
  }
  return { lines, doubtfulFrom: Math.min(...lines) - 1 };
}

/** Lines with tabs that follow each other are one problem. */
function withAllLines(problem: Problem, lines: ReadonlySet<number>): Problem {
  const first = problem.span.line;
  let last = first;
  while (lines.has(last + 1)) last++;
  if (last === first) return problem;
  return { ...problem, message: `Tabs are used to indent lines ${first} to ${last}` };
}

/** Whether an error is probably the doing of the last one, as no new key of the file's own began between. */
function isFollowUp(error: YamlFinding, between: readonly string[]): boolean {
  if (error.code === "TAB_AS_INDENT") return false;
  return error.code === "UNEXPECTED_TOKEN" || !between.some((line) => /^[A-Za-z]\w*:/.test(line));
}

function explain(
  error: YamlFinding,
  span: Problem["span"],
  source: string,
): Problem {
  const say = (message: string, hint?: string): Problem => ({
    code: "yaml-syntax",
    message,
    hint,
    span,
  });
  switch (error.code) {
    case "DUPLICATE_KEY":
      return {
        code: "duplicate-key",
        message: `Key ${quote(source)} stands here twice`,
        hint: "Keep one of them",
        span,
      };
    case "TAB_AS_INDENT":
      return say(
        "A tab is used to indent this line",
        "YAML allows only spaces: use two for a level",
      );
    case "UNEXPECTED_TOKEN":
      if (/^[\]}]/.test(source)) {
        return say(
          `This ${source.charAt(0)} closes nothing`,
          "Remove it, or put the text in quotes",
        );
      }
      if (source === ",") return say("There is a comma too many", "Remove it");
      break;
    case "BAD_INDENT":
      if (isNeverClosed(error)) {
        return say(
          `The ${source} that opens here is never closed`,
          `Add the closing ${source === "[" ? "]" : "}"}`,
        );
      }
      return say(
        "This line is not indented like the lines it belongs to",
        "Keys of one map, and entries of one list, start in the same column",
      );
    case "BLOCK_AS_IMPLICIT_KEY":
      return say(
        "Two keys stand on one line",
        'Start a new line for the second, or put text that holds ": " in quotes',
      );
    case "BAD_SCALAR_START":
      return say(
        `A value cannot start with ${quote(source.charAt(0))} unless it is quoted`,
        "Put it in quotes",
      );
    case "MULTILINE_IMPLICIT_KEY":
      return say('This line is no key with a value: it lacks a ":"', "Write key: value");
    case "MULTIPLE_DOCS":
      return say("The file holds more than one YAML document", "Remove the line ---");
    case "NON_STRING_KEY":
      return say("A key has to be text", "Write it as plain text or in quotes");
    case "TAG_RESOLVE_FAILED":
      return say("This tag is not known", "Remove the word that starts with !");
    case "MISSING_CHAR":
      if (error.message.includes("closing")) {
        return say("The quote that opens here is never closed", "Add the closing quote");
      }
  }
  return say(`Cannot read this as YAML: ${lowerFirst(firstLine(error.message))}`);
}

function quote(source: string): string {
  return /^["']/.test(source) && source.length > 1 ? source : `"${source}"`;
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.replace(/[.:]$/, "") ?? text;
}
