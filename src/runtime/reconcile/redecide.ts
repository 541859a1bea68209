import { contentHash } from "../../engine/content_hash.ts";
import { decide } from "../../engine/decide.ts";
import { decideEach } from "../../engine/decide_each.ts";
import { linksInUse, pointerTo } from "../../engine/work.ts";
import type { Decided, Item, Reading } from "../../engine/work.ts";
import { ApiError } from "../../http/error.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import { readingsOf } from "../fetched.ts";
import { persist } from "./persist.ts";

/** Orders that Sitoo gives in one call. */
export const ordersPerRead = 100;

/** An order read whole, and what the stages as they are now make of it. */
export interface Redecided extends Decided {
  readonly row: LedgerRow | undefined;
  /** Whether what would be sent is what Ometria last accepted. */
  readonly unchanged: boolean;
}

/**
 * Reads up to 100 orders whole and runs the stages over them, as a batch would be run, and sends nothing. Throws
 * `ApiError`.
 */
export async function redecide(
  orderIds: readonly number[],
  context: PipelineContext,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Redecided>> {
  if (orderIds.length === 0) return new Map();
  const answer = await persist(() => context.sitoo.readOrders(orderIds, signal), context, signal);
  const readings = readingsOf(orderIds, answer);
  const [rows, links] = await Promise.all([
    context.store.ledger(orderIds),
    context.store.links(orderIds),
  ]);
  const items = orderIds.map((orderId): Item => {
    const row = rows.get(orderId);
    return {
      pointer: pointerTo(orderId, "sweep"),
      reading: readings.get(orderId) ?? missing,
      consent: "given",
      links: linksInUse(links.get(orderId)),
      ...(row === undefined ? {} : { row }),
    };
  });
  const decided = await decideAll(items, context, signal);
  const still = await otherwise(decided, context, signal);
  return new Map(decided.map((entry) => {
    const row = entry.item.row;
    const unchanged = entry.decision.kind === "send" && row?.hash !== undefined &&
      !still.has(idOf(entry));
    return [idOf(entry), { ...entry, row, unchanged }] as const;
  }));
}

/**
 * Those that would go out otherwise than they last did. Whether a contact went out with an order depends on what
 * its customer's profile said then, and on how the order came; nobody is looked up for that: any of it will do.
 */
async function otherwise(
  decided: readonly Decided[],
  context: PipelineContext,
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  let others = decided.filter((entry) => isOther(entry, context));
  for (const [origin, consent] of [["history", "given"], ["sweep", "refused"]] as const) {
    const items = others.map(({ item }): Item => ({
      ...item,
      consent,
      pointer: pointerTo(item.pointer.orderId, origin),
    }));
    others = (await decideAll(items, context, signal)).filter((entry) => isOther(entry, context));
  }
  return new Set(others.map(idOf));
}

const missing: Reading = { kind: "missing" };

function idOf({ item }: Decided): number {
  return item.pointer.orderId;
}

function isOther({ item, decision }: Decided, { keyedHash }: PipelineContext): boolean {
  if (decision.kind !== "send" || item.row?.hash === undefined) return false;
  return contentHash(decision.encoded, keyedHash) !== item.row.hash;
}

function decideAll(
  items: readonly Item[],
  context: PipelineContext,
  signal: AbortSignal,
): Promise<readonly Decided[]> {
  return decideEach(items, {
    run: (some) => persist(() => decide(some, context.pipeline, signal), context, signal),
    isFatal: (error) => signal.aborted || error instanceof ApiError,
  });
}
