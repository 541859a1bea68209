const formats = new Map<string, Intl.DateTimeFormat>();

const DAY = 24 * 60 * 60 * 1000;
/** Between these no zone changed its offset twice in 24 hours, and years have four digits. */
const STEADY_FROM = Date.UTC(1980, 0, 1);
const STEADY_TO = Date.UTC(2100, 0, 1);
/** Offsets remembered at most: ten years of days, in three zones. */
const MOST_OFFSETS = 10_000;
/** By zone and day of UTC: ms ahead of UTC, `undefined` for a day on which that changes. */
const offsets = new Map<string, number | undefined>();

/** The local calendar day of an instant, `YYYY-MM-DD`. `zone` is an IANA name. */
export function localDay(epochMs: number, zone: string): string {
  const offset = steadyOffset(epochMs, zone);
  if (offset !== undefined) return new Date(epochMs + offset).toISOString().slice(0, 10);
  const parts = partsOf(epochMs, zone);
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** The local wall-clock time of an instant, `HH:MM`. */
export function localTime(epochMs: number, zone: string): string {
  const parts = partsOf(epochMs, zone);
  return `${parts.hour}:${parts.minute}`;
}

/**
 * Epoch ms at which a local day begins. Where clocks go forward over midnight, the first instant that
 * exists. `day` is `YYYY-MM-DD`.
 */
export function startOfDay(day: string, zone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(wanted)) throw new RangeError(`Cannot read the day "${day}"`);
  // Offsets change at most once near a day's start, so the second guess is exact.
  const first = wanted - offsetAt(wanted, zone);
  const second = wanted - offsetAt(first, zone);
  return localDay(second, zone) === day ? second : first;
}

/**
 * Epoch ms of a local time, `YYYY-MM-DDTHH:MM:SS`. Of a time that the clocks pass twice, one of the two; one
 * that they leave out counts with the offset before or after.
 */
export function localInstant(time: string, zone: string): number {
  const wanted = Date.parse(`${time}Z`);
  if (Number.isNaN(wanted)) throw new RangeError(`Cannot read the time "${time}"`);
  return wanted - offsetAt(wanted - offsetAt(wanted, zone), zone);
}

/**
 * ms that local time is ahead of UTC on the day of UTC that an instant falls on, where it is the same all day:
 * asking `Intl` of every order costs more than most of the mapping.
 */
function steadyOffset(epochMs: number, zone: string): number | undefined {
  if (!(epochMs >= STEADY_FROM && epochMs < STEADY_TO)) return undefined;
  const day = Math.floor(epochMs / DAY);
  const key = `${zone} ${day}`;
  const known = offsets.get(key);
  if (known !== undefined || offsets.has(key)) return known;
  const offset = offsetAt(day * DAY, zone);
  const steady = offsetAt((day + 1) * DAY, zone) === offset ? offset : undefined;
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  offsets.set(key, steady);
  return steady;
}

/** ms that local time is ahead of UTC at an instant. */
function offsetAt(epochMs: number, zone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(epochMs, zone);
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return local - Math.floor(epochMs / 1000) * 1000;
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

function partsOf(epochMs: number, zone: string): Parts {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  const found: Record<string, string> = {};
  for (const part of format.formatToParts(epochMs)) found[part.type] = part.value;
  return {
    year: found.year ?? "",
    month: found.month ?? "",
    day: found.day ?? "",
    hour: found.hour ?? "",
    minute: found.minute ?? "",
    second: found.second ?? "",
  };
}
