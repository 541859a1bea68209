export function levenshteinDistance(a: string, b: string): number;
/** Throws when `possibleWords` is empty. */
export function closestString(
  givenWord: string,
  possibleWords: readonly string[],
  options?: { caseSensitive?: boolean },
): string;
