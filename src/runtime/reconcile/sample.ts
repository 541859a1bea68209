/** An even choice of a stream: as many as are asked for, each with the same chance. */
export class Sample<T> {
  readonly #size: number;
  readonly #random: () => number;
  readonly #chosen: T[] = [];
  #seen = 0;

  /**
   * @param size how many; absent: none
   * @param random from 0 to 1
   */
  constructor(size: number | "all" | undefined, random: () => number) {
    this.#size = size === "all" ? Infinity : size ?? 0;
    this.#random = random;
  }

  /** Those chosen so far, in no order. */
  get chosen(): readonly T[] {
    return this.#chosen;
  }

  /** Takes the next one of the stream, in place of another where there is no room. */
  take(item: T): void {
    this.#seen++;
    if (this.#chosen.length < this.#size) this.#chosen.push(item);
    else {
      const place = Math.floor(this.#random() * this.#seen);
      if (place < this.#size) this.#chosen[place] = item;
    }
  }
}
