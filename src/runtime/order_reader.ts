import { getLogger } from "@logtape/logtape";
import type { Reading } from "../engine/work.ts";
import { ApiError } from "../http/error.ts";
import type { ReadOrder, SitooApi } from "../sitoo/api.ts";
import { readingsOf } from "./fetched.ts";
import { mayBeThePage } from "./page_reader.ts";
import { sitooWorks } from "./sitoo_probe.ts";

const logger = getLogger(["tillpipe", "orders"]);

/** Orders in a row that fail by themselves for the first time, from which on it is no longer this or that order. */
const failuresInRow = 20;

/** An order to be read, and how often that failed before. */
export interface AskedOrder {
  readonly orderId: number;
  readonly attempts: number;
}

type Readings = ReadonlyMap<number, Reading>;

/**
 * Reads orders that are due, and finds those over which Sitoo stumbles: where a read fails while other orders can be
 * read, it is split until the order that does the harm stands alone. That one is missing, with a detail, and
 * costs the others nothing. An outage costs nobody anything: its error is thrown.
 */
export class OrderReader {
  readonly #sitoo: SitooApi;
  /** An order that Sitoo gave the last time: what is asked for to see whether it gives any. */
  #given: number | undefined;
  #inRow = 0;
  /** Orders that failed before: many of them fall due at once after a pause, which says nothing of an outage. */
  #suspects: ReadonlySet<number> = new Set();

  constructor(sitoo: SitooApi) {
    this.#sitoo = sitoo;
  }

  /** Up to 100 orders, in one call as a rule; those that failed before in one of their own. Throws `ApiError`. */
  async read(asked: readonly AskedOrder[], signal: AbortSignal): Promise<Readings> {
    this.#inRow = 0;
    this.#suspects = new Set(
      asked.filter(({ attempts }) => attempts > 0).map(({ orderId }) => orderId),
    );
    const readings = new Map<number, Reading>();
    for (const isSuspect of [false, true]) {
      const part = asked.filter(({ attempts }) => attempts > 0 === isSuspect);
      const ids = [...new Set(part.map(({ orderId }) => orderId))];
      if (ids.length === 0) continue;
      for (const [id, reading] of await this.#group(ids, signal)) readings.set(id, reading);
    }
    return readings;
  }

  async #group(ids: readonly number[], signal: AbortSignal): Promise<Readings> {
    try {
      return await this.#together(ids, signal);
    } catch (error) {
      if (!mayBeThePage(error) || !await this.#givesOthers(ids, signal)) throw error;
      return await this.#apart(ids, error, signal);
    }
  }

  async #together(ids: readonly number[], signal: AbortSignal): Promise<Readings> {
    const answer = await this.#sitoo.readOrders(ids, signal);
    this.#note(answer);
    this.#inRow = 0;
    return readingsOf(ids, answer);
  }

  /** What failed together is read in halves. */
  async #apart(ids: readonly number[], error: ApiError, signal: AbortSignal): Promise<Readings> {
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) return await this.#alone(only, error, signal);
    const middle = Math.ceil(ids.length / 2);
    const readings = new Map<number, Reading>();
    for (const half of [ids.slice(0, middle), ids.slice(middle)]) {
      for (const [id, reading] of await this.#half(half, signal)) readings.set(id, reading);
    }
    return readings;
  }

  async #half(ids: readonly number[], signal: AbortSignal): Promise<Readings> {
    try {
      return await this.#together(ids, signal);
    } catch (error) {
      if (!mayBeThePage(error)) throw error;
      return await this.#apart(ids, error, signal);
    }
  }

  /** Only what fails while others are given counts as the order's own failure. */
  async #alone(orderId: number, error: ApiError, signal: AbortSignal): Promise<Readings> {
    if (!this.#suspects.has(orderId)) this.#inRow++;
    if (this.#inRow >= failuresInRow || !await this.#givesOthers([orderId], signal)) throw error;
    logger.warn("Order {orderId} is left out for now: {reason}", {
      orderId,
      reason: error.message,
    });
    return new Map([[orderId, { kind: "missing", detail: error.message }]]);
  }

  /** Whether Sitoo gives any order beside one, or any of several, at the moment: whole, as these are asked for. */
  async #givesOthers(ids: readonly number[], signal: AbortSignal): Promise<boolean> {
    try {
      const known = this.#given === undefined || ids.includes(this.#given) ? [] : [this.#given];
      if (known.length > 0 && await this.#answers(known, signal)) return true;
      let isInDoubt = false;
      for (const from of [0, Math.max(...ids) + 1]) {
        const other = await this.#firstFrom(from, signal);
        if (other === undefined) continue;
        const isOwn = ids.includes(other.id);
        const isProof = other.isGiven && (!isOwn || ids.length > 1);
        // By its id, too: pages can be had where a question by id fails for every order.
        if (isProof && await this.#answers([other.id], signal)) return true;
        if (!isOwn) isInDoubt = true;
      }
      // There may be no other order to ask for.
      return !isInDoubt && await sitooWorks(this.#sitoo, [], signal);
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }

  async #answers(ids: readonly number[], signal: AbortSignal): Promise<boolean> {
    try {
      this.#note(await this.#sitoo.readOrders(ids, signal));
      return true;
    } catch (error) {
      if (mayBeThePage(error)) return false;
      throw error;
    }
  }

  /** The first order from an id on, and whether Sitoo gives it. */
  async #firstFrom(
    from: number,
    signal: AbortSignal,
  ): Promise<{ readonly id: number; readonly isGiven: boolean } | undefined> {
    const query = { from, sites: [], size: 1 };
    try {
      const [first] = await this.#sitoo.readPage(query, signal);
      return first === undefined ? undefined : { id: first.orderId, isGiven: true };
    } catch (error) {
      if (!mayBeThePage(error)) throw error;
      const { marks } = await this.#sitoo.readMarks(query, signal);
      return marks[0] === undefined ? undefined : { id: marks[0].orderId, isGiven: false };
    }
  }

  #note(answer: readonly ReadOrder[]): void {
    this.#given = answer.at(-1)?.orderId ?? this.#given;
  }
}
