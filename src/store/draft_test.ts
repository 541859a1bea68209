import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "../std/assert.ts";
import { addCosts, COMMIT_LIMITS, costOf, costOfDelete, Draft, fits, type Write } from "./draft.ts";
import { keySize } from "./keys.ts";

function write(index: number, size = 1): Write {
  return { key: ["t1", "test", index], value: new Uint8Array(size) };
}

/** Bytes that a key may have in Deno KV. */
const LONGEST_KEY = 2048;

const keyPart = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed()),
  fc.constantFrom("\u0000", "å\u0000ß", "日本", "😀"),
  fc.double({ noNaN: true }),
  fc.uint8Array({ maxLength: 10 }).map((bytes) => bytes.map((byte) => byte | 1)),
);

Deno.test("keySize() is what the database counts", async () => {
  using kv = await Deno.openKv(":memory:");
  await fc.assert(
    fc.asyncProperty(fc.array(keyPart, { minLength: 1, maxLength: 5 }), async (parts) => {
      const room = LONGEST_KEY - keySize([...parts, ""]);
      await kv.set([...parts, "x".repeat(room)], 1);
      const refused = await kv.set([...parts, "x".repeat(room + 1)], 1).then(
        () => false,
        () => true,
      );
      assert(refused, "a longer key was taken");
    }),
    { numRuns: 100 },
  );
});

Deno.test("a draft counts a key once, as it was changed last", () => {
  const draft = new Draft();
  draft.set(write(1, 100));
  draft.set(write(1, 10));
  draft.delete(["t1", "test", 2]);
  draft.set(write(2, 5));
  draft.check({ key: ["t1", "test", 1], versionstamp: null });
  draft.check({ key: ["t1", "test", 1], versionstamp: null });
  assertEquals([draft.mutations, draft.checks], [2, 1]);
  assertEquals(draft.keyBytes, 3 * keySize(["t1", "test", 1]));
});

Deno.test("a draft over any limit says which", () => {
  const tooMany = new Draft();
  for (let index = 0; index <= COMMIT_LIMITS.mutations; index++) tooMany.set(write(index));
  assertThrows(() => tooMany.assertFits(), RangeError, "Cannot commit 1001 changes at once");

  const checks = new Draft();
  for (let index = 0; index < 11; index++) checks.check({ ...write(index), versionstamp: null });
  assertThrows(() => checks.assertFits(), RangeError, "11 checks");

  const heavy = new Draft();
  for (let index = 0; index < 12; index++) heavy.set(write(index, COMMIT_LIMITS.valueBytes));
  assertThrows(() => heavy.assertFits(), RangeError, "bytes");

  const keys = new Draft();
  for (let index = 0; index < 40; index++) keys.delete(["t1", "x".repeat(1900), index]);
  assertThrows(() => keys.assertFits(), RangeError, "bytes of keys");
});

Deno.test("a value over 60 KiB is refused with the kind of its row", () => {
  const draft = new Draft();
  draft.set(write(1, COMMIT_LIMITS.valueBytes));
  assertThrows(() => draft.set(write(1, COMMIT_LIMITS.valueBytes + 1)), RangeError, '"test"');
});

Deno.test("the database takes whatever fits", async () => {
  using kv = await Deno.openKv(":memory:");
  const size = fc.integer({ min: 1, max: COMMIT_LIMITS.valueBytes });
  await fc.assert(
    fc.asyncProperty(fc.array(size, { minLength: 20, maxLength: 40 }), async (sizes) => {
      const draft = new Draft();
      let cost = costOf([]);
      for (const [index, bytes] of sizes.entries()) {
        const next = addCosts(cost, costOf([write(index, bytes)]));
        if (!fits(next)) break;
        cost = next;
        draft.set(write(index, bytes));
      }
      for (let index = 1000; fits(addCosts(cost, costOfDelete(write(index).key))); index++) {
        cost = addCosts(cost, costOfDelete(write(index).key));
        draft.delete(write(index).key);
      }
      assertEquals({ bytes: draft.bytes, keyBytes: draft.keyBytes, mutations: draft.mutations }, {
        bytes: cost.bytes,
        keyBytes: cost.keyBytes,
        mutations: cost.mutations,
      });
      const operation = kv.atomic();
      draft.applyTo(operation);
      assert((await operation.commit()).ok);
    }),
    { numRuns: 10 },
  );
});
