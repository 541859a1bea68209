import { bold, cyan, dim, green, red, stripAnsiCode, yellow } from "../std/colors.ts";

/** Emphasis for people; in a pipe, a file or with `NO_COLOR` it changes nothing. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  accent(text: string): string;
}

/** Makes a style that has colours, or none. */
export function createStyle(color: boolean): Style {
  if (!color) {
    return { bold: same, dim: same, good: same, bad: same, warn: same, accent: same };
  }
  return { bold, dim, good: green, bad: red, warn: yellow, accent: cyan };
}

function same(text: string): string {
  return stripAnsiCode(text);
}
