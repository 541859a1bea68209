import type { Database } from "./database.ts";
import type { Draft } from "./draft.ts";
import { confirmDueKey, confirmDuePrefix, confirmKey, pastTime } from "./keys.ts";
import { readRow } from "./reading.ts";
import { confirmCodec } from "./row_codecs.ts";
import type { ConfirmRow } from "./rows.ts";

const NO_VALUE = new Uint8Array();

/**
 * Accepted orders that are to be read back: the row under its order's id, and an index by due time. An
 * entry of the index that its row does not bear out is old, and dropped when it is met.
 */
export class Confirmations {
  readonly #db: Database;
  readonly #scope: string;

  constructor(db: Database, scope: string) {
    this.#db = db;
    this.#scope = scope;
  }

  /** Oldest due time first. */
  async due(now: number, limit: number): Promise<readonly ConfirmRow[]> {
    const start = confirmDuePrefix(this.#scope);
    const index = await this.#db.page({ start, end: pastTime(start, now) }, { limit });
    const ids = index.map((entry) => entry.key[4]).filter((part) => typeof part === "number");
    const entries = await this.#db.getMany(ids.map((id) => confirmKey(this.#scope, id)));
    const rows: ConfirmRow[] = [];
    const old: Deno.KvKey[] = [];
    for (const [position, entry] of entries.entries()) {
      const [orderId, indexed] = [ids[position], index[position]];
      if (orderId === undefined || indexed === undefined) continue;
      const row = readRow(confirmCodec, entry);
      if (row !== undefined && row.dueAt === indexed.key[3]) rows.push({ orderId, ...row });
      else old.push(indexed.key);
    }
    if (old.length > 0) await this.#db.transact((draft) => old.forEach((key) => draft.delete(key)));
    return rows;
  }

  set(draft: Draft, rows: readonly ConfirmRow[]): void {
    for (const row of rows) {
      draft.set({ key: confirmKey(this.#scope, row.orderId), value: confirmCodec.encode(row) });
      draft.set({ key: confirmDueKey(this.#scope, row.dueAt, row.orderId), value: NO_VALUE });
    }
  }

  remove(draft: Draft, orderIds: readonly number[]): void {
    for (const orderId of orderIds) draft.delete(confirmKey(this.#scope, orderId));
  }
}
