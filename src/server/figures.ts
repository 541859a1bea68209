export { count, plural, pluralAre } from "../definition/wording.ts";

/** Figures that are more than nothing, the largest first. */
export function largestFirst(
  figures: Readonly<Record<string, number>>,
): readonly (readonly [name: string, value: number])[] {
  return Object.entries(figures).filter(([, value]) => value > 0)
    .toSorted(([, left], [, right]) => right - left);
}

/** A time span in its two largest units: `3 h 12 min`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0 s";
  return parts.slice(first, first + 2).filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`).join(" ");
}

/** A moment in UTC, to the second. */
export function moment(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** What part of a whole, from 0 to 1; a whole of nothing is done. */
export function part(done: number, whole: number): number {
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, done / whole));
}

/** Decimal text with thousands separators: `4,791,358.75`. */
export function amount(decimal: string): string {
  const [whole = "", fraction] = decimal.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Whether decimal text is zero. */
export function isZero(decimal: string): boolean {
  return !/[1-9]/.test(decimal);
}
