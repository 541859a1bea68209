import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import type { Draft } from "./draft.ts";
import { singleKey } from "./keys.ts";
import { readRow } from "./reading.ts";
import { productsCodec } from "./row_codecs.ts";
import type { ProductMatchRow } from "./rows.ts";
import type { BatchCommit } from "./store.ts";

/** SKUs that are kept by name, and letters of each. */
const LISTED = 50;
const LETTERS = 64;

/**
 * How well the lines of orders match the account's products, added up by UTC day: of the last day that had any. It
 * is written in the commits of the batches themselves, and only the lane's holder writes it.
 */
export class ProductMatches {
  readonly #db: Database;
  readonly #scope: string;
  readonly #clock: Pick<Clock, "now">;

  constructor(db: Database, scope: string, clock: Pick<Clock, "now">) {
    this.#db = db;
    this.#scope = scope;
    this.#clock = clock;
  }

  /** Nothing when no line was ever looked up. */
  async row(): Promise<ProductMatchRow | undefined> {
    return readRow(productsCodec, await this.#db.get(this.#key()));
  }

  /** Adds what a batch found to the day that it is committed on. */
  async note(draft: Draft, { products }: BatchCommit): Promise<void> {
    if (products === undefined) return;
    const day = new Date(this.#clock.now()).toISOString().slice(0, 10);
    const last = readRow(productsCodec, await this.#db.get(this.#key()));
    const before = last?.day === day ? last : undefined;
    const skus = new Set([...before?.unmatched ?? [], ...products.misses.map(short)]);
    const value = productsCodec.encode({
      day,
      matched: products.hits + (before?.matched ?? 0),
      missed: products.misses.length + (before?.missed ?? 0),
      unmatched: [...skus].slice(0, LISTED),
    });
    draft.set({ key: this.#key(), value });
  }

  #key(): Deno.KvKey {
    return singleKey(this.#scope, "products");
  }
}

function short(sku: string): string {
  return [...sku].slice(0, LETTERS).join("");
}
