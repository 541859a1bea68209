import type * as z from "zod";
import type { FieldPath } from "./definition.ts";
import { nearest } from "./did_you_mean.ts";
import { type FieldSchemas, isSection, type JsonSchema } from "./field_schemas.ts";
import { concernsFailure, type Filled, whereToSet } from "./interpolate.ts";
import { unknownKeyHint } from "./key_hints.ts";
import { isSecretName } from "./mask.ts";
import { isMap, valueAt } from "./plain.ts";
import { pathKey, type Places } from "./places.ts";
import type { Report } from "./report.ts";
import { fieldName, lowerFirst } from "./wording.ts";

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
  const flat = issues.flatMap((issue) => resolveUnion(issue, base, context));
  const meant = misspelt(flat, base, context);
  for (const issue of flat) {
    const path = [...base, ...fieldPath(issue.path)];
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) unknownKey(key, path, context);
    } else if (issue.code === "invalid_key") {
      invalidKey(issue, path, context);
    } else if (!concernsFailure(path, context.filled.failed) && !meant.has(pathKey(path))) {
      const missing = valueAt(context.filled.tree, path) === undefined;
      if (missing) missingKey(path, context);
      else wrongValue(issue, path, context);
    }
  }
}

/** Of a union, what is wrong with the alternative that was meant: the one whose type fits. */
function resolveUnion(
  issue: z.core.$ZodIssue,
  base: FieldPath,
  context: IssueContext,
): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const value = valueAt(context.filled.tree, [...base, ...fieldPath(issue.path)]);
  const fitting = issue.errors.filter((errors) =>
    !errors.some((each) => isOfOtherType(each, value))
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) {
    return only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
      .flatMap((inner) => resolveUnion(inner, base, context));
  }
  const alternatives = fitting.length > 0 ? fitting : issue.errors;
  const told = alternatives.flatMap(([first]) => first?.message ?? []);
  if (told.length === 0) return [issue];
  const { path } = issue;
  const message = either(told);
  return fitting.length > 0
    ? [{ code: "custom", path, message }]
    : [{ code: "invalid_type", expected: "nonoptional", path, message }];
}

/** Whether an alternative was refused for the value's type alone. */
function isOfOtherType(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_value") {
    return !issue.values.some((choice) => typeof choice === typeof value);
  }
  return issue.code === "invalid_type";
}

/** `Expected a number` and `Expected text` as one message, with the first hint there is. */
function either(messages: readonly string[]): string {
  const [first = "", ...others] = new Set(messages.map((text) => text.split("\n")[0] ?? ""));
  const message = [first, ...others.map((text) => text.replace(/^Expected /, ""))].join(", or ");
  const hint = messages.map((text) => text.split("\n")[1]).find((text) => text !== undefined);
  return hint === undefined ? message : `${message}\n${hint}`;
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

function unknownKey(key: string, parent: FieldPath, context: IssueContext): void {
  const { fields, filled, places, report } = context;
  report({
    code: "unknown-key",
    message: `Unknown key "${key}"${inside(parent, filled)}`,
    hint: unknownKeyHint(key, parent, fields),
    span: places.span([...parent, key], "key"),
  });
}

function missingKey(path: FieldPath, context: IssueContext): void {
  const { fields, filled, places, report } = context;
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
    message: `Key "${name}" is missing${inside(parent, filled)}`,
    hint: addHint(name, fields.at(path)),
    span: places.span(parent, "key"),
  });
}

/** What to write, from the example in the schema, else from its description. */
function addHint(name: string, schemas: readonly JsonSchema[]): string {
  const example = schemas.flatMap(({ examples }) => Array.isArray(examples) ? examples : [])[0];
  if (example !== undefined) {
    return `Add ${name}: ${typeof example === "string" ? example : JSON.stringify(example)}`;
  }
  const about = schemas.map(({ description }) => description).find((text) =>
    typeof text === "string"
  );
  return about === undefined ? `Add ${name}:` : `Add ${name}: (${lowerFirst(String(about))})`;
}

/** Which map is meant, in the integrator's words; options are those of their stage. */
function inside(parent: FieldPath, filled: Filled): string {
  const use = parent.at(-1) === "with"
    ? valueAt(filled.tree, [...parent.slice(0, -1), "use"])
    : undefined;
  if (typeof use === "string") return ` in the options of "${use}"`;
  return parent.length === 0 ? "" : ` in "${fieldName(parent)}"`;
}

function wrongValue(issue: z.core.$ZodIssue, path: FieldPath, context: IssueContext): void {
  const { filled, places, report } = context;
  const value = valueAt(filled.tree, path);
  const [first, hint] = parts(issue, path, context);
  const isType = issue.code === "invalid_type";
  if (value === null) {
    report({
      code: "missing-value",
      message: `Key "${fieldName(path)}" has no value: ${lowerFirst(first)}`,
      hint: "Write a value, or remove the line",
      span: places.span(path, "key"),
    });
    return;
  }
  const variables = variablesWithin(path, filled);
  const from = variables.length === 0 ? "" : ` (from ${listed(variables)})`;
  const shown = mayShow(path, context) ? shownValue(value, places.source(path)) : "";
  report({
    code: isType ? "wrong-type" : "invalid-value",
    message: `Invalid value${shown} for "${fieldName(path)}"${from}: ${lowerFirst(first)}`,
    hint,
    span: places.span(path),
  });
}

/** The message and its hint. Zod asks for a number first and only then whether it is whole. */
function parts(
  issue: z.core.$ZodIssue,
  path: FieldPath,
  { fields, filled }: IssueContext,
): readonly [message: string, hint: string | undefined] {
  const [first = "", hint = otherHint(valueAt(filled.tree, path), path, fields)] = issue.message
    .split("\n");
  const whole = isWhole(path, fields);
  return [whole && first === "Expected a number" ? "Expected a whole number" : first, hint];
}

/** For messages of the stages' own that have no hint. */
function otherHint(value: unknown, path: FieldPath, fields: FieldSchemas): string | undefined {
  if (typeof value !== "string") return undefined;
  const [section, index, ...rest] = path;
  if (isSection(section) && index !== undefined && rest.length === 0) {
    return `Write - use: ${value}`;
  }
  return isWhole(path, fields) && /^\d+$/.test(value) ? "Remove the quotes" : undefined;
}

function isWhole(path: FieldPath, fields: FieldSchemas): boolean {
  return fields.at(path).some(({ type }) => type === "integer");
}

function invalidKey(issue: z.core.$ZodIssue, path: FieldPath, context: IssueContext): void {
  const [first, hint] = parts(issue, path, context);
  const parent = fieldName(path.slice(0, -1));
  context.report({
    code: "invalid-value",
    message: `Invalid key "${String(path.at(-1))}" in "${parent}": ${lowerFirst(first)}`,
    hint,
    span: context.places.span(path, "key"),
  });
}

/** Nothing that came from outside the file, and nothing that may let someone in. */
function mayShow(path: FieldPath, { filled, fields }: IssueContext): boolean {
  return variablesWithin(path, filled).length === 0 && !fields.isSecret(path) &&
    !path.some((key) => typeof key === "string" && isSecretName(key));
}

/** Text in quotes; a number as it is written, be it as `0x1F`. */
function shownValue(value: unknown, source: string | undefined): string {
  if (Array.isArray(value) || isMap(value)) return "";
  const isWritten = typeof value === "number" && source !== undefined && !source.startsWith("*");
  const text = isWritten ? source : String(value);
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

function fieldPath(path: readonly PropertyKey[]): FieldPath {
  return path.map((key) => typeof key === "symbol" ? String(key) : key);
}
