import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import type { Draft } from "./draft.ts";
import { singleKey } from "./keys.ts";
import { readRow } from "./reading.ts";
import { checkpointCodec } from "./row_codecs.ts";
import type { Checkpoint } from "./rows.ts";

/** How far history has come under one account, and who may move it. */
export class History {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #key: Deno.KvKey;

  constructor(db: Database, scope: string, clock: Clock) {
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
