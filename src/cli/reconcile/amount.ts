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
