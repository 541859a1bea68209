import { keySize } from "./keys.ts";
import type { KvOperation } from "./transact.ts";

/** What one commit may hold: the strictest of the local engine, a self-hosted denokv and Deno Deploy. */
export const COMMIT_LIMITS = {
  checks: 10,
  mutations: 1000,
  /** Keys and values together. */
  bytes: 700 * 1024,
  keyBytes: 70 * 1024,
  /** Of one value. */
  valueBytes: 60 * 1024,
} as const;

/** Room that every mutation takes beside its key and value. */
const OVERHEAD = 8;

/** What a commit, or a part of one, takes of the limits. */
export interface Cost {
  readonly checks: number;
  readonly mutations: number;
  readonly bytes: number;
  readonly keyBytes: number;
}

/** A row to be written. */
export interface Write {
  readonly key: Deno.KvKey;
  readonly value: Uint8Array;
  /** ms after which the database may delete it: a broom, never a rule. */
  readonly expireIn?: number;
}

/** An atomic commit in the making, which knows its size. A later change of a key replaces the former. */
export class Draft implements Cost {
  readonly #checks = new Map<string, Deno.AtomicCheck>();
  readonly #changes = new Map<string, { key: Deno.KvKey; write?: Write; keyBytes: number }>();

  /** The commit fails unless the key still stands as it was read. */
  check(entry: { readonly key: Deno.KvKey; readonly versionstamp: string | null }): void {
    this.#checks.set(idOf(entry.key), { key: entry.key, versionstamp: entry.versionstamp });
  }

  set(write: Write): void {
    assertValueFits(write);
    this.#changes.set(idOf(write.key), { key: write.key, write, keyBytes: keySize(write.key) });
  }

  delete(key: Deno.KvKey): void {
    this.#changes.set(idOf(key), { key, keyBytes: keySize(key) });
  }

  get checks(): number {
    return this.#checks.size;
  }

  get mutations(): number {
    return this.#changes.size;
  }

  get keyBytes(): number {
    let sum = 0;
    for (const change of this.#changes.values()) sum += change.keyBytes;
    for (const check of this.#checks.values()) sum += keySize(check.key);
    return sum;
  }

  get bytes(): number {
    let sum = this.keyBytes;
    for (const { write } of this.#changes.values()) sum += OVERHEAD + (write?.value.length ?? 0);
    return sum;
  }

  /** @throws {RangeError} when it is more than one commit may hold */
  assertFits(): void {
    const parts: readonly [keyof Cost, string][] = [
      ["checks", "checks"],
      ["mutations", "changes"],
      ["bytes", "bytes"],
      ["keyBytes", "bytes of keys"],
    ];
    for (const [part, name] of parts) {
      if (this[part] > COMMIT_LIMITS[part]) {
        throw new RangeError(
          `Cannot commit ${this[part]} ${name} at once: ${COMMIT_LIMITS[part]} are allowed`,
        );
      }
    }
  }

  /** Puts everything into the database's own operation. */
  applyTo(operation: KvOperation): KvOperation {
    operation.check(...this.#checks.values());
    for (const { key, write } of this.#changes.values()) {
      if (write === undefined) operation.delete(key);
      else if (write.expireIn === undefined) operation.set(key, write.value);
      else operation.set(key, write.value, { expireIn: write.expireIn });
    }
    return operation;
  }
}

/** @throws {RangeError} when the value alone is too large */
export function assertValueFits(write: Write): void {
  if (write.value.length <= COMMIT_LIMITS.valueBytes) return;
  throw new RangeError(
    `Cannot store a row of kind "${String(write.key[1])}" with ${write.value.length} bytes: ` +
      `${COMMIT_LIMITS.valueBytes} are allowed`,
  );
}

/** What rows to be written cost. */
export function costOf(writes: readonly Write[]): Cost {
  let keyBytes = 0;
  let bytes = 0;
  for (const write of writes) {
    const size = keySize(write.key);
    keyBytes += size;
    bytes += size + OVERHEAD + write.value.length;
  }
  return { checks: 0, mutations: writes.length, bytes, keyBytes };
}

/** What taking a row away costs. */
export function costOfDelete(key: Deno.KvKey): Cost {
  const keyBytes = keySize(key);
  return { checks: 0, mutations: 1, bytes: keyBytes + OVERHEAD, keyBytes };
}

/** The costs of two parts in one commit. */
export function addCosts(left: Cost, right: Cost): Cost {
  return {
    checks: left.checks + right.checks,
    mutations: left.mutations + right.mutations,
    bytes: left.bytes + right.bytes,
    keyBytes: left.keyBytes + right.keyBytes,
  };
}

/** Whether one commit can hold it. */
export function fits(cost: Cost): boolean {
  return cost.checks <= COMMIT_LIMITS.checks && cost.mutations <= COMMIT_LIMITS.mutations &&
    cost.bytes <= COMMIT_LIMITS.bytes && cost.keyBytes <= COMMIT_LIMITS.keyBytes;
}

/** A key as text. Parts of our keys are strings and numbers, which JSON keeps apart. */
function idOf(key: Deno.KvKey): string {
  return JSON.stringify(key);
}
