/** What is wrong, as a stable word: see `docs/10_error_codes.md`. */
export type DiagnosticCode =
  | "yaml-syntax"
  | "duplicate-key"
  | "unknown-alias"
  | "too-large"
  | "quote-interpolation"
  | "invalid-interpolation"
  | "missing-variable"
  | "missing-key"
  | "missing-value"
  | "unknown-key"
  | "wrong-type"
  | "invalid-value"
  | "missing-module"
  | "unknown-stage"
  | "wrong-section"
  | "stage-order"
  | "missing-stage"
  | "no-effect"
  | "duplicate-stage"
  | "test-failed"
  | "literal-secret"
  | "no-namespace"
  | "future-date"
  | "rate-above-limit"
  | "unused-connection";

/** Where in a file, 1-based, and how many columns to underline. Columns count UTF-16 units, as editors do. */
export interface Span {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Columns to underline, within the line. */
  readonly length: number;
}

/** One problem in a pipeline file. A value, never an exception: all of a file's are found in one run. */
export interface Diagnostic {
  /** What is wrong, as a stable word. */
  readonly code: DiagnosticCode;
  /** An error stops every command, a warning none. */
  readonly severity: "error" | "warning";
  /** What is wrong; capital first, no full stop. */
  readonly message: string;
  /** What to do, or what was probably meant. */
  readonly hint?: string;
  /** As the file was named. */
  readonly file: string;
  /** Where it stands. */
  readonly span: Span;
}
