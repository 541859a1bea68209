/** Longest text kept of what a server says. */
const longest = 200;

/**
 * Takes out of a server's message what may be personal: addresses, long numbers, and the words that
 * were sent about a person. What is left helps an operator and may be logged.
 */
export function redact(message: string, personal: Iterable<string>): string {
  const words = new Set([...personal].flatMap((text) => text.match(/[\p{L}\p{N}]{2,}/gu) ?? []));
  let text = message.slice(0, 10 * longest)
    .replace(/[^\s"'<>]+@[^\s"'<>]+/g, "…")
    .replace(/\+?\d[\d\s().-]{6,}\d/g, "…");
  if (words.size > 0) {
    const anyWord = `(?<![\\p{L}\\p{N}])(?:${[...words].join("|")})(?![\\p{L}\\p{N}])`;
    text = text.replace(new RegExp(anyWord, "giu"), "…");
  }
  return text.replace(/\s+/g, " ").trim().slice(0, longest);
}
