import type { FieldPath } from "./definition.ts";

/** As an integrator would call it: `page_size`, `sites[1]`. */
export function fieldName(path: FieldPath): string {
  const from = path.findLastIndex((key) => typeof key === "string");
  const [name = "", ...indexes] = path.slice(Math.max(0, from));
  return `${name}${indexes.map((index) => `[${index}]`).join("")}`;
}

/** For a sentence that goes on after a colon; words in capitals stay. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

const numbers = new Intl.NumberFormat("en-GB");

/** A count with thousands separators. */
export function count(value: number): string {
  return numbers.format(value);
}

/** A count with what is counted: `1 order`, `2,000 orders`. */
export function plural(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? "" : "s"}`;
}

/** The same with what they are: `1 order is`, `2,000 orders are`. */
export function pluralAre(value: number, what: string): string {
  return `${plural(value, what)} ${value === 1 ? "is" : "are"}`;
}
