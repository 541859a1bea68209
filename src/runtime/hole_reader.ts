import { getLogger } from "@logtape/logtape";
import { backoff } from "../engine/backoff.ts";
import type { ReadOrder } from "../sitoo/api.ts";
import type { Hole } from "../store/rows.ts";
import type { BatchCommit } from "../store/store.ts";
import type { PipelineContext } from "./context.ts";
import { mayBeThePage } from "./page_reader.ts";

const logger = getLogger(["tillpipe", "history"]);

/** Orders read of a hole at once. */
const ordersPerRead = 100;
/** Holes that are counted and tried at most; far more than history goes past before it counts as an outage. */
const holesKept = 10_000;
/** ms until a hole is tried again, at first and at most. */
const firstWait = 60_000;
const longestWait = 6 * 3_600_000;

/** What a hole gave when it was tried again, and how it stands now. */
export interface HoleAnswer {
  readonly orders: readonly ReadOrder[];
  readonly change: NonNullable<BatchCommit["holes"]>;
}

/** Tries again what history had to go past. */
export class HoleReader {
  readonly #context: PipelineContext;
  /** The try handed out last, as `from/tries`; while the store has the hole like that, it is under way. */
  #handedOut = "";
  /** Holes tried since the run came to its end, by their first id. */
  readonly #triedAtEnd = new Set<number>();
  /** Epoch ms before which no hole is due. */
  #quietUntil = 0;

  constructor(context: PipelineContext) {
    this.#context = context;
  }

  /** Forgets what is under way; it is tried again. */
  reset(): void {
    this.#handedOut = "";
    this.#triedAtEnd.clear();
    this.#quietUntil = 0;
  }

  async count(): Promise<number> {
    return (await this.#context.store.holes(holesKept)).length;
  }

  async isOpen(from: number): Promise<boolean> {
    return (await this.#context.store.holes(holesKept)).some((hole) => hole.from === from);
  }

  /** A hole as it is when history goes past it. Tells operators. */
  opened(hole: Pick<Hole, "from" | "to" | "detail">): Hole {
    const { clock, alert } = this.#context;
    const text = `History goes on without ${ordersOf(hole)} and tries again later: ${hole.detail}`;
    logger.error("{text}", { text });
    alert?.(text);
    return { ...hole, since: clock.now(), dueAt: this.#nextTry(1), tries: 0 };
  }

  /** Every hole once more before a run ends; `undefined` when all have had their turn. */
  async atEnd(signal: AbortSignal): Promise<HoleAnswer | undefined> {
    for (const hole of await this.#context.store.holes(holesKept)) {
      if (this.#triedAtEnd.has(hole.from)) continue;
      const answer = await this.#tryAgain(hole, signal);
      this.#triedAtEnd.add(hole.from);
      return answer;
    }
    return undefined;
  }

  /** A hole that is due between runs; one at a time. */
  async due(signal: AbortSignal): Promise<HoleAnswer | undefined> {
    const { store, clock } = this.#context;
    const now = clock.now();
    if (now < this.#quietUntil) return undefined;
    const holes = await store.holes(holesKept);
    if (holes.some((hole) => nameOf(hole) === this.#handedOut)) return undefined;
    const next = holes.find((hole) => hole.dueAt <= now);
    if (next === undefined) {
      this.#quietUntil = Math.min(now + firstWait, ...holes.map((hole) => hole.dueAt));
      return undefined;
    }
    const answer = await this.#tryAgain(next, signal);
    this.#handedOut = nameOf(next);
    return answer;
  }

  /** Throws `ApiError` where it is the key or the pace. */
  async #tryAgain(hole: Hole, signal: AbortSignal): Promise<HoleAnswer> {
    const { sitoo, pipeline } = this.#context;
    const { from, to } = hole;
    const query = { from, to, sites: pipeline.history?.sites ?? [], size: ordersPerRead };
    try {
      const orders = await sitoo.readPage(query, signal);
      const next = (orders.at(-1)?.orderId ?? to) + 1;
      const isOver = orders.length < ordersPerRead || next >= to;
      if (isOver) logger.info("{orders} could be read after all", { orders: ordersOf(hole) });
      return {
        orders,
        change: { open: isOver ? [] : [{ ...hole, from: next }], closed: [from] },
      };
    } catch (error) {
      if (!mayBeThePage(error)) throw error;
      const tries = hole.tries + 1;
      const failed = { ...hole, tries, dueAt: this.#nextTry(tries + 1), detail: error.message };
      return { orders: [], change: { open: [failed], closed: [from] } };
    }
  }

  #nextTry(tries: number): number {
    const { clock, random } = this.#context;
    return clock.now() + backoff(tries, { first: firstWait, longest: longestWait, random });
  }
}

/** A hole in words: `order 50211`, `orders 50211 to 50300`. */
export function ordersOf({ from, to }: Pick<Hole, "from" | "to">): string {
  return to === from + 1 ? `order ${from}` : `orders ${from} to ${to - 1}`;
}

function nameOf(hole: Hole): string {
  return `${hole.from}/${hole.tries}`;
}
