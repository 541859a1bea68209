import fc from "fast-check";
import { assertEquals } from "../std/assert.ts";
import { MemoryKv } from "./memory_kv.ts";
import type { KvPort } from "./transact.ts";

const part = fc.oneof(
  fc.constantFrom("a", "b", "é", "\u{1f600}", "\ufffd"),
  fc.integer({ min: -2, max: 3 }),
  fc.boolean(),
  fc.constantFrom(new Uint8Array(), new Uint8Array([1, 2])),
);
const key = fc.array(part, { minLength: 1, maxLength: 3 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant("commit" as const),
    sets: fc.array(key, { maxLength: 3 }),
    deletes: fc.array(key, { maxLength: 2 }),
    checks: fc.array(key, { maxLength: 2 }),
    stale: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("list" as const),
    prefix: key,
    start: key,
    end: key,
    limit: fc.integer({ min: 1, max: 4 }),
    reverse: fc.boolean(),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a database answers to the steps, without the version stamps themselves. */
async function answers(kv: KvPort, steps: readonly Step[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const [number, entry] of steps.entries()) {
    if (entry.kind === "list") {
      const { prefix, start, end, ...options } = entry;
      const selectors: Deno.KvListSelector[] = [{ prefix }];
      // Deno KV refuses a range that ends before it starts.
      if (await isEmptyRange(start, end)) selectors.push({ start: end, end: start });
      else selectors.push({ start, end });
      selectors.push({ prefix, start: [...prefix, ...start] }, {
        prefix,
        end: [...prefix, ...end],
      });
      for (const selector of selectors) {
        const rows: unknown[] = [];
        try {
          for await (const row of kv.list(selector, options)) rows.push([row.key, row.value]);
        } catch {
          rows.push("refused");
        }
        seen.push(rows);
      }
      continue;
    }
    const operation = kv.atomic();
    for (const checked of await kv.getMany(entry.checks)) {
      operation.check(entry.stale ? { ...checked, versionstamp: "0".repeat(20) } : checked);
    }
    for (const set of entry.sets) operation.set(set, number);
    for (const deleted of entry.deletes) operation.delete(deleted);
    seen.push((await operation.commit()).ok);
  }
  return seen;
}

async function isEmptyRange(start: Deno.KvKey, end: Deno.KvKey): Promise<boolean> {
  const order = new MemoryKv();
  const operation = order.atomic();
  operation.set(start, 0);
  operation.set(end, 0);
  await operation.commit();
  for await (const { key } of order.list({ prefix: [] }, { limit: 1 })) {
    return Deno.inspect(key) !== Deno.inspect(start);
  }
  return false;
}

Deno.test("MemoryKv answers as Deno KV does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      using real = await Deno.openKv(":memory:");
      assertEquals(await answers(new MemoryKv(), steps), await answers(real, steps));
    }),
    { numRuns: 60 },
  );
});
