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
