/** Unix seconds of 2000-01-01. */
const earliest = 946_684_800;
/** Seconds that a till's clock may be ahead. */
const ahead = 48 * 3600;

/** Why an order's date cannot be right, or `undefined`. `now` is epoch ms. */
export function dateProblem(orderdate: number, now: number): string | undefined {
  if (!Number.isFinite(orderdate) || orderdate < earliest) {
    return `orderdate ${orderdate} is before the year 2000`;
  }
  return orderdate > now / 1000 + ahead
    ? `orderdate ${orderdate} is more than 48 hours ahead`
    : undefined;
}

/** Unix seconds → `YYYY-MM-DDThh:mm:ssZ`. */
export function utcTime(seconds: number): string {
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

const zones = new Map<string, boolean>();

/** Whether this machine knows a time zone by that name. */
export function isZone(name: string): boolean {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const valid = tryZone(name);
  // Tills could send anything; what is remembered must not grow with it.
  if (zones.size < 1000) zones.set(name, valid);
  return valid;
}

function tryZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
