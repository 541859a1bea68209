/** What is wrong, as a stable word: see docs, "Error codes". */
export type DiagnosticCode =
  // The text
  | "yaml-syntax"
  | "duplicate-key"
  | "unknown-alias"
  | "too-large"
  // Variables
  | "quote-interpolation"
  | "invalid-interpolation"
  | "missing-variable"
  // Keys and values
  | "missing-key"
  | "missing-value"
  | "unknown-key"
  | "wrong-type"
  | "invalid-value"
  // Stages
  | "unknown-stage"
  | "wrong-section"
  | "stage-order"
  | "missing-stage"
  | "duplicate-stage"
  // Warnings
  | "literal-secret"
  | "no-namespace"
  | "future-date"
  | "rate-above-limit"
  | "unused-connection";

/** Where in a file, 1-based, and how many columns to underline. Columns count UTF-16 units, as editors do. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** One problem in a pipeline file. A value, never an exception: all of a file's are found in one run. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  /** What is wrong; capital first, no full stop. */
  readonly message: string;
  /** What to do, or what was probably meant. */
  readonly hint?: string;
  readonly file: string;
  readonly span: Span;
}
