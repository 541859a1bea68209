import type { PipelineContext } from "../context.ts";
import { localDay } from "../../time/zone.ts";
import { listFrom, ordersPerPage } from "./order_list.ts";
import { headsPerPage } from "./head_reader.ts";
import { persist } from "./persist.ts";
import { placesOf, sitesOf } from "./places.ts";
import { type DayRange, dayRange, type DaysAsked } from "./range.ts";
import { ordersPerRead } from "./redecide.ts";

/** What a comparison will cost. */
export interface ReconcileEstimate {
  readonly from: string;
  readonly to: string;
  /** IANA zone that the days are meant in; absent: each order's site has its own. */
  readonly zone?: string;
  /** Orders that are read at Sitoo; more than are compared where sites have zones of their own. */
  readonly orders: number;
  /** At least: what is in doubt is read once more, a hundred orders a call. */
  readonly sitooCalls: number;
  /** At least: what lies far back in Ometria's list, or differs there, is read by itself. */
  readonly ometriaCalls: number;
  /** At least, at the pace of the connections, with nobody else calling. */
  readonly seconds: number;
}

/** How many delivered orders are to be read back from Ometria. */
export type VerifyAsked = number | "all";

/** What the days asked for come to, and what comparing them will cost. One or two small calls to Sitoo. */
export async function estimateReconcile(
  context: PipelineContext,
  asked: DaysAsked & { readonly verify?: VerifyAsked },
  signal: AbortSignal,
): Promise<ReconcileEstimate> {
  return (await sizeUp(context, asked, signal)).estimate;
}

/** As {@linkcode estimateReconcile}, and the highest order id that these days have so far; 0 without orders. */
export async function sizeUp(
  context: PipelineContext,
  asked: DaysAsked & { readonly verify?: VerifyAsked },
  signal: AbortSignal,
): Promise<{ readonly estimate: ReconcileEstimate; readonly last: number }> {
  const range = await rangeOf(context, asked, signal);
  const { clock, sitoo, pipeline } = context;
  const zone = pipeline.transform.places?.zone;
  const { dateFrom, dateTo } = range;
  const query = { from: 0, sites: sitesOf(context), dateFrom, dateTo };
  const started = clock.monotonic();
  const measure = (): ReturnType<typeof sitoo.measure> => sitoo.measure(query, signal);
  const { count, last = 0 } = await persist(measure, context, signal);
  const { gap } = pipeline.definition.connections.sitoo;
  const latency = Math.max(0, (clock.monotonic() - started) / 2 - gap);
  const { readRate } = pipeline.definition.connections.ometria;
  const verified = Math.min(count, asked.verify === "all" ? count : asked.verify ?? 0);
  const sitooCalls = Math.ceil(count / headsPerPage) + 1 + Math.ceil(verified / ordersPerRead);
  const ometriaCalls = verified < listFrom ? verified : Math.ceil(verified / ordersPerPage);
  const seconds = sitooCalls * (gap + latency) / 1000 + ometriaCalls / readRate;
  const estimate: ReconcileEstimate = {
    from: range.from,
    to: range.to,
    ...(zone === undefined ? {} : { zone }),
    orders: count,
    sitooCalls,
    ometriaCalls,
    seconds: Math.ceil(seconds),
  };
  return { estimate, last };
}

/** The business days asked for. Throws `RefusalError` for what is no day. */
export async function rangeOf(
  context: PipelineContext,
  asked: DaysAsked,
  signal: AbortSignal,
): Promise<DayRange> {
  const today = asked.to === undefined ? await todayOf(context, signal) : "";
  return dayRange(asked, today, context.pipeline.transform.places?.zone);
}

/** The local day of now: in the zone of `map`, else in that of the newest order's till or site. */
async function todayOf(context: PipelineContext, signal: AbortSignal): Promise<string> {
  const { clock, sitoo, pipeline } = context;
  const now = clock.now();
  const zone = pipeline.transform.places?.zone;
  if (zone !== undefined) return localDay(now, zone);
  const sites = sitesOf(context);
  const measure = (): ReturnType<typeof sitoo.measure> => sitoo.measure({ from: 0, sites }, signal);
  const { last } = await persist(measure, context, signal);
  const read = (): ReturnType<typeof sitoo.readHeads> =>
    sitoo.readHeads({ from: last ?? 0, sites, size: 1 }, signal);
  const [newest] = last === undefined ? [] : await persist(read, context, signal);
  if (newest === undefined) return localDay(now, "UTC");
  const [place] = await placesOf(
    [{ ...newest, orderdate: Math.floor(now / 1000) }],
    context,
    signal,
  );
  return place?.day ?? localDay(now, "UTC");
}
