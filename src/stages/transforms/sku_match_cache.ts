import * as z from "zod";
import type { StageCache } from "../contract.ts";
import type { CatalogueEntry } from "./sku_match_index.ts";

/** Where one reading of the catalogue stands. */
const stateSchema = z.object({
  /** Tells the chunks of one reading from those of another. */
  generation: z.string(),
  chunks: z.number().int().nonnegative(),
  /** The next product to read; absent when all have been. */
  offset: z.number().int().nonnegative().optional(),
  /** Epoch ms of its beginning. */
  at: z.number(),
});

const chunkSchema = z.array(
  z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string(), z.string(), z.string()])]),
);

/** Where a reading stands; without `offset` it is complete. */
export type CatalogueState = z.output<typeof stateSchema>;

/** A reading with what it has found so far. */
export interface KeptCatalogue {
  readonly state: CatalogueState;
  readonly entries: readonly CatalogueEntry[];
}

/** Which reading: the one in use, or the one that is being made. */
export type CatalogueSlot = "current" | "building";

/** ms; chunks outlive what points at them. */
const stateAge = 7 * 86_400_000;
const chunkAge = 8 * 86_400_000;

/** Bytes of JSON in a chunk; the cache takes 60 KiB. */
const chunkBytes = 50_000;

/** Keeps a catalogue over restarts, in pieces that the cache takes. */
export class CatalogueCache {
  readonly #cache: StageCache;

  constructor(cache: StageCache) {
    this.#cache = cache;
  }

  /** What was kept, unless any part of it is missing. */
  async load(slot: CatalogueSlot): Promise<KeptCatalogue | undefined> {
    const state = stateSchema.safeParse(await this.#cache.get(stateKey(slot)));
    if (!state.success) return undefined;
    const entries: CatalogueEntry[] = [];
    for (let number = 0; number < state.data.chunks; number++) {
      const key = chunkKey(state.data.generation, number);
      const chunk = chunkSchema.safeParse(await this.#cache.get(key));
      if (!chunk.success) return undefined;
      for (const entry of chunk.data) entries.push(entry);
    }
    return { state: state.data, entries };
  }

  /** Adds entries to a reading's chunks and says where it stands then. */
  async append(
    state: CatalogueState,
    entries: readonly CatalogueEntry[],
  ): Promise<CatalogueState> {
    let chunks = state.chunks;
    for (const chunk of split(entries)) {
      await this.#cache.set(chunkKey(state.generation, chunks), chunk, chunkAge);
      chunks++;
    }
    return { ...state, chunks };
  }

  /** Writes down where a reading stands; its chunks have to be there. */
  async point(slot: CatalogueSlot, state: CatalogueState): Promise<void> {
    await this.#cache.set(stateKey(slot), state, stateAge);
  }

  /** Forgets a reading. */
  async drop(slot: CatalogueSlot): Promise<void> {
    await this.#cache.set(stateKey(slot), null, 1);
  }
}

function split(entries: readonly CatalogueEntry[]): readonly (readonly CatalogueEntry[])[] {
  const chunks: (readonly CatalogueEntry[])[] = [];
  let chunk: CatalogueEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    if (bytes + size > chunkBytes && chunk.length > 0) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(entry);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

/** Bytes that an entry takes in JSON, its comma included. */
export function sizeOf(entry: CatalogueEntry): number {
  return new TextEncoder().encode(JSON.stringify(entry)).length + 1;
}

function stateKey(slot: CatalogueSlot): string {
  return `sku-match/${slot}`;
}

function chunkKey(generation: string, number: number): string {
  return `sku-match/${generation}/${number}`;
}
