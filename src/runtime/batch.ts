import { getLogger } from "@logtape/logtape";
import { contentHash } from "../engine/content_hash.ts";
import { decide } from "../engine/decide.ts";
import { decideEach } from "../engine/decide_each.ts";
import { linksOf } from "../engine/settle.ts";
import type { Sent, TallyName } from "../engine/settle.ts";
import { linksInUse } from "../engine/work.ts";
import type { Decided, Item } from "../engine/work.ts";
import { ApiError } from "../http/error.ts";
import type { Priority } from "../http/rate_limiter.ts";
import type { ReadOrder } from "../sitoo/api.ts";
import type { DeliveryResult, EncodedOrder } from "../stages/contract.ts";
import type { NewPointer } from "../store/rows.ts";
import type { BatchCommit, Claim } from "../store/store.ts";
import type { PipelineContext } from "./context.ts";
import { readingsOf } from "./fetched.ts";
import type { Fetched } from "./fetched.ts";
import { readKnown, refreshKnown } from "./known.ts";
import type { Lane } from "./lane.ts";
import { commitOutcomes, readRelated } from "./outcomes.ts";
import type { Happened, OutcomeBook } from "./outcomes.ts";
import { mayBeThePage } from "./page_reader.ts";
import { sitooWorks } from "./sitoo_probe.ts";

const logger = getLogger(["tillpipe", "batch"]);

/** Takeovers after which the order in hand is given up. */
const takeoversAllowed = 3;
/** ms that the stages may take over a batch. Long: opt-in looks profiles up one by one. */
const stagesMayTake = 300_000;

/**
 * The stages did not come back. Ends the drain as a crash would: with the batch in hand, so that its orders
 * are run one by one next, and the culprit is found.
 */
export class StageTimeoutError extends Error {
  override readonly name = "StageTimeoutError";
}

/** What came of a batch. `error`: a call failed, so that some of its orders are still due. */
export interface BatchReport {
  readonly tally: ReadonlyMap<TallyName, number>;
  /** Whether Ometria accepted anything. */
  readonly pushed: boolean;
  readonly error?: ApiError;
}

/**
 * Brings a batch that has been read through the stages to Ometria, and commits what became of it: one
 * commit for all its outcomes, and for the checkpoint on a page of history. Throws `ApiError` when nothing
 * can have arrived because a call failed: then nothing is committed, and the batch can be run again.
 */
export async function runBatch(
  fetched: Fetched,
  { context, lane, next }: {
    readonly context: PipelineContext;
    readonly lane: Lane;
    /** What will be in hand after this batch, asked right before its commit. */
    readonly next?: () => Claim | undefined;
  },
  signal: AbortSignal,
): Promise<BatchReport> {
  await lane.claim(claimOf(fetched));
  const items = await gather(fetched, { context, lane });
  const decided = fetched.takeovers >= takeoversAllowed
    ? items.map(crashed)
    : await coverOriginals(await decideSurely(items, context, signal), context, signal);
  const plan = planSends(decided, context);
  try {
    const priority = isHistory(fetched) ? "history" : "live";
    const related = readRelated(decided, context.store);
    related.catch(ignore);
    const sent = await send(plan, context, { lane, signal, priority });
    const write = (batch: BatchCommit): Promise<void> => lane.conclude(batch, next);
    return await conclude(fetched, { decided, sent, related }, { context, lane, write });
  } catch (error) {
    if (lane.signal.aborted) await mindLatePushes(plan, context);
    throw error;
  }
}

/** What is in hand while a batch is under way. */
export function claimOf({ pointers, takeovers }: Fetched): Claim {
  return { ids: pointers.map(({ orderId }) => orderId), takeovers };
}

/** Commits what happened. Throws what failed when nothing may have arrived. */
async function conclude(
  fetched: Fetched,
  happened: Happened,
  book: OutcomeBook,
): Promise<BatchReport> {
  const results = [...happened.sent.values()];
  const failure = results.find((result) => result.kind === "failed");
  const unsure = results.some((result) => result.kind === "failed" && result.unsure === true);
  const pushed = results.some((result) => result.kind === "accepted");
  if (failure !== undefined && !pushed && !unsure) throw failure.error;
  const tally = await commitOutcomes(fetched, happened, book);
  return { tally, pushed, ...(failure === undefined ? {} : { error: failure.error }) };
}

