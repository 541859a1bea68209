import { parseEnv } from "node:util";
import { SANDBOX_MARK } from "../sandbox_env.ts";

/** A variable that `.env` is to have, or to lose. */
export interface EnvChange {
  readonly name: string;
  /** `undefined` takes the variable out. */
  readonly value: string | undefined;
  /** A line above it, where it is new. */
  readonly comment?: string;
}

const HEAD =
  "# Written by deno task init. It holds keys and passwords: keep it out of version control";

/** Reads a file of variables as the program does. */
export function readEnv(text: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]]
    ),
  );
}

/**
 * The file with these changes. Lines that none of them concerns stay as they are, and so does a variable
 * that has its value already.
 *
 * @param before the file as it is, or nothing if there is none
 */
export function changeEnv(before: string | undefined, changes: readonly EnvChange[]): string {
  const known = readEnv(before ?? "");
  const lines = before === undefined ? [HEAD] : withoutEnd(before).map(ownHead);
  for (const { name, value, comment } of changes) {
    if (known.get(name) === value) continue;
    const at = lines.findLastIndex((line) => nameIn(line) === name);
    const [start, length] = at === -1 ? [lines.length, 0] : [at, linesOf(lines, at)];
    const said = comment === undefined || at !== -1 ? [] : ["", `# ${comment}`];
    const own = value === undefined ? [] : [...said, `${name}=${quoted(value)}`];
    lines.splice(start, length, ...own);
  }
  return `${lines.join("\n")}\n`;
}

/** The file with keys and passwords covered, to be shown. */
export function maskEnv(text: string): string {
  return text.replaceAll(
    /^(\s*(?:export\s+)?([\w.]+)\s*=).+$/gm,
    (line, start, name) => /KEY|PASSWORD|SECRET|TOKEN|ALERT_URL/i.test(name) ? `${start}…` : line,
  );
}

/** Whether a value can stand in the file at all. */
export function fitsEnv(value: string): boolean {
  return !/[\r\n]/.test(value) && (PLAIN.test(value) || quoteFor(value) !== undefined);
}

/** A sandbox that is started again replaces a file with its mark; this one must stay. */
function ownHead(line: string): string {
  return line === SANDBOX_MARK ? HEAD : line;
}

function withoutEnd(text: string): string[] {
  return text.replace(/\s+$/, "").split(/\r?\n/);
}

function nameIn(line: string): string | undefined {
  return /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=/.exec(line)?.[1];
}

/** A value in quotes may go on for several lines. */
function linesOf(lines: readonly string[], at: number): number {
  const value = lines[at]?.replace(/^[^=]*=\s*/, "") ?? "";
  const quote = value[0];
  if (quote === undefined || !"'\"`".includes(quote) || value.indexOf(quote, 1) !== -1) return 1;
  const end = lines.findIndex((line, index) => index > at && line.includes(quote));
  return end === -1 ? 1 : end - at + 1;
}

const PLAIN = /^[\w@%+=:,./~-]*$/;

function quoted(value: string): string {
  if (PLAIN.test(value)) return value;
  const quote = quoteFor(value) ?? "'";
  return `${quote}${value}${quote}`;
}

/** Inside double quotes a backslash and an n would become a new line. */
function quoteFor(value: string): string | undefined {
  return ["'", "`", '"'].find((quote) =>
    !value.includes(quote) && (quote !== '"' || !value.includes("\\"))
  );
}
