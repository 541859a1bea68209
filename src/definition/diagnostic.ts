import type { DiagnosticCode } from "./codes.ts";

export type { DiagnosticCode };

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
