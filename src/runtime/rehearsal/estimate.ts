import type { PipelineContext } from "../context.ts";
import { refuseWithoutHistory } from "../backfill.ts";
import { type AskOptions, plannedRun } from "../history_request.ts";
import { addPage, differentPeople, emptySample, type Sample } from "./sample.ts";

/** Pages that are read to judge the others by. */
const samplePages = 5;
/** Orders in a read of originals, and in a part of a page that is pushed at once. */
const ordersPerBatch = 100;
/** Calls that find out where a run begins and ends, and those that load stores and warehouses. */
const measuring = 2;
const places = 2;
/** Days whose orders tell how busy live is, and calls that a live order takes at most, one for each event. */
const liveDays = 7;
const liveCalls = 2;
/** However busy live is, history gets this share. */
const leastShare = 0.1;

/** What a backfill would come to. Nothing of it is exact but `orders` and `pages`. */
export interface BackfillEstimate {
  /** Orders in the range, as Sitoo counts them, and the first and last id. */
  readonly orders: number;
  readonly first?: number;
  readonly last?: number;
  readonly pages: number;
  /** Orders that were read to judge the others by. */
  readonly sampled: number;
  /** Orders that would be sent, originals that are sent again not among them. */
  readonly sends: number;
  readonly sitoo: {
    readonly calls: number;
    readonly pages: number;
    /** Reads of originals that a refund makes due again, a hundred a call. */
    readonly originals: number;
    /** Questions for further refunds of originals from before the run. */
    readonly refunds: number;
  };
  readonly ometria: {
    readonly pushes: number;
    readonly orders: number;
    readonly originals: number;
    readonly contacts: number;
    /** Profiles that `opt-in` looks up: about so many, and at most. */
    readonly lookUps: number;
    readonly lookUpsAtMost: number;
  };
  /** Seconds at the connections' rates; each of the parts by itself, then together with live's share taken off. */
  readonly seconds: {
    readonly sitoo: number;
    readonly pushes: number;
    readonly lookUps: number;
    readonly all: number;
  };
  readonly live: {
    readonly ordersPerDay: number;
    /** From 0 to 1: what live takes of the time. */
    readonly share: number;
  };
}

/** How the estimate's context looks people up: it does not, and only says whether it would. */
export interface EstimateOptions extends AskOptions {
  /** Whether a stage has asked for a profile. */
  readonly looksUp: () => boolean;
}

/**
 * What a backfill would cost: Sitoo is asked for two counts and five pages, which go through the stages. The
 * context must neither write nor look people up; see `overlayStore` and `withoutLookUps`.
 */
export async function estimateBackfill(
  context: PipelineContext,
  options: EstimateOptions,
  signal: AbortSignal,
): Promise<BackfillEstimate> {
  refuseWithoutHistory(context);
  const { sitoo, store, pipeline, clock } = context;
  const run = await plannedRun(context, options, signal);
  const cutOver = await store.cutOver();
  const limit = run.to ?? (cutOver === undefined ? undefined : cutOver + 1);
  const sites = pipeline.history?.sites ?? [];
  const measured = await sitoo.measure({
    from: run.next,
    sites,
    ...(limit === undefined ? {} : { to: limit }),
    ...(run.dateFrom === undefined ? {} : { dateFrom: run.dateFrom }),
  }, signal);
  const week = Math.floor(clock.now() / 1000) - liveDays * 86_400;
  const recent = await sitoo.measure({ from: 0, sites, dateFrom: week }, signal);
  const range = { first: measured.first ?? 0, last: measured.last ?? -1, orders: measured.count };
  const sample = await takeSample(range, context, signal);
  const figures = project(sample, { ...range, recent: recent.count }, { context, options });
  return measured.first === undefined
    ? figures
    : { ...figures, first: range.first, last: range.last };
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly orders: number;
}

/** A few pages spread over the range; all of it where that is no more. */
async function takeSample(
  { first, last, orders }: Range,
  context: PipelineContext,
  signal: AbortSignal,
): Promise<Sample> {
  const { sitoo, pipeline, clock } = context;
  const size = Math.min(ordersPerBatch, pipeline.history?.pageSize ?? ordersPerBatch);
  const isWhole = orders <= samplePages * size;
  const sample = emptySample();
  let from = first;
  for (let index = 0; index < samplePages && from <= last; index++) {
    const query = { from, to: last + 1, sites: pipeline.history?.sites ?? [], size };
    const started = clock.monotonic();
    const page = await sitoo.readPage(query, signal);
    sample.readingMs += clock.monotonic() - started;
    const end = page.at(-1)?.orderId;
    if (end === undefined) break;
    await addPage(sample, { orders: page, first }, { context, signal });
    const spread = first + Math.floor((last + 1 - first) * (index + 1) / samplePages);
    from = isWhole ? end + 1 : Math.max(end + 1, spread);
  }
  return sample;
}

/** From the sample to the whole. */
function project(
  sample: Sample,
  { orders, recent }: Range & { readonly recent: number },
  { context, options }: { readonly context: PipelineContext; readonly options: EstimateOptions },
): BackfillEstimate {
  const { pipeline } = context;
  const { sitoo, ometria } = pipeline.definition.connections;
  const pageSize = pipeline.history?.pageSize ?? ordersPerBatch;
  const pages = Math.ceil(orders / pageSize);
  const factor = sample.orders === 0 ? 0 : orders / sample.orders;
  const times = (sampled: number): number => Math.round(sampled * factor);
  const originals = times(sample.originals);
  const originalReads = Math.ceil(originals / ordersPerBatch);
  const originalPushes = Math.ceil(originals / (pipeline.orders?.batchSize ?? ordersPerBatch));
  const refunds = times(sample.uncovered);
  // The last page is smaller and takes a push all the same.
  const orderPushes = Math.ceil(sample.pushes * factor - 1e-9);
  const contacts = Math.ceil(sample.contactPushes * factor - 1e-9);
  const met = times([...sample.people.values()].reduce((sum, count) => sum + count, 0));
  const isWhole = sample.orders >= orders;
  const looksUp = options.looksUp();
  const lookUps = !looksUp
    ? 0
    : isWhole
    ? sample.people.size
    : differentPeople(sample.people.values(), met);
  const pushes = orderPushes + originalPushes + contacts;
  const calls = pages + originalReads + refunds + measuring + places + sample.sites.size;

  const callSeconds = Math.max(sitoo.gap, sample.readingMs / Math.max(1, sample.pages)) / 1000;
  const seconds = {
    sitoo: calls * callSeconds,
    pushes: pushes / ometria.pushRate,
    lookUps: lookUps / ometria.readRate,
  };
  const ordersPerDay = Math.round(recent / liveDays);
  const perSecond = ordersPerDay / 86_400 * liveCalls;
  const share = Math.min(
    1 - leastShare,
    Math.max(perSecond * callSeconds, perSecond / ometria.pushRate),
  );
  // A page is read while the one before it is looked up and pushed.
  const busiest = Math.max(seconds.sitoo, seconds.pushes + seconds.lookUps);
  return {
    orders,
    pages,
    sampled: sample.orders,
    sends: times(sample.sends),
    sitoo: { calls, pages, originals: originalReads, refunds },
    ometria: {
      pushes,
      orders: orderPushes,
      originals: originalPushes,
      contacts,
      lookUps,
      lookUpsAtMost: looksUp ? met : 0,
    },
    seconds: { ...seconds, all: busiest / (1 - share) },
    live: { ordersPerDay, share },
  };
}
