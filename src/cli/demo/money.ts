const whole = new Intl.NumberFormat("en-GB");

/** An amount of minor units with two decimals: `-1,234.50`. */
export function amount(minor: bigint): string {
  const size = minor < 0n ? -minor : minor;
  const cents = String(size % 100n).padStart(2, "0");
  return `${minor < 0n ? "-" : ""}${whole.format(size / 100n)}.${cents}`;
}
