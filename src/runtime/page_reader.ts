import { ApiError } from "../http/error.ts";
import type { ReadOrder, SitooApi } from "../sitoo/api.ts";
import { sitooWorks } from "./sitoo_probe.ts";

/** Failures of a whole page, each with a pause after it, until its orders are looked at more closely. */
const pageTries = 3;
/** Failures of a single order, each with a pause after it, until history goes past it. */
const orderTries = 2;
/** Holes in a row after which it is no longer this or that order: Sitoo is taken to be down. */
const holesInRow = 20;

/** The stretch of history that is still to be read. */
export interface PageRange {
  readonly from: number;
  /** Exclusive. */
  readonly to?: number;
}

/** What can be read next. */
export type PageAnswer =
  | { readonly kind: "page"; readonly orders: readonly ReadOrder[] }
  /** Sitoo works, but gives nothing usable for the orders from `from` to before `to`. */
  | {
    readonly kind: "hole";
    readonly from: number;
    readonly to: number;
    readonly detail: string;
  };

/** What a {@linkcode PageReader} reads. */
export interface PageReaderOptions {
  readonly sitoo: Pick<SitooApi, "readPage" | "readMarks">;
  readonly sites: readonly number[];
  /** Orders in a page. */
  readonly size: number;
}

/**
 * Reads history by ascending order id and finds the way around what Sitoo cannot give. A page that keeps
 * failing while Sitoo answers other questions is read in ever smaller parts, until the order that does the
 * harm stands alone. An outage never makes a hole: its error is thrown, time after time.
 */
export class PageReader {
  readonly #options: PageReaderOptions;
  #size: number;
  /** The id that the last failure was at, and how often it failed there with this size. */
  #failedAt = -1;
  #failures = 0;
  #inRow = 0;

  constructor(options: PageReaderOptions) {
    this.#options = options;
    this.#size = options.size;
  }

  /** The next page, or what has to be gone past. Throws `ApiError`; to be called again after a pause. */
  async read(range: PageRange, signal: AbortSignal): Promise<PageAnswer> {
    const { sitoo, sites, size } = this.#options;
    for (;;) {
      try {
        const orders = await sitoo.readPage({ ...range, sites, size: this.#size }, signal);
        this.#size = Math.min(size, this.#size * 2);
        this.#failures = 0;
        if (orders.length > 0) this.#inRow = 0;
        return { kind: "page", orders };
      } catch (error) {
        if (!mayBeThePage(error)) throw error;
        const answer = await this.#narrow(range, error, signal);
        if (answer !== undefined) return answer;
      }
    }
  }

  /** Smaller pages from now on, or a hole; throws the error where it is to be tried again as it was. */
  async #narrow(
    range: PageRange,
    error: ApiError,
    signal: AbortSignal,
  ): Promise<PageAnswer | undefined> {
    this.#failures = this.#failedAt === range.from ? this.#failures + 1 : 1;
    this.#failedAt = range.from;
    const isWhole = this.#size === this.#options.size;
    const tries = isWhole ? pageTries : this.#size === 1 ? orderTries : 1;
    if (this.#failures < tries || this.#inRow >= holesInRow) throw error;
    if (isWhole || this.#size === 1) {
      const { sitoo, sites } = this.#options;
      if (!await sitooWorks(sitoo, sites, signal)) throw error;
    }
    if (this.#size > 1) {
      this.#size = Math.floor(this.#size / 2);
      this.#failures = 0;
      return undefined;
    }
    const id = await this.#firstId(range, signal);
    if (id === undefined) return { kind: "page", orders: [] };
    const bad = id === "unreadable" ? await this.#feelFor(range, signal) : id;
    if (bad === undefined) throw error;
    this.#inRow++;
    this.#failures = 0;
    return { kind: "hole", from: bad, to: bad + 1, detail: error.message };
  }

  /**
   * The id of the first order, where Sitoo's answer does not say it: the end from which on a stretch cannot be
   * read. Doubles the stretch, then halves what is in question. `undefined`: it can be read by now.
   */
  async #feelFor(range: PageRange, signal: AbortSignal): Promise<number | undefined> {
    const { from, to = Number.MAX_SAFE_INTEGER } = range;
    let empty = 0;
    let full = Math.min(1, to - from);
    while (!await this.#isUnreadable({ from, to: from + full }, signal)) {
      if (from + full >= to) return undefined;
      empty = full;
      full = Math.min(full * 2, to - from);
    }
    while (full - empty > 1) {
      const middle = empty + Math.floor((full - empty) / 2);
      if (await this.#isUnreadable({ from, to: from + middle }, signal)) full = middle;
      else empty = middle;
    }
    return from + empty;
  }

  async #isUnreadable(range: PageRange, signal: AbortSignal): Promise<boolean> {
    return await this.#firstId(range, signal) === "unreadable";
  }

  async #firstId(
    range: PageRange,
    signal: AbortSignal,
  ): Promise<number | undefined | "unreadable"> {
    try {
      const { sites, sitoo } = this.#options;
      const { marks } = await sitoo.readMarks({ ...range, sites, size: 1 }, signal);
      return marks[0]?.orderId;
    } catch (error) {
      if (mayBeThePage(error)) return "unreadable";
      throw error;
    }
  }
}

/** Whether a failure may lie in the orders that were asked for, and not in the key or in the pace. */
export function mayBeThePage(error: unknown): error is ApiError {
  return error instanceof ApiError && error.kind !== "throttled" && error.kind !== "unauthorized";
}
