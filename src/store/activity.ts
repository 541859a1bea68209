import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import type { Draft } from "./draft.ts";
import { activityKey } from "./keys.ts";
import { readRow } from "./reading.ts";
import { activityCodec } from "./row_codecs.ts";
import type { ActivityRow, LedgerRow } from "./rows.ts";
import type { BatchCommit } from "./store.ts";

/** ms that one row covers. */
export const ACTIVITY_SLOT = 300_000;
/** ms that a row is kept: the day that is shown, and a little more. */
const KEPT = 26 * 3_600_000;
/** Rows that are read at most: those of a day, and of a clock that was wrong. */
const ROWS = 400;

/**
 * What happens with the orders of an account, added up by five minutes. It is written in the commits of the batches
 * themselves, and only the lane's holder writes it, so it is never waited for. Old rows go by themselves.
 */
export class Activity {
  readonly #db: Database;
  readonly #scope: string;
  readonly #clock: Pick<Clock, "now">;

  constructor(db: Database, scope: string, clock: Pick<Clock, "now">) {
    this.#db = db;
    this.#scope = scope;
    this.#clock = clock;
  }

  async rows(from: number): Promise<readonly ActivityRow[]> {
    const start = activityKey(this.#scope, slotOf(from));
    const end = activityKey(this.#scope, Infinity);
    const entries = await this.#db.page({ start, end }, { limit: ROWS });
    return entries.flatMap((entry) => {
      const at = entry.key[3];
      const row = readRow(activityCodec, entry);
      return typeof at === "number" && row !== undefined ? [{ at, ...row }] : [];
    });
  }

  /** Adds a batch to the five minutes that it is committed in. */
  async note(
    draft: Draft,
    batch: BatchCommit,
    rows: ReadonlyMap<number, LedgerRow>,
  ): Promise<void> {
    const now = this.#clock.now();
    const accepted = rows.values().filter((row) => isAccepted(row, batch.before)).toArray().length;
    const lag = Math.max(0, ...batch.done.map((row) => waited(row, rows, now)));
    const dead = batch.dead.length;
    if (accepted === 0 && dead === 0 && lag === 0) return;
    const key = activityKey(this.#scope, slotOf(now));
    const before = readRow(activityCodec, await this.#db.get(key));
    const value = activityCodec.encode({
      accepted: accepted + (before?.accepted ?? 0),
      dead: dead + (before?.dead ?? 0),
      lag: Math.max(lag, before?.lag ?? 0),
    });
    draft.set({ key, value, expireIn: KEPT });
  }
}

function slotOf(time: number): number {
  return Math.floor(time / ACTIVITY_SLOT) * ACTIVITY_SLOT;
}

/** Whether Ometria has accepted the order in this batch. */
function isAccepted(row: LedgerRow, before: BatchCommit["before"]): boolean {
  return row.acceptedAt !== undefined && row.acceptedAt !== before.get(row.orderId)?.acceptedAt;
}

/** How long a live event had to wait until its order was through; of others nobody waits for. */
function waited(
  row: BatchCommit["done"][number],
  rows: ReadonlyMap<number, LedgerRow>,
  now: number,
): number {
  return row.origin === "live" && rows.has(row.orderId) ? now - row.receivedAt : 0;
}
