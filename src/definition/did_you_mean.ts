import { closestString, levenshteinDistance } from "../std/text.ts";

/** The candidate that was probably meant, or none if nothing is near: a third of its letters may differ. */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || given.length > 100) return undefined;
  const [left, right] = [normalise(given), candidates.map(normalise)];
  const same = candidates[right.indexOf(left)];
  if (same !== undefined) return same;
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

/** Case and the choice between - and _ are what people mix up most. */
function normalise(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, "_");
}