/**
 * This process has lost the lane over a batch that it was pushing: it may have been stopped for longer than a
 * lease, and have pushed just now what has changed since. So the orders are pushed once more, when none of it
 * can arrive any more. Needs no lane: a pointer does no harm.
 */
async function mindLatePushes(
  plan: readonly Planned[],
  { store, clock, pipeline }: PipelineContext,
): Promise<void> {
  const dueAt = clock.now() + (pipeline.orders?.settle ?? 0);
  const pointers = plan.filter((planned) => planned.settled === undefined)
    .map(({ orderId }): NewPointer => ({
      orderId,
      origin: "history",
      receivedAt: dueAt,
      dueAt,
      attempts: 0,
      force: true,
    }));
  if (pointers.length > 0) await store.arrive({ pointers, receipts: [], quarantine: [] });
}

/** Puts what the store knows beside what was read. */
async function gather(
  fetched: Fetched,
  { context, lane }: { readonly context: PipelineContext; readonly lane: Lane },
): Promise<readonly Item[]> {
  const ids = fetched.pointers.map((pointer) => pointer.orderId);
  const changed = lane.takeChanged();
  const { rows, links, keptFrom } = fetched.known === undefined
    ? await readKnown(ids, context.store)
    : await refreshKnown(fetched.known, ids.filter((id) => changed.has(id)), context.store);
  return fetched.pointers.map((pointer) => {
    const row = rows.get(pointer.orderId);
    // Nobody knows any more whether an order whose row was pruned had been delivered.
    const isPruned = row === undefined && pointer.orderId < keptFrom;
    return {
      pointer: isPruned ? { ...pointer, force: true } : pointer,
      reading: fetched.readings.get(pointer.orderId) ?? { kind: "missing" },
      links: linksInUse(links.get(pointer.orderId)),
      ...(row === undefined ? {} : { row }),
    };
  });
}

/**
 * Runs the stages. An order that may or may not have reached Ometria counts as delivered; where that alone
 * makes it go out (a cancelled one), Ometria is asked.
 */
async function decideSurely(
  items: readonly Item[],
  context: PipelineContext,
  signal: AbortSignal,
): Promise<readonly Decided[]> {
  const decided = await decideAll(items, context, signal);
  const unsure = decided.filter(({ item, decision }) =>
    item.pointer.force && item.row?.acceptedAt === undefined && decision.kind === "send"
  );
  if (unsure.length === 0) return decided;
  const never = unsure.map(({ item }): Item => ({
    ...item,
    pointer: { ...item.pointer, force: false },
  }));
  const replaced = new Map<number, Decided>();
  for (const [index, other] of (await decideAll(never, context, signal)).entries()) {
    const entry = unsure[index];
    if (entry?.decision.kind !== "send" || other.decision.kind === "send") continue;
    const { id } = entry.decision.encoded;
    if (await context.ometria.readOrder(id, signal) !== undefined) continue;
    replaced.set(entry.item.pointer.orderId, { ...other, item: entry.item });
  }
  return decided.map((entry) => replaced.get(entry.item.pointer.orderId) ?? entry);
}

/** Runs the stages, each time within their time; a failure that is no call's is that of one order. */
function decideAll(
  items: readonly Item[],
  context: PipelineContext,
  signal: AbortSignal,
): Promise<readonly Decided[]> {
  return decideEach(items, {
    run: (some) => withinTime(context, (inTime) => decide(some, context.pipeline, inTime), signal),
    isFatal: (error) =>
      signal.aborted || error instanceof ApiError || error instanceof StageTimeoutError,
    onSplit: (reason) =>
      logger.warn("A stage failed on a batch; its orders are run one by one: {reason}", { reason }),
  });
}

/** Runs the stages, and gives up on them after a while, whether they heed the signal or not. */
async function withinTime<T>(
  { clock }: PipelineContext,
  run: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const tooLong = new StageTimeoutError("The stages did not come back; see which order is in hand");
  const limit = clock.sleep(stagesMayTake, AbortSignal.any([signal, over.signal]))
    .then(() => Promise.reject(tooLong));
  try {
    return await Promise.race([run(AbortSignal.any([signal, over.signal])), limit]);
  } finally {
    over.abort();
  }
}

/**
 * An original that was never looked at before may have further refunds from before Tillpipe ran: they
 * are asked for once.
 */
