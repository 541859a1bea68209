import { parseDocument } from "yaml";
import type { FieldPath } from "./definition.ts";
import { blank, unquotedInFlow } from "./flow_interpolation.ts";
import { Places, type Range } from "./places.ts";
import { plainTree } from "./plain_tree.ts";
import type { Report } from "./report.ts";
import { mergeConflict } from "./text_checks.ts";
import { yamlProblems } from "./yaml_problems.ts";

/** Longer files are refused unread. UTF-16 units. */
const maxLength = 1_048_576;

/** A pipeline file as plain values, before anything is filled in. */
export interface ParsedSource {
  readonly tree: unknown;
  readonly places: Places;
  /** Ranges that were reported as unquoted: values there are not what was written. */
  readonly unquoted: readonly Range[];
  /** Paths where nothing could be read, for a reason that was reported. */
  readonly failed: readonly FieldPath[];
  /** From this line on the tree is a guess, as the YAML is broken there; else `Infinity`. */
  readonly brokenFrom: number;
}

/** Parses text as far as it can be. Every problem is reported; nothing is thrown. */
export function parseSource(text: string, report: Report): ParsedSource {
  const places = new Places(text);
  const none = { tree: undefined, places, unquoted: [], failed: [], brokenFrom: 0 };
  if (text.length > maxLength) {
    const message = "The file is larger than 1 MiB";
    report({ code: "too-large", message, span: places.spanOf([0, 1]) });
    return none;
  }
  const conflict = mergeConflict(text, places);
  if (conflict !== undefined) {
    report(conflict);
    return none;
  }
  const unquoted = unquotedInFlow(text);
  for (const range of unquoted) reportUnquoted(text.slice(...range), places, range, report);
  try {
    const doc = parseDocument(blank(text, unquoted), {
      version: "1.2",
      strict: true,
      uniqueKeys: true,
      stringKeys: true,
      prettyErrors: false,
      merge: true,
    });
    if (doc.errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) return tooDeep();
    const { problems, brokenFrom } = yamlProblems(doc, text, places);
    for (const problem of problems) report(problem);
    const { tree, failed, cut } = plainTree(doc.contents, places, report);
    return { tree, places, unquoted, failed, brokenFrom: cut ? 0 : brokenFrom };
  } catch {
    return tooDeep();
  }

  /** The parser gives up on input such as thousands of open brackets by running out of stack. */
  function tooDeep(): ParsedSource {
    const message = "Cannot read this as YAML: it is nested too deeply or damaged";
    report({ code: "yaml-syntax", message, span: places.spanOf([0, 1]) });
    return none;
  }
}

function reportUnquoted(source: string, places: Places, range: Range, report: Report): void {
  report({
    code: "quote-interpolation",
    message: `A variable inside { } or [ ] has to be quoted`,
    hint: `Quote it: "${source.endsWith("}") ? source : `${source}}`}"`,
    span: places.spanOf(range),
  });
}
