import type { Finding, FindingLevel } from "../runtime/doctor/finding.ts";
import type { Style } from "./style.ts";

const marks: Readonly<Record<FindingLevel, string>> = {
  ok: "✓",
  warn: "!",
  fail: "✗",
  skipped: "–",
};

/** A finding in one line. */
export function findingLine({ level, text }: Finding, style: Style): string {
  const paint: Readonly<Record<FindingLevel, (mark: string) => string>> = {
    ok: style.good,
    warn: style.warn,
    fail: style.bad,
    skipped: style.dim,
  };
  return `${paint[level](marks[level])} ${text}`;
}

/** What to do about it, to stand under its line; empty if there is nothing to do. */
export function remedyLine({ remedy }: Finding, style: Style): string {
  return remedy === undefined ? "" : `  ${style.dim(remedy)}`;
}
