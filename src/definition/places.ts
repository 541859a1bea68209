import { LineCounter } from "yaml";
import type { FieldPath } from "./definition.ts";
import type { Span } from "./diagnostic.ts";

/** From and to (exclusive), as offsets into the text. */
export type Range = readonly [start: number, end: number];

/** Where one value stands, and its key if it has one. */
export interface Place {
  readonly key?: Range;
  readonly value: Range;
  /** Written without quotes, so that YAML would guess its type. */
  readonly plain: boolean;
}

/** One word for a path, to look it up by. */
export function pathKey(path: FieldPath): string {
  return JSON.stringify(path);
}

/** Whether `path` is `ancestor` or below it. */
export function isWithin(path: FieldPath, ancestor: FieldPath): boolean {
  return ancestor.every((key, index) => path[index] === key);
}

/** Finds lines and columns for paths and offsets of one file. */
export class Places {
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #places = new Map<string, Place>();

  constructor(text: string) {
    this.#text = text;
    this.#lines.addNewLine(0);
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
      this.#lines.addNewLine(at + 1);
    }
  }

  /** Remembers where the value of a path stands. */
  set(path: FieldPath, place: Place): void {
    this.#places.set(pathKey(path), place);
  }

  /** Exactly that path's place, if the file has it. */
  get(path: FieldPath): Place | undefined {
    return this.#places.get(pathKey(path));
  }

  /** A value as it is written, for values that YAML reads as something else: `0x1F`, `1e3`. */
  source(path: FieldPath): string | undefined {
    const place = this.get(path);
    return place && this.#text.slice(...place.value);
  }

  /** The key or value of a path; of its nearest ancestor if the file does not have it. */
  span(path: FieldPath, part: "key" | "value" = "value"): Span {
    for (let depth = path.length; depth > 0; depth--) {
      const place = this.get(path.slice(0, depth));
      if (place === undefined) continue;
      const own = depth === path.length;
      return this.spanOf(own && part === "value" ? place.value : place.key ?? place.value);
    }
    return this.spanOf(this.get([])?.value ?? [0, 1]);
  }

  /** Where this text stands inside a path's value; the whole value if it is not found there. */
  spanWithin(path: FieldPath, text: string): Span {
    const [start, end] = this.get(path)?.value ?? [0, 0];
    const at = this.#text.slice(start, end).indexOf(text);
    return at === -1 ? this.span(path) : this.spanOf([start + at, start + at + text.length]);
  }

  /** A range of offsets as line, column and length; cut at the end of its first line. */
  spanOf([start, end]: Range): Span {
    const from = Math.min(Math.max(start, 0), this.#text.length);
    const lineEnd = this.#text.slice(from, Math.max(end, from + 1)).search(/\r?\n/);
    const to = lineEnd === -1 ? end : from + lineEnd;
    const { line, col } = this.#lines.linePos(from);
    return { line, column: col, length: Math.max(1, to - from) };
  }
}
