import { ACTIVITY_SLOT } from "../../store/activity.ts";
import type { ActivityRow } from "../../store/rows.ts";

/** Five minutes of the last day. */
export interface DayPoint {
  /** Epoch ms at which they begin. */
  readonly at: number;
  /** Orders that Ometria accepted, a minute. */
  readonly perMinute: number;
  /** ms that the oldest event had waited at their end. */
  readonly lag: number;
}

/** How it stands now. Times are epoch ms, `lag` is ms. */
export interface Now {
  readonly now: number;
  readonly lag: number;
}

/** ms that the charts show. */
export const DAY = 24 * 3_600_000;
const MINUTE = 60_000;

/**
 * The last 24 hours, without gaps. A lag is only noted when an order is through, so that an outage would look like
 * no lag at all until it ends; but an order that has waited for an hour now had waited for half an hour half an
 * hour ago.
 */
export function dayOf(rows: readonly ActivityRow[], { now, lag }: Now): readonly DayPoint[] {
  const last = Math.floor(now / ACTIVITY_SLOT) * ACTIVITY_SLOT;
  const first = last - DAY + ACTIVITY_SLOT;
  const known = new Map(rows.map((row) => [row.at, row]));
  const points: DayPoint[] = [];
  let oldest = now - lag;
  for (let at = last; at >= first; at -= ACTIVITY_SLOT) {
    const row = known.get(at);
    const end = Math.min(now, at + ACTIVITY_SLOT);
    oldest = Math.min(oldest, end - (row?.lag ?? 0));
    points.push({
      at,
      perMinute: (row?.accepted ?? 0) / Math.max(1, (end - at) / MINUTE),
      lag: Math.max(0, end - oldest),
    });
  }
  return points.reverse();
}

/** The end of a scale that goes from nothing to at least `value`: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((step) => step * power >= value) ?? 10;
  return factor * power;
}

/** The end of a scale of times: whole minutes or hours. ms. */
export function roundUpTime(ms: number): number {
  const steps = [1, 2, 5, 10, 30, 60, 120, 240, 480, 720, 1440].map((minutes) => minutes * MINUTE);
  return steps.find((step) => step >= ms) ?? Math.ceil(ms / DAY) * DAY;
}
