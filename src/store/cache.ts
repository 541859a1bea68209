import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import { cacheKey } from "./keys.ts";
import { readRow } from "./reading.ts";
import { cacheCodec } from "./row_codecs.ts";
import type { StoreCache } from "./store.ts";

/** ms after which the database may clear an expired value away. */
const CLEAR_AFTER = 60_000;

/** ms: ten years stand for ever. */
const LONGEST_AGE = 10 * 365 * 24 * 60 * 60 * 1000;

/** Small values with an age limit. The deadline is in the value: an expired key stays readable. */
export class KvCache implements StoreCache {
  readonly #db: Database;
  readonly #scope: string;
  readonly #clock: Clock;

  constructor(db: Database, scope: string, clock: Clock) {
    this.#db = db;
    this.#scope = scope;
    this.#clock = clock;
  }

  async get(key: string): Promise<unknown> {
    const row = readRow(cacheCodec, await this.#db.get(cacheKey(this.#scope, key)));
    return row !== undefined && row.until > this.#clock.now() ? row.value : undefined;
  }

  /** @throws {RangeError} for a value of more than 60 KiB */
  async set(key: string, value: unknown, maxAge: number): Promise<void> {
    const row = cacheCodec.encode({
      until: this.#clock.now() + Math.min(maxAge, LONGEST_AGE),
      value,
    });
    const expireIn = Math.min(Math.max(0, maxAge), LONGEST_AGE) + CLEAR_AFTER;
    await this.#db.transact((draft) =>
      draft.set({ key: cacheKey(this.#scope, key), value: row, expireIn })
    );
  }
}
