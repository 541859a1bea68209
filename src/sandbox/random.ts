/**
 * A 32-bit hash of a seed and two numbers. Gives every order its own independent stream, so that
 * order k can be made without making those before it.
 */
export function hash(seed: number, a: number, b = 0): number {
  let h = seed ^ Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  h ^= h >>> 15;
  h = Math.imul(h ^ Math.imul(b, 0xc2b2ae35), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** A small seeded generator of numbers (splitmix32). Not for secrets. */
export class Rng {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let t = this.#state ^ (this.#state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  }

  /** An integer from 0 to `n` - 1. */
  below(n: number): number {
    return this.next() % n;
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.next() < p * 4294967296;
  }

  pick<T>(list: readonly T[]): T {
    return at(list, this.below(list.length));
  }
}

/** The element at `index`; throws `RangeError` outside the list. */
export function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`Cannot read element ${index} of ${list.length}`);
  return value;
}
