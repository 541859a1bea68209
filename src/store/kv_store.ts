import { randomBytes } from "node:crypto";
import type { Clock } from "../time/clock.ts";
import type { Sharers } from "../http/rate_limiter.ts";
import type { Slot } from "../http/slot.ts";
import { Arrivals } from "./arrivals.ts";
import { Budgets } from "./budgets.ts";
import { Database } from "./database.ts";
import { Hub } from "./hub.ts";
import { FORGOTTEN_PREFIX, forgottenKey, SCHEMA_KEY, SECRET_KEY } from "./keys.ts";
import { KvPipelineStore } from "./pipeline_store.ts";
import { readRow } from "./reading.ts";
import { numberCodec, textCodec } from "./row_codecs.ts";
import type { PipelineStore, Store } from "./store.ts";
import type { KvPort } from "./transact.ts";
import type { StoreUnwritableError } from "./unwritable.ts";

/** The schema that this version writes. Rises when an older program must not touch the database. */
export const SCHEMA = 1;

/** What a store needs of its surroundings. */
export interface StoreOptions {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** No other process can reach the database, so that limits need not be shared. @default false */
  readonly alone?: boolean;
}

/** Thrown for a store that cannot be used, with a message for the user. */
export class StoreUnusableError extends Error {
  /** Always `StoreUnusableError`. */
  override readonly name = "StoreUnusableError";
}

/** The store on a Deno KV database, whatever stands behind it. */
export class KvStore implements Store {
  readonly #db: Database;
  readonly #options: StoreOptions;
  readonly #hub = new Hub();
  readonly #arrivals: Arrivals;
  readonly #budgets: Budgets;
  readonly #process: string;
  #count = 0;

  constructor(kv: KvPort, options: StoreOptions) {
    this.#db = new Database(kv, options);
    this.#options = options;
    this.#arrivals = new Arrivals(this.#db);
    // Tells this process from others that write into the same inbox at the same time.
    this.#process = randomBytes(6).toString("base64url");
    this.#budgets = new Budgets({ ...options, db: this.#db, process: this.#process });
  }

  /**
   * Makes sure that this version may use the database, and marks a new one.
   *
   * @throws {StoreUnusableError} for a database of a later version
   */
  async open(): Promise<this> {
    await this.#db.transact(async (draft) => {
      const entry = await this.#db.get(SCHEMA_KEY);
      const schema = readRow(numberCodec, entry)?.value;
      if (schema !== undefined && schema > SCHEMA) {
        throw new StoreUnusableError(
          `Cannot use the store: it was written by a later version of Tillpipe (schema ${schema}, ` +
            `this one knows ${SCHEMA}). Update Tillpipe, or name another store in TILLPIPE_STORE`,
        );
      }
      if (schema !== undefined) return;
      draft.check(entry);
      draft.set({ key: SCHEMA_KEY, value: numberCodec.encode({ value: SCHEMA }) });
    });
    return this;
  }

  pipeline(name: string, account: string): PipelineStore {
    return new KvPipelineStore({
      db: this.#db,
      clock: this.#options.clock,
      hub: this.#hub,
      arrivals: this.#arrivals,
      unique: () => `${this.#process}${(this.#count++).toString(36)}`,
      name,
      account,
    });
  }

  secret(): Promise<string> {
    return this.#db.transact(async (draft) => {
      const entry = await this.#db.get(SECRET_KEY);
      const known = readRow(textCodec, entry)?.value;
      if (known !== undefined) return known;
      // Another secret would no longer know the people who asked to be forgotten.
      if (entry.versionstamp !== null) {
        throw new StoreUnusableError(
          "Cannot read the secret in the store: bring the store back from a copy, or set TILLPIPE_SECRET " +
            "to the secret that was used before",
        );
      }
      const made = randomBytes(32).toString("base64url");
      draft.check(entry);
      draft.set({ key: SECRET_KEY, value: textCodec.encode({ value: made }) });
      return made;
    });
  }

  async forget(emailHash: string): Promise<void> {
    const value = numberCodec.encode({ value: this.#options.clock.now() });
    await this.#db.transact((draft) => draft.set({ key: forgottenKey(emailHash), value }));
  }

  async forgotten(emailHashes: readonly string[]): Promise<ReadonlySet<string>> {
    // Most often nobody is, and one read says so.
    const [anybody] = await this.#db.page({ prefix: FORGOTTEN_PREFIX }, { limit: 1 });
    if (anybody === undefined) return new Set();
    const entries = await this.#db.getMany(emailHashes.map(forgottenKey));
    return new Set(emailHashes.filter((_, index) => entries[index]?.versionstamp !== null));
  }

  slot(name: string, { gap }: { readonly gap: number }): Slot {
    return this.#budgets.slot(name, gap);
  }

  sharers(name: string): Sharers {
    return this.#budgets.sharers(name);
  }

  async ping(): Promise<boolean> {
    try {
      await this.#db.get(SCHEMA_KEY);
      return true;
    } catch {
      return false;
    }
  }

  refusal(): StoreUnwritableError | undefined {
    return this.#db.refusal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#arrivals.close();
    await this.#budgets.close();
    await this.#db.close();
  }
}
