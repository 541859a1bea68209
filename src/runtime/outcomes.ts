import { getLogger } from "@logtape/logtape";
import { markHash } from "../engine/content_hash.ts";
import { productMatchesOf } from "../engine/product_matches.ts";
import { linksOf, settleBatch } from "../engine/settle.ts";
import type { Sent, TallyName } from "../engine/settle.ts";
import type { Decided } from "../engine/work.ts";
import { markText } from "../records/order_mark.ts";
import type { RefundLink } from "../records/refund_link.ts";
import type { Checkpoint, LedgerRow } from "../store/rows.ts";
import type { BatchCommit, PipelineStore } from "../store/store.ts";
import type { PipelineContext } from "./context.ts";
import type { Fetched } from "./fetched.ts";
import type { Lane } from "./lane.ts";
import { noteSettled } from "./settled_figures.ts";

const logger = getLogger(["tillpipe", "batch"]);

/** What happened to a batch, order by order. */
export interface Happened {
  readonly decided: readonly Decided[];
  readonly sent: ReadonlyMap<number, Sent>;
  /** What {@linkcode readRelated} answered of them, if it was asked already. */
  readonly related?: Promise<Related>;
}

/** What the outcomes of a batch depend on beside the batch itself. */
export interface Related {
  /** By refund: the links it made before. */
  readonly linkedBefore: ReadonlyMap<number, readonly RefundLink[]>;
  /** The ledger rows that the outcomes depend on or may change. */
  readonly rows: ReadonlyMap<number, LedgerRow>;
}

/** Where it is written down. */
export interface OutcomeBook {
  readonly context: PipelineContext;
  readonly lane: Pick<Lane, "commit">;
  /** Commits the last part: with it nothing of the batch is in hand any more. */
  readonly write: (batch: BatchCommit) => Promise<void>;
}

type Tally = ReadonlyMap<TallyName, number>;

/**
 * Works out what became of a batch, and writes it down in one commit, the checkpoint of a page of history
 * with it. Only a batch that changes more than one commit may hold (refunds with thousands of lines) is written
 * down half by half, checkpoint and holes with the last one: none of it is on its way any more, and what a crash
 * leaves out is still due. Throws `RangeError` when a single order changes more than a commit may hold, and
 * `LaneLostError` when the lane is another's.
 */
export async function commitOutcomes(
  fetched: Fetched,
  happened: Happened,
  book: OutcomeBook,
): Promise<Tally> {
  const tally = await commitPart(fetched, happened, book);
  logger.debug("Batch of {orders} orders is through", {
    orders: fetched.pointers.length,
    ...Object.fromEntries(tally),
  });
  return tally;
}

async function commitPart(
  fetched: Fetched,
  happened: Happened,
  book: OutcomeBook,
): Promise<Tally> {
  const { decided, sent } = happened;
  try {
    return await commitWhole(fetched, happened, book);
  } catch (error) {
    if (!(error instanceof RangeError) || decided.length < 2) throw error;
    logger.warn("Outcomes of {orders} orders are too much for one commit, and go into two", {
      orders: decided.length,
    });
  }
  const middle = Math.ceil(decided.length / 2);
  const { checkpoint, holes, ...page } = fetched;
  const head = { decided: decided.slice(0, middle), sent };
  const write = (batch: BatchCommit): Promise<void> => book.lane.commit(batch);
  const early = await commitPart({ ...only(page, head.decided), later: [] }, head, {
    ...book,
    write,
  });
  const tail = { decided: await withRowsOfNow(decided.slice(middle), book.context), sent };
  const late = await commitPart(
    {
      ...only(page, tail.decided),
      ...(checkpoint === undefined
        ? {}
        : { checkpoint: (own: Tally): Checkpoint => checkpoint(sum(early, own)) }),
      ...(holes === undefined ? {} : { holes }),
    },
    tail,
    book,
  );
  return sum(early, late);
}

