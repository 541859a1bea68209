import type { Clock } from "../time/clock.ts";
import type { Fault } from "./faults.ts";
import { isFields } from "./ometria_check.ts";
import type { OmetriaStore } from "./ometria_store.ts";
import { json } from "./web.ts";

type Fields = Readonly<Record<string, unknown>>;

/** How accepted records reach the store. */
export interface PushOptions {
  readonly store: OmetriaStore;
  readonly clock: Clock;
  readonly random: () => number;
  /** Wait between the 202 and storing, ms. */
  readonly applyDelay: () => number;
  /** Whether two pushes may be stored in the other order. */
  readonly shuffle: () => boolean;
}

/** The most bytes of JSON in one record. */
export const MAX_RECORD_BYTES = 60_000;

/** `POST /push`: takes a batch at once, checks and stores it later. */
export class PushQueue {
  readonly #options: PushOptions;
  readonly #closing = new AbortController();
  readonly #pending = new Set<Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  #accepted = 0;
  #waiting = 0;
  #overlaps = 0;
  #repeats = 0;
  readonly #underWay = new Map<string, number>();

  constructor(options: PushOptions) {
    this.#options = options;
  }

  /** Records accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Pushes accepted and not looked at yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Resolves when everything accepted so far has been looked at. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Records accepted and not looked at yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Orders pushed while an earlier push of the same order was not stored yet. */
  get overlaps(): number {
    return this.#overlaps;
  }

  /** Records that had another one with their id in the same batch. */
  get repeats(): number {
    return this.#repeats;
  }

  /** Forgets what waits. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.settled();
  }

  take(body: string, fault?: Fault): Response {
    const batch = readBatch(body);
    if (typeof batch === "string") return json({ status: "ERROR", message: batch }, 400);
    const rejected = fault?.kind === "reject" ? 1 : 0;
    const taken = batch.slice(rejected);
    this.#accepted += taken.length;
    if (fault?.kind !== "drop") this.#later(taken);
    return json({
      status: "OK",
      request_id: crypto.randomUUID(),
      accepted: taken.length,
      rejected,
    }, 202);
  }

  #later(batch: readonly Fields[]): void {
    const { clock, random, store } = this.#options;
    const shuffle = this.#options.shuffle();
    this.#waiting += batch.length;
    const ids = batch.map((record) => `${record["@type"]} ${record["id"]}`);
    this.#repeats += ids.length - new Set(ids).size;
    for (const id of new Set(ids)) {
      const others = this.#underWay.get(id) ?? 0;
      if (others > 0) this.#overlaps++;
      this.#underWay.set(id, others + 1);
    }
    const before = this.#last;
    const wait = this.#options.applyDelay() * (shuffle ? random() * 4 : 1);
    const work = (async (): Promise<void> => {
      try {
        if (wait > 0) await clock.sleep(wait, this.#closing.signal);
        if (!shuffle) await before;
      } catch {
        return;
      }
      this.#waiting -= batch.length;
      for (const record of batch) store.apply(record);
      for (const id of new Set(ids)) {
        const others = this.#underWay.get(id) ?? 1;
        if (others > 1) this.#underWay.set(id, others - 1);
        else this.#underWay.delete(id);
      }
    })();
    this.#last = work;
    this.#pending.add(work);
    work.finally(() => this.#pending.delete(work));
  }
}

/** The records of a body, or why the whole call is refused. */
function readBatch(body: string): readonly Fields[] | string {
  let batch: unknown;
  try {
    batch = JSON.parse(body);
  } catch {
    return "Payload invalid: Not JSON.";
  }
  if (!Array.isArray(batch)) return "Payload invalid: Not a list.";
  if (batch.length === 0) return "Payload invalid: No records.";
  if (batch.length > 100) return "Payload invalid: Too many records.";
  const records = batch.filter(isFields);
  if (records.length < batch.length) return "Payload invalid: Record is not an object.";
  if (new Set(records.map((record) => record["@type"])).size > 1) {
    return "Payload invalid: Mixed record types.";
  }
  const tooLarge = body.length > MAX_RECORD_BYTES / 3 && records.some(isTooLarge);
  return tooLarge ? "Payload invalid: Record is too large." : records;
}

function isTooLarge(record: Fields): boolean {
  const text = JSON.stringify(record);
  return text.length > MAX_RECORD_BYTES ||
    (text.length > MAX_RECORD_BYTES / 3 &&
      new TextEncoder().encode(text).length > MAX_RECORD_BYTES);
}
