import { bold, cyan, dim, red, stripAnsiCode, yellow } from "../std/colors.ts";
import { docsOf } from "./codes.ts";
import { codeFrame, printable } from "./code_frame.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { maskSecrets } from "./mask.ts";

/** How diagnostics are shown. */
export interface RenderOptions {
  /** For a terminal that shows colours. */
  readonly color: boolean;
}

type Paint = (text: string) => string;

/**
 * Writes diagnostics for people: place, code and message, the line with carets under what is meant, the
 * hint and the page that explains the code; then how many there are. Secrets that are written into the files are covered.
 *
 * @param sources the texts of the files by their names; a file that is not among them has no excerpt
 * @returns text without a line break at its end; empty if there is nothing to say
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: RenderOptions,
): string {
  if (diagnostics.length === 0) return "";
  const masked = new Map([...sources].map(([file, text]) => [file, maskSecrets(text)]));
  const shown = diagnostics.map((each) => renderOne(each, masked.get(each.file)));
  const text = [...shown, summarize(diagnostics)].join("\n\n");
  return options.color ? text : stripAnsiCode(text);
}

/** `3 errors, 1 warning`. */
export function summarize(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const counts = [[errors, "error"], [diagnostics.length - errors, "warning"]] as const;
  return counts.filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? "" : "s"}`)
    .join(", ") || "No problems";
}

/** The same for programs: flat, with stable names. */
export function toJson(diagnostics: readonly Diagnostic[]): readonly Record<string, unknown>[] {
  return diagnostics.map(({ code, severity, message, hint, file, span }) => ({
    file,
    line: span.line,
    column: span.column,
    length: span.length,
    severity,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    docs: docsOf(code),
  }));
}

function renderOne(diagnostic: Diagnostic, text: string | undefined): string {
  const { code, severity, message, hint, file, span } = diagnostic;
  const paint: Paint = severity === "error" ? red : yellow;
  const where = `${printable(file)}:${span.line}:${span.column}`;
  const head = `${bold(where)} ${paint(`${severity} ${code}`)}: ${printable(message)}`;
  const gutter = " ".repeat(String(span.line).length);
  return [
    head,
    ...(text === undefined ? [] : frameLines(text, diagnostic, paint)),
    ...(hint === undefined ? [] : [`${gutter} ${dim("=")} ${cyan("hint")}: ${printable(hint)}`]),
    `${gutter} ${dim("=")} ${cyan("docs")}: ${docsOf(code)}`,
  ].join("\n");
}

function frameLines(text: string, { span }: Diagnostic, paint: Paint): readonly string[] {
  const { code, carets } = codeFrame(text, span);
  const number = String(span.line);
  return [
    `${dim(`${number} |`)} ${code}`.trimEnd(),
    `${dim(`${" ".repeat(number.length)} |`)} ${paint(carets)}`,
  ];
}
