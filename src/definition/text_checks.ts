import type { Places } from "./places.ts";
import type { Problem } from "./report.ts";

/**
 * The mark of a merge that was not finished, if there is one. YAML takes its lines for text and complains
 * about something else.
 */
export function mergeConflict(text: string, places: Places): Problem | undefined {
  const match = /^(?:<{7}|={7}|>{7})(?=[ \r\n]|$)/m.exec(text);
  if (match === null || !/^(?:<{7} |>{7} )/m.test(text)) return undefined;
  return {
    code: "yaml-syntax",
    message: "A merge left its marks here and was not finished",
    hint: "Keep the lines of one side, and remove the marks <<<<<<<, ======= and >>>>>>>",
    span: places.spanOf([match.index, match.index + match[0].length]),
  };
}

/** `it holds "а" (U+0430), which is no plain letter`: names what looks like a letter or a space and is none. */
export function strangeLetter(word: string): string | undefined {
  const letter = /[^\x20-\x7e]/u.exec(word)?.[0];
  if (letter === undefined) return undefined;
  const code = `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const isInvisible = /[\p{Z}\p{C}]/u.test(letter);
  return isInvisible
    ? `it holds an invisible character (${code})`
    : `it holds "${letter}" (${code}), which is no plain letter`;
}
