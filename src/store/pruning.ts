import { count, NO_COUNTS } from "./counters.ts";
import type { Database } from "./database.ts";
import { singleKey } from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { readRow } from "./reading.ts";
import { numberCodec, orderCountsCodec } from "./row_codecs.ts";
import type { LedgerRow, OutcomeName } from "./rows.ts";
import type { PruneOptions } from "./store.ts";

/** Rows that one commit takes away. */
const rowsPerCommit = 400;
/** Ends that nobody has to see to. */
const quiet: readonly OutcomeName[] = ["delivered", "linked", "skipped"];

/** Whether a row may be taken away: its order has ended, before that time (epoch ms). */
export function isPrunable(row: LedgerRow, endedBefore: number): boolean {
  return quiet.includes(row.outcome) && Math.max(row.at, row.acceptedAt ?? 0) < endedBefore;
}

/** Takes old rows out of a ledger. */
export class Pruning {
  readonly #db: Database;
  readonly #scope: string;
  readonly #ledger: Ledger;

  constructor(db: Database, scope: string, ledger: Ledger) {
    this.#db = db;
    this.#scope = scope;
    this.#ledger = ledger;
  }

  async keptFrom(): Promise<number | undefined> {
    const entry = await this.#db.get(singleKey(this.#scope, "keptfrom"));
    return readRow(numberCodec, entry)?.value;
  }

  /** Gives after every commit how many rows it took away. */
  async *prune({ below, endedBefore }: PruneOptions): AsyncGenerator<number> {
    // First, so that whoever meets a missing row in the middle of it knows why.
    await this.#noteKeptFrom(below);
    let rows: LedgerRow[] = [];
    for await (const row of this.#ledger.range(0, below)) {
      if (!isPrunable(row, endedBefore)) continue;
      rows.push(row);
      if (rows.length < rowsPerCommit) continue;
      yield await this.#remove(rows);
      rows = [];
    }
    if (rows.length > 0) yield await this.#remove(rows);
  }

  async #noteKeptFrom(below: number): Promise<void> {
    await this.#db.transact(async (draft) => {
      const entry = await this.#db.get(singleKey(this.#scope, "keptfrom"));
      if ((readRow(numberCodec, entry)?.value ?? 0) >= below) return;
      draft.check(entry);
      draft.set({ key: entry.key, value: numberCodec.encode({ value: below }) });
    });
  }

  /** Takes away those of the rows that still stand as they were read. */
  async #remove(rows: readonly LedgerRow[]): Promise<number> {
    return await this.#db.transact(async (draft) => {
      const entry = await this.#db.get(singleKey(this.#scope, "counters"));
      const now = await this.#ledger.rows(rows.map((row) => row.orderId));
      const same = rows.filter((row) => isSame(row, now.get(row.orderId)));
      const before = readRow(orderCountsCodec, entry) ?? NO_COUNTS;
      const counts = count(before, same.map((row) => ({ before: row })), 0);
      this.#ledger.removeRows(draft, same);
      draft.check(entry);
      draft.set({ key: entry.key, value: orderCountsCodec.encode(counts) });
      return same.length;
    });
  }
}

function isSame(row: LedgerRow, now: LedgerRow | undefined): boolean {
  return now !== undefined && now.at === row.at && now.acceptedAt === row.acceptedAt &&
    now.confirmedAt === row.confirmedAt;
}
