import { type Document, isCollection, isMap, isSeq, parseDocument, visit } from "yaml";
import type { FieldPath } from "../../definition/definition.ts";
import type { Difference } from "./compare.ts";

/** Differences of one test step, and where its `expect` stands in the file. */
export interface Correction {
  readonly at: FieldPath;
  readonly differences: readonly Difference[];
}

/** A file after its expectations were rewritten. */
export interface Updated {
  readonly text: string;
  /** Places that could not be rewritten, as where an alias stands in. */
  readonly left: readonly FieldPath[];
}

/**
 * Rewrites expectations to what came to be. Only what differs is touched; comments, order and style of
 * everything else stay.
 */
export function updateExpectations(text: string, corrections: readonly Correction[]): Updated {
  const doc = parseDocument(text, { merge: true });
  const left: FieldPath[] = [];
  for (const { at, differences } of corrections) {
    // From the end, so that entries taken out of a list do not move those that follow.
    for (const difference of differences.toReversed()) {
      const path = [...at, ...difference.path];
      if (!correct(doc, path, difference)) left.push(path);
    }
    dropEmpty(doc, at);
  }
  return { text: doc.toString({ lineWidth: 0, flowCollectionPadding: paddingOf(text) }), left };
}

function correct(doc: Document, path: FieldPath, { actual }: Difference): boolean {
  try {
    if (actual === undefined) return doc.deleteIn(path);
    const parent = path.slice(0, -1);
    if (doc.getIn(parent) === undefined) doc.setIn(parent, doc.createNode(emptyFor(path.at(-1))));
    doc.setIn(path, plainScalar(actual) ? actual : doc.createNode(actual));
    return true;
  } catch {
    return false;
  }
}

/** A list or map of which nothing is left says nothing. */
function dropEmpty(doc: Document, at: FieldPath): void {
  for (const key of ["contacts", "receipts", "orders"]) {
    const node = doc.getIn([...at, key], true);
    if ((isMap(node) || isSeq(node)) && node.items.length === 0) doc.deleteIn([...at, key]);
  }
}

function emptyFor(key: string | number | undefined): unknown {
  return typeof key === "number" ? [] : {};
}

function plainScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** `{ a: 1 }` or `{a: 1}`, as the file has it. */
function paddingOf(text: string): boolean {
  let padded = true;
  visit(parseDocument(text), {
    Collection(_key, node): symbol | undefined {
      if (!isCollection(node) || node.flow !== true || !node.range) return undefined;
      padded = /^[{[]\s/.test(text.slice(node.range[0]));
      return visit.BREAK;
    },
  });
  return padded;
}
