import { type Document, isMap, visit, type YAMLParseError, type YAMLWarning } from "yaml";
import type { Range } from "./places.ts";

/** What the parser found, as far as it matters where that is. */
export type YamlFinding = YAMLParseError | YAMLWarning;

/** The characters that a finding is about: the parser often points at where it noticed. */
export function rangeOf(error: YamlFinding, doc: Document, text: string): Range {
  const [start, end] = error.pos;
  switch (error.code) {
    case "MISSING_CHAR":
      if (error.message.includes("closing")) return quoteBefore(doc, start) ?? [start, end];
      break;
    case "DUPLICATE_KEY":
      return [
        start,
        start + (/^("[^"\n]*"|'[^'\n]*'|[^:\s]+)/.exec(text.slice(start))?.[0] ?? " ").length,
      ];
    case "BAD_INDENT":
      return isNeverClosed(error)
        ? bracketBefore(error, doc) ?? [start, end]
        : firstWord(start, text);
  }
  return [start, end];
}

/** Whether a `[` or `{` lacks its counterpart. */
export function isNeverClosed({ code, message }: YamlFinding): boolean {
  return code === "BAD_INDENT" && message.startsWith("Flow ");
}

/** Where the text begins that ends at this offset for want of a quote. */
function quoteBefore(doc: Document, end: number): Range | undefined {
  let found: Range | undefined;
  visit(doc, {
    Scalar: (_key, node) => {
      const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
      if (quoted && node.range && node.range[0] < end && end <= node.range[2]) {
        found = [node.range[0], node.range[1]];
      }
    },
  });
  return found;
}

/** The last bracket of the kind that opens before the place where its end was missed. */
function bracketBefore({ message, pos: [at] }: YamlFinding, doc: Document): Range | undefined {
  const isOfMap = message.startsWith("Flow map");
  let found: Range | undefined;
  visit(doc, {
    Collection: (_key, node) => {
      const [start, , end] = node.range ?? [at, at, at];
      if (node.flow === true && isMap(node) === isOfMap && start < at && at <= end + 1) {
        found = [start, start + 1];
      }
    },
  });
  return found;
}

/** The key, or whatever stands first, of a line that begins in the wrong column. */
function firstWord(start: number, text: string): Range {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const match = /^([ \t]*)([^\s:]+)/.exec(text.slice(lineStart));
  const [, indent = "", word = " "] = match ?? [];
  const from = lineStart + indent.length;
  return match === null ? [start, start + 1] : [from, from + word.length];
}
