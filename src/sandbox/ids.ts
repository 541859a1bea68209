import { hash } from "./random.ts";

/** Orders per block. Ids, roles and refunds are planned a block at a time. */
export const BLOCK = 50;

/** Turns an order's index (0, 1, 2 …) into its id and back: ascending, with one gap per block. */
export class IdSpace {
  readonly #seed: number;
  readonly #first: number;

  constructor(seed: number, first: number) {
    this.#seed = seed;
    this.#first = first;
  }

  idOf(index: number): number {
    const block = Math.floor(index / BLOCK);
    const rest = index - block * BLOCK;
    return this.#first + block * (BLOCK + 1) + rest + (rest >= this.#gap(block) ? 1 : 0);
  }

  /** The index of the first order whose id is not below `id`; may lie beyond the last order. */
  indexFrom(id: number): number {
    if (id <= this.#first) return 0;
    const offset = id - this.#first;
    const block = Math.floor(offset / (BLOCK + 1));
    const rest = offset - block * (BLOCK + 1);
    return block * BLOCK + (rest > this.#gap(block) ? rest - 1 : rest);
  }

  /** The index of exactly this id, if there is one. */
  indexOf(id: number): number | undefined {
    if (!Number.isSafeInteger(id) || id < this.#first) return undefined;
    const index = this.indexFrom(id);
    return this.idOf(index) === id ? index : undefined;
  }

  #gap(block: number): number {
    return 1 + hash(this.#seed, block, 17) % (BLOCK - 1);
  }
}
