import { type Document, isCollection, isNode, isPair, parseDocument, visit } from "yaml";
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
    // From the end, so that entries taken out of a list do not move those that follow; what is new
    // in its own order.
    const [there, fresh] = [
      differences.filter(isThere),
      differences.filter((one) => !isThere(one)),
    ];
    for (const difference of [...there.toReversed(), ...fresh]) {
      const path = [...at, ...difference.path];
      if (!correct(doc, path, difference)) left.push(path);
    }
  }
  for (const { at } of corrections) openUp(doc.getIn(at, true), doc);
  const whole = doc.toString({ lineWidth: 0, flowCollectionPadding: paddingOf(text) });
  const precise = corrections.flatMap(({ at, differences }) =>
    differences.map(({ path }) => [...at, ...path])
  );
  const expectations = corrections.map(({ at }) => at);
  return { text: onlyAt(precise, text, whole) ?? onlyAt(expectations, text, whole) ?? whole, left };
}

/**
 * The old text with nothing but these parts put in from the new one, so that the rest stays as it was written.
 * `undefined` where that would say something else.
 */
function onlyAt(paths: readonly FieldPath[], before: string, after: string): string | undefined {
  const old = parseDocument(before, { merge: true });
  const made = parseDocument(after, { merge: true });
  const common = paths.map((path) => commonPath(path, old, made));
  const parts = common.filter((path, index) => isOutermost(path, index, common)).flatMap((path) => {
    const from = rangeAt(old, path);
    const to = rangeAt(made, path);
    return from === undefined || to === undefined
      ? []
      : [{ from, text: after.slice(...to).trimEnd() }];
  }).toSorted((a, b) => b.from[0] - a.from[0]);
  let text = before;
  for (const { from: [start, end], text: part } of parts) {
    const tail = /\s*$/.exec(text.slice(start, end))?.[0] ?? "";
    text = text.slice(0, start) + part + tail + text.slice(end);
  }
  const result = parseDocument(text, { merge: true });
  if (result.errors.length > 0) return undefined;
  return JSON.stringify(result.toJS()) === JSON.stringify(made.toJS()) ? text : undefined;
}

/** The path itself, or the part of it that both texts have. */
function commonPath(path: FieldPath, ...docs: readonly Document[]): FieldPath {
  if (path.length === 0 || docs.every((doc) => rangeAt(doc, path) !== undefined)) return path;
  return commonPath(path.slice(0, -1), ...docs);
}

/** Whether none of the others contains it; of the same twice, the first. */
function isOutermost(path: FieldPath, index: number, all: readonly FieldPath[]): boolean {
  return !all.some((other, position) =>
    position !== index && other.every((key, depth) => path[depth] === key) &&
    (other.length < path.length || position < index)
  );
}

function rangeAt(doc: Document, path: FieldPath): readonly [number, number] | undefined {
  const node = doc.getIn(path, true);
  if (!isNode(node) || !node.range) return undefined;
  return [node.range[0], node.range[1]];
}

function isThere({ expected }: Difference): boolean {
  return expected !== undefined;
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

/** Characters of a list or map that may stand on one line. */
const onOneLine = 90;

/** Writes what has grown too long for one line over several, so that people can read it. */
function openUp(node: unknown, doc: Document): void {
  if (!isCollection(node)) return;
  if (node.flow === true) {
    if (JSON.stringify(node.toJS(doc)).length <= onOneLine) return;
    node.flow = false;
  }
  for (const item of node.items) openUp(isPair(item) ? item.value : item, doc);
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
