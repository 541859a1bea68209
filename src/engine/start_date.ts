import { sitooOrderType } from "../records/sitoo_order.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import { startOfDay } from "../time/zone.ts";
import type { Input, Transform, Verdict } from "../stages/contract.ts";

/** Finds the IANA zone that a site's dates are meant in. */
export type ZoneOf = (site: number | undefined, signal: AbortSignal) => Promise<string>;

/** Epoch ms of a pipeline's `start_date`: an instant, or a day that begins in the given zone. */
export function startInstant(startDate: string, zone: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(startDate)
    ? startOfDay(startDate, zone)
    : Date.parse(startDate);
}

/**
 * The step that comes before all others: an order from before `start_date` is skipped as
 * `before-start`, whichever way the pipeline came to look at it.
 */
export function createStartDateStep(
  startDate: string,
  zoneOf: ZoneOf,
): Transform<SitooOrder, SitooOrder> {
  const starts = new Map<number, number>();
  return { takes: sitooOrderType, gives: sitooOrderType, apply };

  async function apply(
    inputs: readonly Input<SitooOrder>[],
    signal: AbortSignal,
  ): Promise<readonly Verdict<SitooOrder>[]> {
    for (const { record } of inputs) {
      if (starts.has(record.eshopid)) continue;
      starts.set(record.eshopid, startInstant(startDate, await zoneOf(record.eshopid, signal)));
    }
    return inputs.map(({ record }) => {
      const start = starts.get(record.eshopid) ?? 0;
      return record.orderdate * 1000 < start
        ? { kind: "skip", rule: "before-start" }
        : { kind: "pass", record };
    });
  }
}