async function commitWhole(
  fetched: Fetched,
  { decided, sent, related }: Happened,
  { context, write }: OutcomeBook,
): Promise<Tally> {
  const { linkedBefore, rows } = await (related ?? readRelated(decided, context.store));
  const { tally, ...changes } = settleBatch({
    decided,
    sent,
    rows,
    linkedBefore,
    marks: marksOf(decided, context),
  }, {
    now: context.clock.now(),
    settle: context.pipeline.orders?.settle ?? 0,
    random: context.random,
    receiptOnSale: context.pipeline.receipts?.on === "sale-closed",
  });
  const products = productMatchesOf(decided, sent);
  await write({
    ...changes,
    ...(products === undefined ? {} : { products }),
    pointers: [...changes.pointers, ...fetched.later],
    before: rows,
    done: fetched.pointers.flatMap((pointer) => pointer.rows),
    ...(fetched.holes === undefined ? {} : { holes: fetched.holes }),
    ...(fetched.checkpoint === undefined ? {} : { checkpoint: fetched.checkpoint(tally) }),
  });
  noteSettled(context.pipeline.definition.name, { fetched, sent, settled: { tally, ...changes } });
  return tally;
}

/** The same batch with these orders alone. */
function only(fetched: Fetched, decided: readonly Decided[]): Fetched {
  const ids = new Set(decided.map(({ item }) => item.pointer.orderId));
  return { ...fetched, pointers: fetched.pointers.filter(({ orderId }) => ids.has(orderId)) };
}

/** The first half may have changed rows of the second: a refund's, by its original. */
async function withRowsOfNow(
  decided: readonly Decided[],
  { store }: PipelineContext,
): Promise<readonly Decided[]> {
  const rows = await store.ledger(decided.map(({ item }) => item.pointer.orderId));
  return decided.map((entry) => {
    const row = rows.get(entry.item.pointer.orderId);
    return row === undefined ? entry : { ...entry, item: { ...entry.item, row } };
  });
}

function sum(left: Tally, right: Tally): Tally {
  const names = new Set([...left.keys(), ...right.keys()]);
  return new Map([...names].map((name) => [name, (left.get(name) ?? 0) + (right.get(name) ?? 0)]));
}

/** Reads what the outcomes of a batch depend on. Needs no answer of Ometria, so it can be asked meanwhile. */
export async function readRelated(
  decided: readonly Decided[],
  store: Pick<PipelineStore, "linksOf" | "ledger">,
): Promise<Related> {
  const refunds = decided.filter((entry) => linksOf(entry) !== undefined)
    .map((entry) => entry.item.pointer.orderId);
  const linkedBefore = new Map(
    await Promise.all(
      refunds.map(async (refund) => [refund, await store.linksOf(refund)] as const),
    ),
  );
  const rows = new Map(
    decided.flatMap(({ item }) =>
      item.row === undefined ? [] : [[item.pointer.orderId, item.row] as const]
    ),
  );
  const own = new Set(decided.map((entry) => entry.item.pointer.orderId));
  const others = new Set<number>();
  for (const entry of decided) {
    const found = linksOf(entry) ?? [];
    const before = linkedBefore.get(entry.item.pointer.orderId) ?? [];
    for (const link of [...found, ...before]) others.add(link.original);
    for (const link of entry.applied) others.add(link.refund);
  }
  const missing = [...others].filter((id) => !own.has(id));
  for (const [id, row] of await store.ledger(missing)) rows.set(id, row);
  return { linkedBefore, rows };
}

function marksOf(
  decided: readonly Decided[],
  context: PipelineContext,
): ReadonlyMap<number, string> {
  return new Map(
    decided.flatMap(({ item }) =>
      item.reading.kind === "order"
        ? [
          [
            item.pointer.orderId,
            markHash(markText(item.reading.order), context.keyedHash),
          ] as const,
        ]
        : []
    ),
  );
}
