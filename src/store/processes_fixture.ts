/**
 * A process of its own for the tests: `PATH FIRST COUNT` takes so many events from this order id on into the
 * store on that file, while it drains the store against the others. Prints the id of every order whose event
 * was acknowledged, one a line, at once.
 *
 * @module
 */
import { systemClock } from "../time/clock.ts";
import { openStore } from "./open.ts";
import type { LedgerRow, OutboxRow } from "./rows.ts";
import { type LaneHold, LaneLostError, type PipelineStore } from "./store.ts";

/** Events that are taken at the same time. */
const AT_ONCE = 10;
/** Rows of one batch. */
const BATCH = 40;
/** Every so many-th event asks for a receipt, under an id that all processes use. */
const RECEIPT_EVERY = 5;

if (import.meta.main) {
  const [path = "", first = "", count = ""] = Deno.args;
  await using store = await openStore(path, { clock: systemClock, random });
  const shop = store.pipeline("shop", "default");
  const from = Number(first);
  await Promise.all([
    takeEvents(shop, { from, to: from + Number(count) }),
    drainUntilEmpty(shop, `process-${Deno.pid}`),
  ]);
}

async function takeEvents(shop: PipelineStore, range: { from: number; to: number }): Promise<void> {
  for (let orderId = range.from; orderId < range.to; orderId += AT_ONCE) {
    const ids = Array.from({ length: AT_ONCE }, (_, index) => orderId + index);
    await Promise.all(ids.map(async (id) => {
      const receipts = id % RECEIPT_EVERY === 0 ? [receipt(id - range.from)] : [];
      await shop.arrive({
        pointers: [{ orderId: id, origin: "live", dueAt: 0, receivedAt: 0, attempts: 0 }],
        receipts,
        quarantine: [],
      });
      Deno.stdout.writeSync(new TextEncoder().encode(`${id}\n`));
    }));
  }
}

/** Gives every order an outcome, whenever the lane is free, until nothing is due any more. */
export async function drainUntilEmpty(shop: PipelineStore, holder: string): Promise<void> {
  for (let empty = 0; empty < 5;) {
    const hold = await shop.acquireLane(holder, "f");
    const drained = hold === undefined ? 0 : await drain(shop, hold);
    empty = hold !== undefined && drained === 0 ? empty + 1 : 0;
    await systemClock.sleep(2 + random() * 8, new AbortController().signal);
  }
}

/** A few batches; how many rows they were. */
async function drain(shop: PipelineStore, hold: LaneHold): Promise<number> {
  let drained = 0;
  try {
    for (let batch = 0; batch < 3; batch++) {
      const done = await shop.due(BATCH);
      if (done.length === 0) break;
      const ids = done.map((row) => row.orderId);
      await shop.renewLane(hold, { ids, takeovers: 0 });
      const before = await shop.ledger(ids);
      const ledger = ids.map((orderId): LedgerRow => ({
        orderId,
        outcome: "delivered",
        at: 1,
        steps: [],
      }));
      await shop.commit(hold, {
        before,
        ledger,
        dead: [],
        links: [],
        pointers: [],
        done,
        receipts: [],
        missedWindow: 0,
      });
      drained += done.length;
    }
  } catch (error) {
    if (!(error instanceof LaneLostError)) throw error;
  }
  await shop.releaseLane(hold);
  return drained;
}

/** From 0 to 1. */
function random(): number {
  return crypto.getRandomValues(new Uint32Array(1)).reduce((_, value) => value / 2 ** 32, 0);
}

function receipt(number: number): OutboxRow {
  const id = `event-${number}`;
  return { id, orderId: number, state: "asked", askedAt: 1, dueAt: 1, attempts: 0, at: 1 };
}
