import jsonata from "jsonata";
import { problemOfExpression } from "../../expression.ts";
import { sitooOrderFields } from "./sitoo_fields.ts";

/**
 * The names an expression looks up in the record itself, sorted: `email`, `additionaldata`. What it
 * looks up in lines and other inner parts is not among them.
 *
 * @throws {SyntaxError} when the expression cannot be used
 */
export function namesInExpression(text: string): readonly string[] {
  const problem = problemOfExpression(text);
  if (problem !== undefined) throw new SyntaxError(`Cannot use the expression: ${problem}`);
  const names = new Set<string>();
  walk(jsonata(text).ast(), true, names);
  return [...names].sort();
}

/**
 * The fields of a Sitoo order that an expression may be about, wherever in its record the order stands:
 * every name in it that is one, sorted. One too many is read in vain; one too few would find nothing.
 *
 * @throws {SyntaxError} when the expression cannot be used
 */
export function orderFieldsNamed(text: string): readonly string[] {
  const problem = problemOfExpression(text);
  if (problem !== undefined) throw new SyntaxError(`Cannot use the expression: ${problem}`);
  const names = new Set<string>();
  collect(jsonata(text).ast(), names);
  return [...names].filter((name) => sitooOrderFields.has(name)).sort();
}

function collect(node: unknown, names: Set<string>): void {
  if (!isObject(node)) return;
  if (node.type === "name" && typeof node.value === "string") names.add(node.value);
  for (const part of Object.values(node)) collect(part, names);
}

/** Why an expression cannot be used on a record with these fields, or `undefined`. */
export function problemOfNames(text: string, fields: ReadonlySet<string>): string | undefined {
  const unknown = namesInExpression(text).find((name) => !fields.has(name));
  return unknown === undefined
    ? undefined
    : `A Sitoo order has no field ${unknown}; for text write '${unknown}' in quotes`;
}

/** Parts of a node that see what the node has found, not the record. */
const innerParts: ReadonlySet<string> = new Set([
  "stages",
  "predicate",
  "group",
  "update",
  "delete",
]);

/** `atRecord`: names stand for fields of the record itself. */
function walk(node: unknown, atRecord: boolean, names: Set<string>): void {
  if (!isObject(node)) return;
  if (atRecord && node.type === "name" && typeof node.value === "string") names.add(node.value);
  for (const [part, value] of Object.entries(node)) {
    if (part === "steps" && Array.isArray(value)) walkSteps(value, atRecord, names);
    else walk(value, atRecord && !innerParts.has(part), names);
  }
}

/** Only the first step sees the record, or the second one after `$` and `$$`. */
function walkSteps(steps: readonly unknown[], atRecord: boolean, names: Set<string>): void {
  let sees = atRecord;
  for (const step of steps) {
    walk(step, sees, names);
    sees = isVariable(step, "$") || (sees && isVariable(step, ""));
  }
}

function isVariable(node: unknown, name: string): boolean {
  return isObject(node) && node.type === "variable" && node.value === name;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
