import type * as z from "zod";
import type { FieldPath } from "./definition.ts";
import { didYouMean, nearest } from "./did_you_mean.ts";
import type { FieldSchemas } from "./field_schemas.ts";
import { concernsFailure, type Filled, whereToSet } from "./interpolate.ts";
import { isMap, valueAt } from "./plain.ts";
import { pathKey, type Places } from "./places.ts";
import type { Report } from "./report.ts";
import { lowerFirst } from "./yaml_problems.ts";

/** What is needed to say what is wrong with a value, and where. */
export interface IssueContext {
  readonly filled: Filled;
  readonly places: Places;
  readonly fields: FieldSchemas;
  readonly report: Report;
}

/** Reports what zod found in the value at `base`. Values that may be secret, or came from a variable, are not shown. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  base: FieldPath,
  context: IssueContext,
): void {
  const flat = issues.flatMap((issue) => resolveUnion(issue));
  const meant = misspelt(flat, base, context);
  for (const issue of flat) {
    const path = [...base, ...fieldPath(issue.path)];
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) unknownKey(key, path, context);
    } else if (!concernsFailure(path, context.filled.failed) && !meant.has(pathKey(path))) {
      const missing = valueAt(context.filled.tree, path) === undefined;
      if (missing) missingKey(path, context);
      else wrongValue(issue, path, context);
    }
  }
}

/** Of a union, the alternative that was meant: the one whose type fits, if there is just one. */
function resolveUnion(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const below = (part: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] =>
    part.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  const fitting = issue.errors.filter((errors) =>
    !errors.some(({ code, path }) => code === "invalid_type" && path.length === 0)
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return below(only).flatMap(resolveUnion);
  const choices = (fitting.length > 0 ? fitting : issue.errors).map(([first]) => first);
  const told = choices.flatMap((choice) => choice === undefined ? [] : [choice.message]);
  if (told.length === 0) return [issue];
  const expected = [...new Set(told.map((message) => message.split("\n")[0] ?? message))];
  const [lead = "", ...others] = expected;
  const message = [lead, ...others.map((other) => other.replace(/^Expected /, ""))].join(", or ");
  const hint = told.map((text) => text.split("\n")[1]).find((text) => text !== undefined);
  return [{ ...issue, errors: [], message: hint === undefined ? message : `${message}\n${hint}` }];
}

/** Paths of required keys that are there under a misspelt name: the name is the one cause. */
function misspelt(
  issues: readonly z.core.$ZodIssue[],
  base: FieldPath,
  { fields, filled }: IssueContext,
): ReadonlySet<string> {
  const found = issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [];
    const path = [...base, ...fieldPath(issue.path)];
    const known = fields.keysAt(path).filter((key) =>
      valueAt(filled.tree, [...path, key]) === undefined
    );
    return issue.keys.flatMap((key) => nearest(key, known) ?? []).map((key) => [...path, key]);
  });
  return new Set(found.map(pathKey));
}

function unknownKey(
  key: string,
  parent: FieldPath,
  { fields, places, report }: IssueContext,
): void {
  const where = parent.length === 0 ? "" : ` in "${fieldName(parent)}"`;
  report({
    code: "unknown-key",
    message: `Unknown key "${key}"${where}`,
    hint: didYouMean(key, fields.keysAt(parent)),
    span: places.span([...parent, key], "key"),
  });
}

function missingKey(path: FieldPath, { filled, places, report }: IssueContext): void {
  const name = fieldName(path);
  const empty = filled.variables.get(pathKey(path));
  if (empty !== undefined) {
    report({
      code: "missing-variable",
      message: `Key "${name}" needs a value, but ${listed(empty)} is empty`,
      hint: whereToSet(empty[0] ?? ""),
      span: places.span(path),
    });
    return;
  }
  const parent = path.slice(0, -1);
  report({
    code: "missing-key",
    message: parent.length === 0
      ? `Key "${name}" is missing`
      : `Key "${name}" is missing in "${fieldName(parent)}"`,
    hint: `Add ${name}: with its value`,
    span: places.span(parent, "key"),
  });
}

function wrongValue(issue: z.core.$ZodIssue, path: FieldPath, context: IssueContext): void {
  const { filled, places, report } = context;
  const value = valueAt(filled.tree, path);
  const [first = "", hint] = issue.message.split("\n");
  const isType = issue.code === "invalid_type";
  if (value === null) {
    report({
      code: "wrong-type",
      message: `Key "${fieldName(path)}" has no value: ${lowerFirst(first)}`,
      hint: "Write a value, or remove the line",
      span: places.span(path, "key"),
    });
    return;
  }
  const variables = variablesWithin(path, filled);
  const from = variables.length === 0 ? "" : ` (from ${listed(variables)})`;
  const shown = mayShow(path, context) ? shownValue(value) : "";
  report({
    code: isType ? "wrong-type" : "invalid-value",
    message: `Invalid value${shown} for "${fieldName(path)}"${from}: ${lowerFirst(first)}`,
    hint,
    span: places.span(path),
  });
}

/** Nothing that came from outside the file, and nothing that may let someone in. */
function mayShow(path: FieldPath, { filled, fields }: IssueContext): boolean {
  return variablesWithin(path, filled).length === 0 && !fields.isSecret(path) &&
    !path.some((key) => typeof key === "string" && isSecretName(key));
}

/** Names under which people keep what is not to be shown, in options that no schema describes. */
export function isSecretName(key: string): boolean {
  return /key$|password|secret|token|api_id|credential/i.test(key);
}

function shownValue(value: unknown): string {
  if (Array.isArray(value) || isMap(value)) return "";
  const text = typeof value === "string" ? value : String(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return ` ${typeof value === "string" ? JSON.stringify(short) : short}`;
}

function variablesWithin(path: FieldPath, filled: Filled): readonly string[] {
  const own = pathKey(path);
  const inside = `${own.slice(0, -1)},`;
  const names = [...filled.variables].flatMap(([key, variables]) =>
    key === own || key.startsWith(inside) ? variables : []
  );
  return [...new Set(names)];
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`).join(" and ");
  return `the variable${names.length > 1 ? "s" : ""} ${quoted}`;
}

/** As an integrator would call it: `page_size`, `sites[1]`. */
export function fieldName(path: FieldPath): string {
  const from = path.findLastIndex((key) => typeof key === "string");
  const [name = "", ...indexes] = path.slice(Math.max(0, from));
  return `${name}${indexes.map((index) => `[${index}]`).join("")}`;
}

function fieldPath(path: readonly PropertyKey[]): FieldPath {
  return path.map((key) => typeof key === "symbol" ? String(key) : key);
}
