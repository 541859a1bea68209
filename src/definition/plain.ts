import type { FieldPath } from "./definition.ts";

/** Whether a plain value is a map with text keys. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, or `undefined`. */
export function valueAt(tree: unknown, path: FieldPath): unknown {
  let value: unknown = tree;
  for (const step of path) {
    if (typeof step === "number") value = Array.isArray(value) ? value[step] : undefined;
    else value = isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** Builds a tree anew with every scalar replaced; `undefined` leaves a map's key out. */
export function mapScalars(
  tree: unknown,
  change: (value: unknown, path: FieldPath) => unknown,
  path: FieldPath = [],
): unknown {
  if (Array.isArray(tree)) {
    return tree.map((entry, index) => mapScalars(entry, change, [...path, index]));
  }
  if (!isPlainMap(tree)) return change(tree, path);
  return Object.fromEntries(
    Object.entries(tree)
      .map(([key, value]) => [key, mapScalars(value, change, [...path, key])] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** A map made of data, and no instance of a class such as `Secret`. */
function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isMap(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
