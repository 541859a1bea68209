import { coalesce } from "../engine/coalesce.ts";
import type { Pointer } from "../engine/work.ts";
import type { PipelineContext } from "./context.ts";
import type { Fetched } from "./fetched.ts";
import type { OrderReader } from "./order_reader.ts";

/** Orders in one read of Sitoo, and so in one batch, at most. */
const ordersPerRead = 100;
/** Rows looked at for one batch: several rows of an order count once. */
const rowsPerLook = 500;
/** Takeovers of a batch after which its orders run one by one. */
const takeoversTogether = 2;

/** What the reader has to know beside the inbox. */
export interface InboxChoice {
  /** Orders that are being pushed now: their rows wait. */
  readonly inFlight: ReadonlySet<number>;
  /** How often each of these orders was in hand when a holder died. */
  readonly takeovers: ReadonlyMap<number, number>;
}

/** What of the inbox is to be read next; `waitFor`: ms until a batch that is filling is ready. */
export type InboxPick =
  | { readonly pointers: readonly Pointer[]; readonly takeovers: number }
  | { readonly waitFor: number };

/** Picks the orders of the next batch. Live orders go first and take the others along. */
export async function pickFromInbox(
  context: PipelineContext,
  choice: InboxChoice,
): Promise<InboxPick | undefined> {
  const rows = await context.store.due(rowsPerLook);
  const pointers = coalesce(rows).filter((pointer) => !choice.inFlight.has(pointer.orderId));
  const poison = pointers.find((pointer) => takeoversOf(pointer) >= takeoversTogether);
  if (poison !== undefined) return { pointers: [poison], takeovers: takeoversOf(poison) };
  const now = context.clock.now();
  const fillFor = context.pipeline.orders?.settle ?? 0;
  const urgent = pointers.filter((pointer) => isUrgent(pointer, now - fillFor));
  const others = pointers.filter((pointer) => !isUrgent(pointer, now - fillFor));
  const picked = [...urgent, ...others].slice(0, ordersPerRead);
  if (picked.length === 0) return undefined;
  if (picked.length < ordersPerRead) {
    if (urgent.length === 0) return undefined;
    const linger = context.pipeline.webhook?.linger ?? 0;
    // From when they fell due here: an event carries its time in whole seconds, and may be old when it comes.
    const waited = now - Math.min(...picked.flatMap(({ rows }) => rows.map(({ dueAt }) => dueAt)));
    if (waited >= 0 && waited < linger) return { waitFor: linger - waited };
  }
  return { pointers: picked, takeovers: Math.max(...picked.map(takeoversOf)) };

  function takeoversOf(pointer: Pointer): number {
    return choice.takeovers.get(pointer.orderId) ?? 0;
  }
}

/** Reads what was picked, in one call as a rule. Throws `ApiError`. */
export async function readPicked(
  pick: { readonly pointers: readonly Pointer[]; readonly takeovers: number },
  reader: OrderReader,
  signal: AbortSignal,
): Promise<Fetched> {
  return {
    pointers: pick.pointers,
    readings: await reader.read(pick.pointers, signal),
    takeovers: pick.takeovers,
    later: [],
  };
}

/**
 * Originals that a refund made due, and what history left for later, gather until a batch is full, for as
 * long as two pushes of an order lie apart at least; a live order that comes meanwhile takes them along.
 */
function isUrgent(pointer: Pointer, dueBefore: number): boolean {
  if (pointer.origin !== "refund" && pointer.origin !== "history") return true;
  return pointer.force || pointer.rows.some((row) => row.dueAt <= dueBefore);
}
