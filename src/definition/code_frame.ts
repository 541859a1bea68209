import stringWidth from "string-width";
import type { Span } from "./diagnostic.ts";

/** The widest excerpt of a line, in columns of a terminal. */
const windowWidth = 80;
/** UTF-16 units that are looked at on each side: letters of several units fit in, endless lines do not. */
const reach = 1_000;

/** One line of a file and a line of carets below it, both without their gutter. */
export interface CodeFrame {
  readonly code: string;
  readonly carets: string;
}

/**
 * Shows the line of a span with carets under exactly its characters. Of a long line, a part of at most 80
 * columns around the span is shown. Counts columns as a terminal does: wide characters are two.
 */
export function codeFrame(text: string, { line, column, length }: Span): CodeFrame {
  const source = text.split("\n")[line - 1]?.replace(/\r$/, "") ?? "";
  const at = column - 1;
  const before = printable(source.slice(Math.max(0, at - reach), at));
  const marked = printable(source.slice(at, at + Math.min(length, reach)));
  const after = printable(source.slice(at + length, at + length + reach));
  const shown = takeStart(marked, windowWidth);
  const room = windowWidth - stringWidth(shown);
  // Half of what is left goes to each side, and what one side does not need to the other.
  const behind = takeStart(after, Math.max(Math.floor(room / 2), room - stringWidth(before)));
  const front = takeEnd(before, room - stringWidth(behind));
  const lead = front === before ? front : `…${front}`;
  const whole = shown === marked && behind === after;
  return {
    code: `${lead}${shown}${behind}${whole ? "" : "…"}`,
    carets: " ".repeat(stringWidth(lead)) + "^".repeat(Math.max(1, stringWidth(shown))),
  };
}

/** Without what a terminal would obey: tabs become two spaces, other control characters a dot. */
export function printable(text: string): string {
  return text.replaceAll("\t", "  ")
    .replaceAll(/[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu, "·");
}

function takeStart(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const letter of letters(text)) {
    used += stringWidth(letter);
    if (used > width) break;
    taken += letter;
  }
  return taken;
}

function takeEnd(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const letter of letters(text).toReversed()) {
    used += stringWidth(letter);
    if (used > width) break;
    taken = letter + taken;
  }
  return taken;
}

/** What people see as one letter is never cut in two. */
function letters(text: string): readonly string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}
