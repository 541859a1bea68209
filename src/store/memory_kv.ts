import type { KvOperation, KvPort } from "./transact.ts";

interface Stored {
  readonly key: Deno.KvKey;
  readonly value: unknown;
  readonly versionstamp: string;
}

const encoder = new TextEncoder();
/** The first code unit from which UTF-16 sorts otherwise than UTF-8. */
const SURROGATES = 0xd800;

/**
 * A key-value database in memory whose every answer comes in the next microtask, so that a test that is run
 * twice goes the same way twice. Keeps no expiry: the store uses it as a broom only.
 */
export class MemoryKv implements KvPort {
  /** Ascending by key. */
  readonly #rows: Stored[] = [];
  #version = 0;

  get(key: Deno.KvKey): Promise<Deno.KvEntryMaybe<unknown>> {
    return Promise.resolve(this.#entry(key));
  }

  getMany(keys: readonly Deno.KvKey[]): Promise<Deno.KvEntryMaybe<unknown>[]> {
    return Promise.resolve(keys.map((key) => this.#entry(key)));
  }

  async *list(
    selector: Deno.KvListSelector,
    { limit = Infinity, reverse = false }: Pick<Deno.KvListOptions, "limit" | "reverse">,
  ): AsyncGenerator<Deno.KvEntry<unknown>> {
    await Promise.resolve();
    const { from, to } = this.#span(selector);
    const found = reverse
      ? this.#rows.slice(Math.max(from, to - limit), to).toReversed()
      : this.#rows.slice(from, Math.min(to, from + limit));
    yield* found.map((row) => ({ ...row }));
  }

  atomic(): KvOperation {
    const checks: Deno.AtomicCheck[] = [];
    const changes: { key: Deno.KvKey; value?: unknown; isSet: boolean }[] = [];
    return {
      check: (...more) => void checks.push(...more),
      set: (key, value) => void changes.push({ key, value: structuredClone(value), isSet: true }),
      delete: (key) => void changes.push({ key, isSet: false }),
      commit: () => Promise.resolve({ ok: this.#commit(checks, changes) }),
    };
  }

  close(): void {}

  #commit(
    checks: readonly Deno.AtomicCheck[],
    changes: readonly { key: Deno.KvKey; value?: unknown; isSet: boolean }[],
  ): boolean {
    const holds = checks.every(({ key, versionstamp }) =>
      this.#entry(key).versionstamp === versionstamp
    );
    if (!holds) return false;
    const versionstamp = String(++this.#version).padStart(20, "0");
    for (const { key, value, isSet } of changes) {
      const { index, isThere } = this.#find(key);
      const rows = isSet ? [{ key: [...key], value, versionstamp }] : [];
      this.#rows.splice(index, isThere ? 1 : 0, ...rows);
    }
    return true;
  }

  #entry(key: Deno.KvKey): Deno.KvEntryMaybe<unknown> {
    const { index, isThere } = this.#find(key);
    const row = isThere ? this.#rows[index] : undefined;
    return row === undefined ? { key: [...key], value: null, versionstamp: null } : { ...row };
  }

  /** Which rows a selector means, from and to before an index. */
  #span(selector: Deno.KvListSelector): { readonly from: number; readonly to: number } {
    const start = "start" in selector ? this.#find(selector.start).index : 0;
    const end = "end" in selector ? this.#find(selector.end).index : this.#rows.length;
    if (!("prefix" in selector)) return { from: start, to: Math.max(start, end) };
    const { prefix } = selector;
    const { index, isThere } = this.#find(prefix);
    // A row of the prefix itself is not below it.
    const from = Math.max(start, isThere ? index + 1 : index);
    const to = Math.max(from, Math.min(end, this.#find(prefix, true).index));
    return { from, to };
  }

  /** Where a key is, or where it would be; or where the first one is that neither is it nor begins with it. */
  #find(
    key: Deno.KvKey,
    isPast = false,
  ): { readonly index: number; readonly isThere: boolean } {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = this.#rows[middle];
      const order = row === undefined
        ? 0
        : isPast
        ? compareKeys(row.key.slice(0, key.length), key) || -1
        : compareKeys(row.key, key);
      if (order === 0) return { index: middle, isThere: true };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { index: low, isThere: false };
  }
}

/** Deno KV's order: bytes, text, numbers, bigints, booleans; a key before those that it begins. */
function compareKeys(left: Deno.KvKey, right: Deno.KvKey): number {
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareParts(left: Deno.KvKeyPart, right: Deno.KvKeyPart): number {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareBytes(left, right);
  if (typeof left === "string" && typeof right === "string") {
    return compareTexts(left, right);
  }
  if (typeof left !== typeof right) return rank(left) - rank(right);
  const difference = Number(left) - Number(right);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

/** As their UTF-8 compares: up to the first surrogate that is as their UTF-16 does. */
function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (one === other) continue;
    if (one < SURROGATES && other < SURROGATES) return one - other;
    return compareBytes(encoder.encode(left), encoder.encode(right));
  }
  return left.length - right.length;
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function rank(part: Deno.KvKeyPart): number {
  const types = ["object", "string", "number", "bigint", "boolean"];
  return types.indexOf(typeof part);
}
