/** Writes minor units as Sitoo writes money: two decimals, a minus in front. */
export function formatMinor(minor: number): string {
  const abs = Math.abs(minor);
  const cents = abs % 100;
  const text = `${(abs - cents) / 100}.${cents < 10 ? "0" : ""}${cents}`;
  return minor < 0 ? `-${text}` : text;
}

/** The net part of a gross amount, both in minor units; half away from zero. */
export function netOf(gross: number, vatRate: number): number {
  const abs = Math.abs(gross);
  const net = Math.floor((abs * 200 + (100 + vatRate)) / (2 * (100 + vatRate)));
  return gross < 0 ? -net : net;
}

/** The part of a line's gross amount that belongs to its first `quantity` of `of` pieces. */
export function shareOf(gross: number, quantity: number, of: number): number {
  return quantity === of ? gross : Math.floor((gross * quantity * 2 + of) / (2 * of));
}

/** Cash rounding to whole crowns, as minor units to add to the sum. */
export function cashRounding(gross: number): number {
  const rest = ((gross % 100) + 100) % 100;
  return rest === 0 ? 0 : rest < 50 ? -rest : 100 - rest;
}

/**
 * A JSON number of money as exact minor units of two decimals, or `undefined` when it has more
 * decimals than that. Works on the number's shortest text, so no float arithmetic is done.
 */
export function minorOf(value: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(String(value));
  if (match === null) return undefined;
  const minor = BigInt(match[2] ?? "0") * 100n + BigInt((match[3] ?? "").padEnd(2, "0"));
  return match[1] === "-" ? -minor : minor;
}
