import fc from "fast-check";
import * as z from "zod";
import { assert, assertEquals, assertThrows } from "../std/assert.ts";
import { defineCodec, UnreadableRowError } from "./codec.ts";
import { decodeLedger, encodeLedger } from "./ledger_codec.ts";
import type { LedgerRow } from "./rows.ts";

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** The third version of a row: `count` was a text first, then `many`. */
const codec = defineCodec<{ readonly count: number; readonly note?: string }>({
  kind: "thing",
  version: 3,
  schema: z.object({ count: z.number(), note: z.string().exactOptional() }),
  migrations: {
    1: (row) => ({ ...row, many: Number(row.count) }),
    2: (row) => ({ ...row, count: row.many }),
  },
});

Deno.test("a row of an older version is brought up to date, step by step", () => {
  assertEquals(codec.decode(bytes({ v: 1, count: "7", old: true })), { count: 7 });
  assertEquals(codec.decode(bytes({ v: 2, many: 8, note: "n" })), { count: 8, note: "n" });
  assertEquals(codec.decode(codec.encode({ count: 9 })), { count: 9 });
});

Deno.test("a row of a later version is told apart, with the remedy", () => {
  const error = assertThrows(() => codec.decode(bytes({ v: 4, count: 1 })), UnreadableRowError);
  assertEquals(error.why, "newer");
  assertEquals(
    error.message,
    "Cannot read a thing of version 4: this Tillpipe knows 3, update it",
  );
});

Deno.test("anything else that is no such row is corrupt, and its content stays out of the message", () => {
  const spoilt: readonly unknown[] = [
    null,
    undefined,
    "text",
    7,
    { v: 3, count: 1 },
    new Uint8Array(),
    new Uint8Array([0xff, 0xfe]),
    bytes([]),
    bytes(null),
    bytes({ count: 1 }),
    bytes({ v: "3", count: 1 }),
    bytes({ v: 0, count: 1 }),
    bytes({ v: 2.5, count: 1 }),
    bytes({ v: 3, count: "someone@example.com" }),
    bytes({ v: 3 }),
  ];
  for (const stored of spoilt) {
    const error = assertThrows(() => codec.decode(stored), UnreadableRowError);
    assertEquals(error.why, "corrupt");
    assert(!error.message.includes("someone"), error.message);
  }
});

Deno.test("only what the schema knows is stored", () => {
  const row = { count: 1, email: "someone@example.com" };
  assertEquals(new TextDecoder().decode(codec.encode(row)), '{"v":3,"count":1}');
});

const text = fc.string({ unit: "grapheme", maxLength: 60 });
const step = fc.record(
  { at: fc.integer({ min: 0, max: 4e12 }), what: text, detail: fc.string({ maxLength: 400 }) },
  { requiredKeys: ["at", "what"] },
);
const ledgerRow: fc.Arbitrary<LedgerRow> = fc.record(
  {
    orderId: fc.nat(),
    outcome: fc.constantFrom("delivered", "linked", "skipped", "waiting", "dead"),
    at: fc.nat(),
    rule: fc.string({ maxLength: 30 }),
    hash: fc.constant("h".repeat(64)),
    mark: fc.constant("m".repeat(64)),
    total: fc.constant("199.20"),
    steps: fc.array(step, { maxLength: 12 }),
  },
  { requiredKeys: ["orderId", "outcome", "at", "steps"] },
);

Deno.test("a ledger row takes 1 KiB at most, and loses nothing but details and old steps", () => {
  fc.assert(fc.property(ledgerRow, (row) => {
    const stored = encodeLedger(row);
    assert(stored.length <= 1024, `${stored.length} bytes`);
    const { steps, ...read } = decodeLedger(row.orderId, stored);
    const { steps: all, ...rest } = row;
    assertEquals({ ...read }, { ...rest });
    const last = all.slice(all.length - steps.length);
    assert(steps.length <= 8);
    steps.forEach((kept, index) => {
      assertEquals([kept.at, kept.what], [last[index]?.at, last[index]?.what]);
      assert((last[index]?.detail ?? "").startsWith(kept.detail ?? ""));
    });
  }));
});

Deno.test("a ledger row that has room keeps its last eight steps whole", () => {
  const steps = Array.from(
    { length: 10 },
    (_, at) => ({ at, what: "read", detail: `detail ${at}` }),
  );
  const row: LedgerRow = { orderId: 1, outcome: "delivered", at: 1, steps };
  assertEquals(decodeLedger(1, encodeLedger(row)), { ...row, steps: steps.slice(2) });
});
