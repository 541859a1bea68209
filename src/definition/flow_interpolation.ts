import { Lexer } from "yaml";
import type { Range } from "./places.ts";

/**
 * Finds every `${…}` without quotes inside `{ … }` or `[ … ]`. There YAML ends the text at the brace, and
 * complains about something else, several times over.
 */
export function unquotedInFlow(text: string): readonly Range[] {
  const found: Range[] = [];
  let offset = 0;
  let depth = 0;
  let before = "";
  let until = 0;
  for (const token of tokens(text)) {
    if (token === "{" && depth > 0 && before.endsWith("$") && offset > until) {
      const start = offset - 1;
      until = endOf(text, start);
      found.push([start, until]);
    }
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    // The lexer marks what follows with one control character that is not in the text.
    if (text.startsWith(token, offset)) {
      offset += token.length;
      before = token;
    }
  }
  return found;
}

/** The text with each range, in order, replaced by as many harmless letters: all other positions stay right. */
export function blank(text: string, ranges: readonly Range[]): string {
  let result = "";
  let at = 0;
  for (const [start, end] of ranges) {
    result += text.slice(at, start) + "x".repeat(end - start);
    at = end;
  }
  return result + text.slice(at);
}

function tokens(text: string): readonly string[] {
  try {
    return [...new Lexer().lex(text)];
  } catch {
    return []; // What cannot even be cut into tokens is reported by the parser.
  }
}

/** After the closing brace; after the name if it is not closed, as the next brace is another's. */
function endOf(text: string, start: number): number {
  const match = /^\$\{\w*(?:\}|:-[^{}\n]*\})?/.exec(text.slice(start));
  return start + (match?.[0].length ?? 2);
}
