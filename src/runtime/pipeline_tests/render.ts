import { stringify } from "yaml";
import type { FieldPath } from "../../definition/definition.ts";
import { bold, dim, green, red, stripAnsiCode } from "../../std/colors.ts";
import type { Difference } from "./compare.ts";
import type { TestResult } from "./run_tests.ts";

/** How results are shown. */
export interface RenderResultsOptions {
  readonly color: boolean;
  /** Names the tests that hold, too. @default false */
  readonly all?: boolean;
}

/** Characters of a value that are shown. */
const SHOWN = 400;
/** Characters of a list or map that stand on one line. */
const ON_ONE_LINE = 80;
/** Lines of one value that are shown. */
const MOST_LINES = 60;

/** Writes results for people: every difference with what was expected and what came to be, then the counts. */
export function renderResults(
  results: readonly TestResult[],
  options: RenderResultsOptions,
): string {
  const shown = results.filter(({ ok }) => options.all === true || !ok).map(renderOne);
  const failed = results.filter(({ ok }) => !ok).length;
  const count = `${results.length} test${results.length === 1 ? "" : "s"}`;
  const sum = failed === 0 ? green(`${count} passed`) : red(`${failed} of ${count} failed`);
  const text = [...shown, sum].join("\n");
  return options.color ? text : stripAnsiCode(text);
}

/** A difference in one line. */
export function describeDifference({ path, expected, actual }: Difference): string {
  return `${pathText(path)}: expected ${valueText(expected)}, not ${valueText(actual)}`;
}

function renderOne({ ok, file, name, span, failures, error }: TestResult): string {
  const where = dim(`${file}:${span.line}`);
  if (ok) return `${green("ok")} ${name} ${where}`;
  const lines = failures.flatMap(({ at, differences }) =>
    differences.flatMap((difference) => renderDifference(stepOf(at), difference))
  );
  const reason = error === undefined ? [] : [`    ${error}`];
  return [`${red("FAILED")} ${bold(name)} ${where}`, ...lines, ...reason].join("\n");
}

function renderDifference(step: string, difference: Difference): readonly string[] {
  return [
    `    ${step}${pathText(difference.path)}`,
    ...valueLines("expected", difference.expected, green),
    ...valueLines("actual  ", difference.actual, red),
  ];
}

/** A value behind its label; a list or map that is long stands below it, a line for each field. */
function valueLines(
  label: string,
  value: unknown,
  paint: (text: string) => string,
): readonly string[] {
  const short = valueText(value);
  if (typeof value !== "object" || short.length <= ON_ONE_LINE) {
    return [`      ${label} ${paint(short)}`];
  }
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split("\n");
  const left = lines.length - MOST_LINES;
  return [
    `      ${label}`,
    ...lines.slice(0, MOST_LINES).map((line) => `        ${paint(cut(line))}`),
    ...(left > 0 ? [`        ${dim(`and ${left} more lines`)}`] : []),
  ];
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function stepOf(at: FieldPath): string {
  const index = at.indexOf("steps");
  const step = index < 0 ? undefined : at[index + 1];
  return typeof step === "number" ? `step ${step + 1}: ` : "";
}

function pathText(path: FieldPath): string {
  return path.map((key, index) => {
    if (typeof key === "number") return `[${key}]`;
    return index === 0 ? key : `.${key}`;
  }).join("");
}

function valueText(value: unknown): string {
  return value === undefined ? "nothing" : cut(JSON.stringify(value));
}
