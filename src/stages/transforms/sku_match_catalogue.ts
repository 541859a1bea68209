import { getLogger } from "@logtape/logtape";
import { ApiError } from "../../http/error.ts";
import type { StageServices } from "../contract.ts";
import { CatalogueCache, type CatalogueState, sizeOf } from "./sku_match_cache.ts";
import { type CatalogueEntry, entryOf, SkuIndex } from "./sku_match_index.ts";

const logger = getLogger(["tillpipe", "sku-match"]);

/** Products in one answer; fewer mean the end. */
const pageSize = 250;
/** ms after which a catalogue is read again. */
const refreshAfter = 86_400_000;
/** ms to leave Ometria alone after a refresh failed; the old catalogue goes on. */
const pauseAfterFailure = 600_000;
/** ms that a first reading may hold a batch up; then the batch comes again. */
const firstReadingMayTake = 120_000;
/** Pages a refresh may read each time a batch comes by, so that it holds none up for long. */
const pagesABatch = 4;
/** Bytes after which a piece is put away, so that a reading that was stopped goes on from there. */
const pieceBytes = 40_000;

/** A reading of the catalogue that is not finished. */
interface Reading {
  state: CatalogueState;
  readonly index: SkuIndex;
  /** Not put away yet. */
  loose: CatalogueEntry[];
  offset: number;
  /** First id of the last page: the same again means that the API goes in circles. */
  first?: string;
}

/**
 * Ometria's products by SKU: in memory, kept over restarts, read again once a day. The first reading
 * has to be finished before anything can be matched; later ones go on a few pages at a time while the
 * old catalogue is in use. A reading that was stopped goes on where it was.
 */
export class Catalogue {
  readonly #services: Pick<StageServices, "ometria" | "now">;
  readonly #cache: CatalogueCache;
  #current: { readonly index: SkuIndex; readonly at: number } | undefined;
  #reading: Reading | undefined;
  #restored = false;
  #notBefore = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(services: Pick<StageServices, "ometria" | "now" | "cache">) {
    this.#services = services;
    this.#cache = new CatalogueCache(services.cache);
  }

  /**
   * The products as known now. Throws `ApiError` when there are none yet: Ometria cannot be read, or
   * (`throttled`) the first reading takes longer and goes on with the next call.
   */
  index(signal: AbortSignal): Promise<SkuIndex> {
    const turn = this.#turn.then(() => this.#take(signal), () => this.#take(signal));
    this.#turn = turn;
    return turn;
  }

  async #take(signal: AbortSignal): Promise<SkuIndex> {
    if (!this.#restored) await this.#restore();
    if (this.#current === undefined) return await this.#readAll(signal);
    const now = this.#services.now();
    if (now - this.#current.at >= refreshAfter && now >= this.#notBefore) {
      await this.#refresh(signal);
    }
    return this.#current.index;
  }

  /** A batch must not be held up for good, so that a large catalogue is read in several goes. */
  async #readAll(signal: AbortSignal): Promise<SkuIndex> {
    const until = this.#services.now() + firstReadingMayTake;
    while (this.#services.now() < until) {
      const index = await this.#readPage(signal);
      if (index !== undefined) return index;
    }
    const read = this.#reading?.offset ?? 0;
    throw new ApiError(`Ometria's products are still being read: ${read} so far`, {
      api: "ometria",
      kind: "throttled",
      reached: false,
    });
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    try {
      for (let page = 0; page < pagesABatch; page++) {
        if (await this.#readPage(signal) !== undefined) return;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#notBefore = this.#services.now() + pauseAfterFailure;
      logger.warn("Cannot read Ometria's products again; those of {at} stay in use", {
        at: new Date(this.#current?.at ?? 0).toISOString(),
        kind: error.kind,
      });
    }
  }

  /** Reads one page; gives the index when it was the last. */
  async #readPage(signal: AbortSignal): Promise<SkuIndex | undefined> {
    const reading = this.#reading ??= this.#start();
    const page = await this.#services.ometria.products(reading.offset, signal);
    const first = page[0]?.id;
    if (first !== undefined && first === reading.first) {
      this.#reading = undefined;
      throw new ApiError("Ometria gave the same page of products twice", {
        api: "ometria",
        kind: "malformed",
        reached: true,
      });
    }
    for (const product of page) {
      const entry = entryOf(product);
      if (entry === undefined) continue;
      reading.index.add(entry);
      reading.loose.push(entry);
    }
    reading.offset += page.length;
    if (first !== undefined) reading.first = first;
    const last = page.length < pageSize;
    await this.#putAway(reading, last);
    return last ? await this.#finish(reading) : undefined;
  }

  async #putAway(reading: Reading, all: boolean): Promise<void> {
    const bytes = reading.loose.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (!all && bytes < pieceBytes) return;
    const state = await this.#cache.append(reading.state, reading.loose);
    reading.state = { ...state, offset: reading.offset };
    reading.loose = [];
    if (!all) await this.#cache.point("building", reading.state);
  }

  async #finish(reading: Reading): Promise<SkuIndex> {
    const { generation, chunks, at } = reading.state;
    await this.#cache.point("current", { generation, chunks, at });
    await this.#cache.drop("building");
    this.#current = { index: reading.index, at };
    this.#reading = undefined;
    logger.info("Read {products} products with a SKU from Ometria", {
      products: reading.index.size,
    });
    return reading.index;
  }

  #start(): Reading {
    const at = this.#services.now();
    return {
      state: { generation: at.toString(36), chunks: 0, at },
      index: new SkuIndex(),
      loose: [],
      offset: 0,
    };
  }

  async #restore(): Promise<void> {
    const current = await this.#cache.load("current");
    if (current !== undefined) {
      this.#current = { index: indexOf(current.entries), at: current.state.at };
    }
    const building = await this.#cache.load("building");
    const offset = building?.state.offset;
    // After a day, products it has passed may have changed: better from the start.
    if (
      building !== undefined && offset !== undefined &&
      this.#services.now() - building.state.at < refreshAfter
    ) {
      this.#reading = {
        state: building.state,
        index: indexOf(building.entries),
        loose: [],
        offset,
      };
    }
    this.#restored = true;
  }
}

function indexOf(entries: readonly CatalogueEntry[]): SkuIndex {
  const index = new SkuIndex();
  for (const entry of entries) index.add(entry);
  return index;
}
