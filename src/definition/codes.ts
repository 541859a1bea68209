import type { DiagnosticCode } from "./diagnostic.ts";

/**
 * Every code that a diagnostic can have, with what it says in one line. A code is stable: it is never used
 * for anything else later. `docs/10_error_codes.md` has a heading for each.
 */
export const diagnosticCodes: Readonly<Record<DiagnosticCode, string>> = {
  // The text
  "yaml-syntax": "The file is not YAML",
  "duplicate-key": "A key stands twice in one map",
  "unknown-alias": "An alias has no anchor before it",
  "too-large": "The file is too large, or unfolds to too much",
  // Variables
  "quote-interpolation": "A variable inside { } or [ ] is not quoted",
  "invalid-interpolation": "What starts with ${ is no variable",
  "missing-variable": "A variable is not set",
  // Keys and values
  "missing-key": "A required key is missing",
  "missing-value": "A key has no value",
  "unknown-key": "A key is not known",
  "wrong-type": "A value has another type than the one expected",
  "invalid-value": "A value is not one of those that can be used",
  "missing-module": "A module that a stage names is not there",
  // Stages
  "unknown-stage": "No stage has this name",
  "wrong-section": "A stage stands in a list for stages of another kind",
  "stage-order": "A stage does not fit what comes before it",
  "missing-stage": "A list that needs a stage has none",
  "no-effect": "Every source, or every sink, is off",
  "duplicate-stage": "A stage stands more often than it may",
  // Tests
  "test-failed": "A test of the pipeline expects something else than what comes out",
  // Warnings
  "literal-secret": "A secret is written into the file",
  "no-namespace": "Ids of till orders may equal those of the web shop",
  "future-date": "A date lies in the future",
  "rate-above-limit": "A rate is above the documented limit",
  "unused-connection": "A connection is set up and not used",
};

/** Where the documentation explains a code, as seen from the root of the project. */
export function docsOf(code: DiagnosticCode): string {
  return `docs/10_error_codes.md#${code}`;
}
