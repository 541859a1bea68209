/**
 * Puts the questions of one turn into one: who asks about a single key waits until everybody who asks at the same
 * time has done so, and all are answered from one read. A read costs more than what it reads.
 */
export class Gathered<K, V> {
  readonly #read: (keys: readonly K[]) => Promise<readonly V[]>;
  #keys: K[] = [];
  #answer: Promise<readonly V[]> | undefined;

  /** `read` answers in the order of the keys. */
  constructor(read: (keys: readonly K[]) => Promise<readonly V[]>) {
    this.#read = read;
  }

  /** Rejects with the error of the read that it was part of. */
  async get(key: K): Promise<V> {
    const index = this.#keys.push(key) - 1;
    this.#answer ??= this.#readAll();
    const value = (await this.#answer)[index];
    if (value === undefined) {
      throw new TypeError("A read answered fewer rows than it was asked for");
    }
    return value;
  }

  async #readAll(): Promise<readonly V[]> {
    await Promise.resolve();
    const keys = this.#keys;
    this.#keys = [];
    this.#answer = undefined;
    return await this.#read(keys);
  }
}
