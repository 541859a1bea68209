import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import type { Finding } from "./findings.ts";
import { readPending } from "./situation.ts";

/** Ledger rows in one read. */
const rowsPerRead = 500;

/** Orders that something has happened to since the comparison began, so that what was found no longer holds. */
export class Latecomers {
  readonly #moved: ReadonlySet<number>;

  private constructor(moved: ReadonlySet<number>) {
    this.#moved = moved;
  }

  /** Looks at the store once more. `since`: epoch ms. */
  static async find(
    findings: readonly Finding[],
    { store }: Pick<PipelineContext, "store">,
    since: number,
  ): Promise<Latecomers> {
    const ids = [...new Set(findings.flatMap(({ orderId, fix }) => [orderId, ...fix]))];
    const moved = new Set<number>();
    if (ids.length === 0) return new Latecomers(moved);
    const pending = await readPending(store);
    for (let from = 0; from < ids.length; from += rowsPerRead) {
      const part = ids.slice(from, from + rowsPerRead);
      const rows = await store.ledger(part);
      for (const id of part) {
        if (pending.has(id) || hasMoved(rows.get(id), since)) moved.add(id);
      }
    }
    return new Latecomers(moved);
  }

  has({ orderId, fix, cause }: Finding): boolean {
    if (cause === "gone-at-sitoo") return false;
    return this.#moved.has(orderId) || fix.some((id) => this.#moved.has(id));
  }
}

function hasMoved(row: LedgerRow | undefined, since: number): boolean {
  return row !== undefined && Math.max(row.at, row.acceptedAt ?? 0) >= since;
}
