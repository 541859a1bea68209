import type { FieldPath } from "../../definition/definition.ts";
import { isMap } from "../../definition/plain.ts";

/** One field that differs. */
export interface Change {
  readonly path: FieldPath;
  /** Absent: the field was not there. */
  readonly before?: unknown;
  /** Absent: the field is not there any more. */
  readonly after?: unknown;
}

/** Where two trees differ, field by field. Lists are compared entry by entry. */
export function changesOf(
  before: unknown,
  after: unknown,
  path: FieldPath = [],
): readonly Change[] {
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changesOf(own(before, key), own(after, key), [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      changesOf(before[index], after[index], [...path, index])
    );
  }
  if (isSame(before, after)) return [];
  return [{
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }];
}

/** A path as people write it: `lineitems[0].sku`. */
export function fieldText(path: FieldPath): string {
  return path.map((key, index) => {
    if (typeof key === "number") return `[${key}]`;
    return index === 0 ? key : `.${key}`;
  }).join("");
}

/** A path without the positions in lists, so that all lines count as one field: `lineitems[].sku`. */
export function fieldGroup(path: FieldPath): string {
  return fieldText(path).replaceAll(/\[\d+\]/g, "[]");
}

function own(map: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Two empty maps or lists are the same, whatever made them. */
function isSame(before: unknown, after: unknown): boolean {
  return Object.is(before, after) || (before === 0 && after === 0);
}
