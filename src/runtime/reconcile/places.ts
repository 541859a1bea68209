import type { OrderPlace, Placed } from "../../records/order_head.ts";
import type { LedgerRow } from "../../store/rows.ts";
import { localDay } from "../../time/zone.ts";
import type { PipelineContext } from "../context.ts";

/** Where orders count: as the stages say; by Sitoo's own words where no stage does. */
export async function placesOf(
  heads: readonly Placed[],
  { pipeline }: Pick<PipelineContext, "pipeline">,
  signal: AbortSignal,
): Promise<readonly OrderPlace[]> {
  const { places } = pipeline.transform;
  if (places !== undefined) return await places.find(heads, signal);
  return heads.map(({ currencycode, orderdate }) => ({
    store: "",
    currency: currencycode,
    day: localDay(orderdate * 1000, "UTC"),
  }));
}

/** The place as it was sent, which an expression or a stage of one's own may have changed. */
export function placeOfRow(row: LedgerRow | undefined, place: OrderPlace): OrderPlace {
  if (row?.acceptedAt === undefined) return place;
  return {
    store: row.store ?? place.store,
    currency: row.currency ?? place.currency,
    day: place.day,
  };
}

/** Eshop ids that the pipeline takes orders from; empty means all. */
export function sitesOf({ pipeline }: Pick<PipelineContext, "pipeline">): readonly number[] {
  const lists = [pipeline.webhook?.sites, pipeline.history?.sites]
    .filter((sites) => sites !== undefined);
  return lists.some((sites) => sites.length === 0) ? [] : [...new Set(lists.flat())];
}

/** IANA zone in which the days of a range are meant. */
export async function zoneOf(
  context: Pick<PipelineContext, "pipeline">,
  signal: AbortSignal,
): Promise<string> {
  const { transform } = context.pipeline;
  const [site] = sitesOf(context);
  return transform.places?.zone ?? await transform.zone?.(site, signal) ?? "UTC";
}
