import type { ManualClock } from "../../time/manual_clock.ts";
import type { Clock } from "../../time/clock.ts";
import { runBatch } from "../batch.ts";
import { Connections } from "../connections.ts";
import type { PipelineContext } from "../context.ts";
import { HistoryReader } from "../history_reader.ts";
import { pickFromInbox, readPicked } from "../inbox_reader.ts";
import { OrderReader } from "../order_reader.ts";
import { type Lane, withLane } from "../lane.ts";
import { runReceipts } from "../receipts/run_receipts.ts";

/** How far to go. */
export interface WorkOffOptions {
  /** Epoch ms: what falls due later is left. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/** Rows counted when the next one is looked for. */
const COUNTED = 10_000;
/** More than any test needs: an order that waits for 90 days is looked at 90 times. */
const ROUNDS = 2_000;

/**
 * Does all that is due by a time, as a server would: batches in the lane, history, receipts. Time moves on to
 * whatever falls due next, and no further.
 */
export async function workOff(
  context: PipelineContext,
  clock: ManualClock,
  { until, signal }: WorkOffOptions,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await inLane(context, clock, signal);
    await receipts(context, signal);
    const next = await nextDue(context);
    if (next === undefined || next > until) return;
    clock.jump(Math.max(0, next - clock.now()));
  }
  throw new Error("Cannot come to an end: orders fall due again and again");
}

async function inLane(
  context: PipelineContext,
  clock: ManualClock,
  signal: AbortSignal,
): Promise<void> {
  const { store, pipeline } = context;
  const { fingerprint } = pipeline.definition;
  const taken = await withLane(
    { store, clock, holder: "tests", fingerprint },
    async (lane, inLaneSignal) => {
      const history = new HistoryReader(context, (batch) => lane.commit(batch));
      while (await oneBatch(context, { lane, history, clock, signal: inLaneSignal }));
    },
    signal,
  );
  if (!taken) throw new TypeError("The lane of a test's own store is taken");
}

interface Work {
  readonly lane: Lane;
  readonly history: HistoryReader;
  readonly clock: ManualClock;
  readonly signal: AbortSignal;
}

/** False when nothing is due. */
async function oneBatch(
  context: PipelineContext,
  { lane, history, clock, signal }: Work,
): Promise<boolean> {
  const choice = { inFlight: new Set<number>(), takeovers: new Map<number, number>() };
  const pick = await pickFromInbox(context, choice);
  if (pick !== undefined && "waitFor" in pick) {
    clock.jump(pick.waitFor);
    return true;
  }
  const fetched = pick === undefined
    ? await history.next(signal)
    : await readPicked(pick, new OrderReader(context.sitoo), signal);
  if (fetched === undefined) return false;
  const report = await runBatch(fetched, { context, lane }, signal);
  if (report.error !== undefined) throw report.error;
  return true;
}

/** Runs the receipts' own drain until it has nothing to do. */
async function receipts(context: PipelineContext, signal: AbortSignal): Promise<void> {
  const { receipts: sink } = context.pipeline;
  if (sink === undefined) return;
  const idle = new AbortController();
  const clock: Clock = {
    now: () => context.clock.now(),
    monotonic: () => context.clock.monotonic(),
    // Whoever sleeps has nothing to do.
    sleep: () => {
      idle.abort();
      return Promise.reject(idle.signal.reason);
    },
  };
  const stop = AbortSignal.any([idle.signal, signal]);
  const options = { sink, connections: new Connections({ ...context, clock }) };
  await runReceipts({ ...context, clock }, options, { stop, abort: signal });
}

/** Epoch ms at which there will be something to do again. */
async function nextDue({ store, clock, pipeline }: PipelineContext): Promise<number | undefined> {
  const { due, nextDueAt } = await store.inboxSummary(COUNTED);
  const asked = (await store.receipts(COUNTED)).filter(({ state }) => state === "asked");
  // What is due and was left gathers for a fuller batch, for no longer than an order settles.
  const gathered = clock.now() + (pipeline.orders?.settle ?? 0) + 1;
  const times = [due > 0 ? gathered : undefined, nextDueAt, ...asked.map(({ dueAt }) => dueAt)]
    .filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
