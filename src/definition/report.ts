import type { Diagnostic, DiagnosticCode, Span } from "./diagnostic.ts";

/** What is wrong, without the file. */
export interface Problem {
  readonly code: DiagnosticCode;
  /** @default "error" */
  readonly severity?: "error" | "warning";
  readonly message: string;
  readonly hint?: string | undefined;
  readonly span: Span;
}

/** Takes a problem and lets the work go on. */
export type Report = (problem: Problem) => void;

/** Collects a file's problems: each cause once, in the order of the file. */
export class ProblemList {
  readonly #file: string;
  readonly #found = new Map<string, Diagnostic>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Adds one; the same again is ignored. */
  readonly add: Report = ({ code, severity = "error", message, hint, span }) => {
    const key = JSON.stringify([span.line, span.column, code, message]);
    if (this.#found.has(key)) return;
    this.#found.set(key, {
      code,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
      file: this.#file,
      span,
    });
  };

  /** By line and column; of one place, errors first. Where YAML is broken, only that is said of a place. */
  sorted(): readonly Diagnostic[] {
    const all = [...this.#found.values()];
    const broken = new Set(all.filter(({ code }) => ofYaml.has(code)).map(placeOf));
    const told = all.filter((each) => ofYaml.has(each.code) || !broken.has(placeOf(each)));
    return told.sort((left, right) =>
      left.span.line - right.span.line || left.span.column - right.span.column ||
      left.severity.localeCompare(right.severity)
    );
  }
}

const ofYaml: ReadonlySet<DiagnosticCode> = new Set(["yaml-syntax", "duplicate-key"]);

function placeOf({ span }: Diagnostic): string {
  return `${span.line}:${span.column}`;
}
