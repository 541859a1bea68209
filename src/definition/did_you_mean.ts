import { closestString, levenshteinDistance } from "../std/text.ts";

/** The candidate that was probably meant, or none if nothing is near: a third of its letters may differ. */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || given.length > 100) return undefined;
  const [left, right] = [normalise(given), candidates.map(normalise)];
  const same = candidates[right.indexOf(left)];
  if (same !== undefined) return same;
  const swapped = candidates[right.findIndex((word) => isSwapOf(left, word))];
  if (swapped !== undefined) return swapped;
  const near = candidates[right.indexOf(closestString(left, right))];
  if (near === undefined) return undefined;
  const allowed = Math.max(1, Math.floor(Math.max(left.length, near.length) / 3));
  return levenshteinDistance(left, normalise(near)) <= allowed ? near : undefined;
}

/** `Did you mean "page_size"?`, else what there is to choose from, if that is short enough to read. */
export function didYouMean(given: string, candidates: readonly string[]): string | undefined {
  const near = nearest(given, candidates);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (candidates.length === 0 || candidates.length > 24) return undefined;
  return `Choose from: ${candidates.join(", ")}`;
}

/** `nmae` for `name`: two neighbours in the wrong order count as one slip. */
function isSwapOf(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  const at = [...left].findIndex((letter, index) => letter !== right[index]);
  return at >= 0 && left[at] === right[at + 1] && left[at + 1] === right[at] &&
    left.slice(at + 2) === right.slice(at + 2);
}

/** Case and the choice between - and _ are what people mix up most. */
function normalise(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, "_");
}