async function coverOriginals(
  decided: readonly Decided[],
  context: PipelineContext,
  signal: AbortSignal,
): Promise<readonly Decided[]> {
  const uncovered = decided.filter(({ item, decision }) =>
    decision.kind === "send" && item.pointer.origin === "refund" && item.row === undefined
  );
  if (uncovered.length === 0) return decided;
  const covered: Item[] = [];
  const failing: Decided[] = [];
  for (const entry of uncovered) {
    const { item } = entry;
    const { orderId } = item.pointer;
    const answer = await refundsOf(orderId, context, signal);
    if (answer instanceof ApiError) {
      failing.push({ ...entry, decision: { kind: "missing", detail: answer.message } });
      continue;
    }
    const ids = answer.map((read) => read.orderId);
    const readings = readingsOf(ids, answer);
    const refunds = ids.map((id): Item => ({
      pointer: { ...item.pointer, orderId: id, rows: [] },
      reading: readings.get(id) ?? { kind: "missing" },
      links: [],
    }));
    const found = (await decideAll(refunds, context, signal)).flatMap((entry) =>
      linksOf(entry) ?? []
    );
    const known = new Set(item.links.map((link) => link.refund));
    const more = found.filter((link) => link.original === orderId && !known.has(link.refund));
    covered.push({ ...item, links: [...item.links, ...more] });
  }
  const again = await decideAll(covered, context, signal);
  const byId = new Map([...failing, ...again].map((entry) => [entry.item.pointer.orderId, entry]));
  return decided.map((entry) => byId.get(entry.item.pointer.orderId) ?? entry);
}

/** The error, where Sitoo fails on this order's refunds alone: the others of its batch do not wait for it. */
async function refundsOf(
  orderId: number,
  { sitoo }: PipelineContext,
  signal: AbortSignal,
): Promise<readonly ReadOrder[] | ApiError> {
  try {
    return await sitoo.readRefunds(orderId, signal);
  } catch (error) {
    if (!mayBeThePage(error) || !await sitooWorks(sitoo, [], signal)) throw error;
    return error;
  }
}

interface Planned {
  readonly orderId: number;
  readonly encoded: EncodedOrder;
  readonly hash: string;
  /** Set when the order does not need a push, or not yet. */
  readonly settled?: Sent;
}

/** Sorts out what is unchanged and what was pushed too recently. */
function planSends(decided: readonly Decided[], context: PipelineContext): readonly Planned[] {
  const now = context.clock.now();
  const settle = context.pipeline.orders?.settle ?? 0;
  return decided.flatMap(({ item, decision }): Planned[] => {
    if (decision.kind !== "send") return [];
    const { encoded } = decision;
    const hash = contentHash(encoded, context.keyedHash);
    const planned = { orderId: item.pointer.orderId, encoded, hash };
    if (item.row?.hash === hash && !item.pointer.force) {
      return [{ ...planned, settled: { kind: "unchanged" } }];
    }
    const until = (item.row?.acceptedAt ?? -Infinity) + settle;
    return [until > now ? { ...planned, settled: { kind: "deferred", until } } : planned];
  });
}

async function send(
  plan: readonly Planned[],
  context: PipelineContext,
  { lane, signal, priority }: {
    readonly lane: Lane;
    readonly signal: AbortSignal;
    readonly priority: Priority;
  },
): Promise<ReadonlyMap<number, Sent>> {
  const sent = new Map<number, Sent>();
  for (const { orderId, settled } of plan) if (settled !== undefined) sent.set(orderId, settled);
  const toPush = plan.filter((planned) => planned.settled === undefined);
  if (toPush.length === 0) return sent;
  const batch = toPush.map((planned) => planned.encoded);
  const beforePush = (): Promise<void> => lane.beforePush();
  const results = await context.pipeline.orders?.deliver(batch, signal, { beforePush, priority }) ??
    [];
  toPush.forEach((planned, index) => {
    const result = results[index];
    if (result === undefined) {
      throw new TypeError("The sink answered fewer orders than it was given");
    }
    sent.set(planned.orderId, sentAs(result, planned.hash));
  });
  return sent;
}

/** Nobody waits for these orders: another pipeline's live ones may be pushed first. */
function isHistory({ pointers }: Fetched): boolean {
  return pointers.every((pointer) => pointer.origin === "history");
}

function sentAs(result: DeliveryResult, hash: string): Sent {
  return result.kind === "accepted" ? { ...result, hash } : result;
}

function ignore(): void {}

function crashed(item: Item): Decided {
  const detail = `The program ended ${takeoversAllowed} times while it had this order in hand`;
  return { item, decision: { kind: "dead", reason: "crashed", detail }, applied: item.links };
}
