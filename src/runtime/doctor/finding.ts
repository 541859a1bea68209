/** How a check ended. `skipped`: it could not be made, because of what another finding says. */
export type FindingLevel = "ok" | "warn" | "fail" | "skipped";

/** What a check found, in one sentence without a full stop; no key, no person. */
export interface Finding {
  /** Stable name, for programs: `sitoo-key`. */
  readonly check: string;
  readonly level: FindingLevel;
  readonly text: string;
  /** What to do about it; always there for `warn` and `fail`. */
  readonly remedy?: string;
}

/** All is well. */
export function ok(check: string, text: string): Finding {
  return { check, level: "ok", text };
}

/** It works, but somebody should look at it. */
export function warn(check: string, text: string, remedy: string): Finding {
  return { check, level: "warn", text, remedy };
}

/** It does not work like this. */
export function fail(check: string, text: string, remedy: string): Finding {
  return { check, level: "fail", text, remedy };
}

/** It could not be looked at. */
export function skipped(check: string, text: string): Finding {
  return { check, level: "skipped", text };
}
