import * as z from "zod";
import type { CompiledPipeline } from "../../engine/compiled.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import type { ReadOrder, SitooApi } from "../../sitoo/api.ts";

/** Newest orders that are read, and oldest ones. */
const newest = 100;
const oldest = 10;

const record = z.looseObject({
  id: z.string(),
  web_id: z.string().optional(),
  timestamp: z.string(),
  currency: z.string(),
  grand_total: z.number(),
  lineitems: z.array(z.looseObject({
    product_id: z.string(),
    sku: z.string().optional(),
  })).default([]),
});

/** A line, by what names its product. */
export interface SampledLine {
  /** What Ometria would get. */
  readonly productId: string;
  readonly sku: string | undefined;
  /** Sitoo's own id of the product, if one line of the order has this SKU. */
  readonly sitooId: string | undefined;
}

/** An order as the pipeline would send it, without the person. */
export interface SampledOrder {
  readonly orderId: number;
  /** The id at Ometria. */
  readonly id: string;
  readonly receipt: string | undefined;
  /** Epoch ms. */
  readonly at: number;
  readonly currency: string;
  readonly total: number;
  readonly lines: readonly SampledLine[];
}

/** Some orders of a Sitoo account. */
export interface Sample {
  /** Orders that Sitoo has for this pipeline, and the highest id. */
  readonly count: number;
  readonly last: number | undefined;
  /** How many were read, and how many of these could not be. */
  readonly read: number;
  readonly unreadable: number;
  /** Those that would be sent, by ascending id. */
  readonly orders: readonly SampledOrder[];
  /** Why others would not be, by rule or reason. */
  readonly others: ReadonlyMap<string, number>;
}

/** What a sample is read with. */
export interface SampleSource {
  readonly sitoo: SitooApi;
  readonly pipeline: CompiledPipeline;
}

/** Reads the newest and a few of the oldest orders, and runs them through the stages. */
export async function readSample(
  { sitoo, pipeline }: SampleSource,
  signal: AbortSignal,
): Promise<Sample> {
  const sites = pipeline.webhook?.sites ?? pipeline.history?.sites ?? [];
  const start = Date.parse(pipeline.history?.startDate ?? "");
  const range = { sites, ...(Number.isNaN(start) ? {} : { dateFrom: Math.floor(start / 1000) }) };
  const { count, first, last } = await sitoo.measure({ from: 0, ...range }, signal);
  if (first === undefined || last === undefined) {
    return { count: 0, last, read: 0, unreadable: 0, orders: [], others: new Map() };
  }
  // Ids may have gaps: far enough back for about so many orders.
  const span = Math.ceil(newest * (last - first + 1) / Math.max(1, count));
  const from = Math.max(first, last - span + 1);
  const latest = await sitoo.readPage({ from, ...range, size: newest }, signal);
  const early = from === first
    ? []
    : await sitoo.readPage({ from: first, to: from, ...range, size: oldest }, signal);
  const read = [...early, ...latest];
  return { count, last, ...await asSent(read, pipeline, signal), read: read.length };
}

async function asSent(
  read: readonly ReadOrder[],
  pipeline: CompiledPipeline,
  signal: AbortSignal,
): Promise<Pick<Sample, "unreadable" | "orders" | "others">> {
  const orders = read.flatMap((one) => one.ok ? [one.order] : []);
  const facts = { origin: "history", delivered: false, links: [] } as const;
  const verdicts = await pipeline.transform.apply(
    orders.map((order) => ({ record: order, facts })),
    signal,
  );
  const sent: SampledOrder[] = [];
  const others = new Map<string, number>();
  verdicts.forEach((verdict, index) => {
    const order = orders[index];
    if (order === undefined) return;
    if (verdict.kind !== "pass") return note(others, reasonOf(verdict));
    const encoded = pipeline.orders?.encode(verdict.record);
    if (encoded === undefined) return note(others, "no-order-sink");
    if ("reason" in encoded) return note(others, encoded.reason);
    const one = sampled(order, encoded.bodies[0] ?? "");
    if (one !== undefined) sent.push(one);
  });
  return { unreadable: read.length - orders.length, orders: sent, others };
}

function reasonOf(
  verdict: { readonly kind: string; readonly rule?: string; readonly reason?: string },
): string {
  return verdict.rule ?? verdict.reason ?? verdict.kind;
}

function note(others: Map<string, number>, reason: string): void {
  others.set(reason, (others.get(reason) ?? 0) + 1);
}

function sampled(order: SitooOrder, body: string): SampledOrder | undefined {
  const parsed = record.safeParse(JSON.parse(body));
  if (!parsed.success) return undefined;
  const { id, web_id, timestamp, currency, grand_total, lineitems } = parsed.data;
  const bySku = new Map(order.orderitems.map(({ sku, productid }) => [sku.trim(), productid]));
  return {
    orderId: order.orderid,
    id,
    receipt: web_id,
    at: Date.parse(timestamp),
    currency,
    total: grand_total,
    lines: lineitems.map(({ product_id, sku }) => {
      const sitooId = bySku.get(sku?.trim() ?? "");
      return {
        productId: product_id,
        sku,
        sitooId: sitooId === undefined ? undefined : String(sitooId),
      };
    }),
  };
}
