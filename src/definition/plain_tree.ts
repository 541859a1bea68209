import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { FieldPath } from "./definition.ts";
import { didYouMean } from "./did_you_mean.ts";
import type { Places, Range } from "./places.ts";
import type { Report } from "./report.ts";

/** Far more than any pipeline needs, far less than what would stop a machine. */
const maxValues = 50_000;
const maxDepth = 100;

/** Plain values, and what of them could not be read. */
export interface PlainTree {
  readonly tree: unknown;
  /** Where an alias leads nowhere, or a key stands twice, which was reported: what stands there is not meant. */
  readonly failed: readonly FieldPath[];
  /** There was too much of it, which was reported: the rest is left out. */
  readonly cut: boolean;
}

/**
 * Turns YAML nodes into plain values and notes where each stands. Aliases and merge keys (`<<`) are
 * unfolded; what comes through them keeps the place where it is written. Never throws.
 */
export function plainTree(root: unknown, places: Places, report: Report): PlainTree {
  const builder = new TreeBuilder(places, report);
  return { tree: builder.value(root, []), failed: builder.failed, cut: builder.cut };
}

class TreeBuilder {
  readonly #places: Places;
  readonly #report: Report;
  readonly #anchors = new Map<string, Node>();
  /** What is being unfolded just now: an alias to one of these has no end. */
  readonly #open = new Set<Node>();
  readonly failed: FieldPath[] = [];
  cut = false;
  #left = maxValues;
  /** The alias that is being unfolded, if any: what is too large is its doing. */
  #unfolding: Range | undefined;

  constructor(places: Places, report: Report) {
    this.#places = places;
    this.#report = report;
  }

  value(node: unknown, path: FieldPath, key?: Range): unknown {
    if (!isNode(node)) return null;
    const range = rangeOf(node);
    if (--this.#left < 0 || path.length > maxDepth) return this.#tooLarge(range);
    const plain = isScalar(node) && node.type === "PLAIN";
    this.#places.set(path, { value: range, plain, ...(key === undefined ? {} : { key }) });
    if (isAlias(node)) return this.#alias(node.source, range, path, key);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return scalarValue(node.value);
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item, index) => this.value(item, [...path, index]))
      : isMap(node)
      ? Object.fromEntries(this.#entries(node.items, path))
      : null;
    this.#open.delete(node);
    return value;
  }

  #entries(pairs: readonly Pair[], path: FieldPath): ReadonlyMap<string, unknown> {
    const entries = new Map<string, unknown>();
    const merged: unknown[] = [];
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) {
        merged.push(value);
        continue;
      }
      // A map or list as a key is no text, which the parser has reported.
      if (!isScalar(key) && !isAlias(key)) continue;
      const name = keyName(key);
      const range = isNode(key) ? rangeOf(key) : undefined;
      if (entries.has(name)) this.failed.push([...path, name]);
      entries.set(name, this.value(value, [...path, name], range));
    }
    for (const source of merged) this.#merge(source, path, entries);
    return entries;
  }

  /** Keys that are there already win over merged ones, as YAML has it. */
  #merge(source: unknown, path: FieldPath, entries: Map<string, unknown>): void {
    if (--this.#left < 0) return;
    const node = isAlias(source) ? this.#anchors.get(source.source) : source;
    if (isAlias(source) && node === undefined) {
      this.#unknownAlias(source.source, rangeOf(source), path);
    } else if (isSeq(node)) {
      for (const item of node.items) this.#merge(item, path, entries);
    } else if (isMap(node)) {
      const fresh = node.items.filter(({ key }) => isMergeKey(key) || !entries.has(keyName(key)));
      for (const [name, value] of this.#entries(fresh, path)) {
        if (!entries.has(name)) entries.set(name, value);
      }
    } else {
      this.#report({
        code: "yaml-syntax",
        message: "What is merged with << has to be a map",
        hint: "Write <<: *name, where &name marks a map",
        span: isNode(source) ? this.#places.spanOf(rangeOf(source)) : this.#places.span(path),
      });
    }
  }

  #alias(name: string, range: Range, path: FieldPath, key: Range | undefined): unknown {
    const target = this.#anchors.get(name);
    if (target === undefined) return this.#unknownAlias(name, range, path);
    if (this.#open.has(target)) return this.#endless(name, range, path);
    const outermost = this.#unfolding === undefined;
    this.#unfolding ??= range;
    const value = this.value(target, path, key);
    if (outermost) this.#unfolding = undefined;
    return value;
  }

  #unknownAlias(name: string, range: Range, path: FieldPath): undefined {
    this.failed.push(path);
    this.#report({
      code: "unknown-alias",
      message: `No anchor "&${name}" stands before this alias`,
      hint: didYouMean(name, [...this.#anchors.keys()]) ??
        `Mark what is meant with &${name}, or put the text in quotes if it is no alias`,
      span: this.#places.spanOf(range),
    });
    return undefined;
  }

  #endless(name: string, range: Range, path: FieldPath): undefined {
    this.failed.push(path);
    this.#report({
      code: "too-large",
      message: `This alias stands within what &${name} marks, so it has no end`,
      hint: "Write out what is meant here",
      span: this.#places.spanOf(range),
    });
    return undefined;
  }

  #tooLarge(range: Range): null {
    if (this.cut) return null;
    this.cut = true;
    this.#left = -1;
    this.#report({
      code: "too-large",
      message: `The file unfolds to more than ${maxValues} values or ${maxDepth} levels`,
      hint: "Write out what the aliases stand for, or remove them",
      span: this.#places.spanOf(this.#unfolding ?? range),
    });
    return null;
  }
}

function rangeOf(node: Node): Range {
  const [start, end] = node.range ?? [0, 1, 1];
  return [start, end];
}

function scalarValue(value: unknown): unknown {
  return typeof value === "bigint" || typeof value === "symbol" ? String(value) : value;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === "<<" && key.type === "PLAIN";
}

function keyName(key: unknown): string {
  if (!isScalar(key)) return isAlias(key) ? `*${key.source}` : "";
  return typeof key.value === "symbol" ? key.value.description ?? "" : String(key.value);
}
