import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import type { Draft } from "./draft.ts";
import { holeKey, holePrefix, singleKey } from "./keys.ts";
import { readRow } from "./reading.ts";
import { checkpointCodec, holeCodec } from "./row_codecs.ts";
import type { Checkpoint, Hole } from "./rows.ts";
import type { BatchCommit } from "./store.ts";

/** How far history has come under one account, and who may move it. */
export class History {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #key: Deno.KvKey;
  readonly #scope: string;

  constructor(db: Database, scope: string, clock: Clock) {
    this.#scope = scope;
    this.#db = db;
    this.#clock = clock;
    this.#key = singleKey(scope, "checkpoint");
  }

  async checkpoint(): Promise<Checkpoint | undefined> {
    return readRow(checkpointCodec, await this.#db.get(this.#key));
  }

  request(checkpoint: Checkpoint): Promise<boolean> {
    return this.#change((current) => hasEnded(current) ? checkpoint : undefined);
  }

  async cancel(): Promise<void> {
    await this.#change((current) =>
      current === undefined || hasEnded(current)
        ? undefined
        : { ...current, state: "stopped", updatedAt: this.#clock.now() }
    );
  }

  /**
   * The lane's holder moves its run on. A run that was stopped meanwhile keeps its progress and stays
   * stopped; one that was stopped and followed by a new request leaves that request alone.
   */
  async move(draft: Draft, checkpoint: Checkpoint): Promise<void> {
    const entry = await this.#db.get(this.#key);
    const current = readRow(checkpointCodec, entry);
    if (current !== undefined && current.startedAt > checkpoint.startedAt) return;
    const stopped = current?.state === "stopped" && checkpoint.state === "running";
    const next = stopped ? { ...checkpoint, state: current.state } : checkpoint;
    draft.check(entry);
    draft.set({ key: this.#key, value: checkpointCodec.encode(next) });
  }

  /** Lowest order id first. */
  async holes(limit: number): Promise<readonly Hole[]> {
    const entries = await this.#db.page({ prefix: holePrefix(this.#scope) }, { limit });
    return entries.flatMap((entry): Hole[] => {
      const from = entry.key.at(-1);
      return typeof from === "number" ? [{ from, ...holeOf(from, entry) }] : [];
    });
  }

  setHoles(draft: Draft, { open, closed }: NonNullable<BatchCommit["holes"]>): void {
    for (const from of closed) draft.delete(holeKey(this.#scope, from));
    for (const { from, ...row } of open) {
      draft.set({ key: holeKey(this.#scope, from), value: holeCodec.encode(row) });
    }
  }

  #change(decide: (current: Checkpoint | undefined) => Checkpoint | undefined): Promise<boolean> {
    return this.#db.transact(async (draft) => {
      const entry = await this.#db.get(this.#key);
      const next = decide(readRow(checkpointCodec, entry));
      if (next === undefined) return false;
      draft.check(entry);
      draft.set({ key: this.#key, value: checkpointCodec.encode(next) });
      return true;
    });
  }
}

function hasEnded(checkpoint: Checkpoint | undefined): boolean {
  return checkpoint?.state !== "requested" && checkpoint?.state !== "running";
}

/** The key alone tells enough to read the order again, so a spoilt row costs no order. */
function holeOf(from: number, entry: Deno.KvEntry<unknown>): Omit<Hole, "from"> {
  const detail = "What the store kept of this hole cannot be read";
  return readRow(holeCodec, entry) ?? { to: from + 1, since: 0, dueAt: 0, tries: 0, detail };
}
