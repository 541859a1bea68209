import { assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { KvStore } from "./kv_store.ts";
import { MemoryKv } from "./memory_kv.ts";
import type { NewPointer, OutboxRow, QuarantineRow } from "./rows.ts";
import type { PipelineStore } from "./store.ts";

function receipt(id: string, fields: Partial<OutboxRow> = {}): OutboxRow {
  return { id, orderId: 1, state: "asked", askedAt: 1, dueAt: 1, attempts: 0, at: 1, ...fields };
}

function arrival(...receipts: readonly OutboxRow[]): {
  readonly pointers: readonly NewPointer[];
  readonly receipts: readonly OutboxRow[];
  readonly quarantine: readonly QuarantineRow[];
} {
  return { pointers: [], receipts, quarantine: [] };
}

async function twoProcesses(): Promise<{
  readonly kv: MemoryKv;
  readonly left: PipelineStore;
  readonly right: PipelineStore;
}> {
  const kv = new MemoryKv();
  const options = { clock: new ManualClock(), random: () => 0.5 };
  const left = await new KvStore(kv, options).open();
  const right = await new KvStore(kv, options).open();
  return {
    kv,
    left: left.pipeline("shop", "default"),
    right: right.pipeline("shop", "default"),
  };
}

/** How many keys there are of each kind that begins with this. */
async function kinds(kv: MemoryKv, start: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for await (const { key } of kv.list({ prefix: ["t1"] }, {})) {
    const kind = String(key[1]);
    if (kind.startsWith(start)) found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}

Deno.test("the same event in two processes at once asks for one receipt", async () => {
  const { left, right, kv } = await twoProcesses();
  const events = ["a", "b", "c"].map((id) => receipt(id));
  await Promise.all([
    left.arrive(arrival(...events)),
    right.arrive(arrival(...events.toReversed(), receipt("d"))),
  ]);
  assertEquals((await left.counters()).receipts, { asked: 4 });
  assertEquals(await kinds(kv, "out"), {
    outbox: 4,
    outdue: 4,
    outlog: 4,
    outorder: 4,
    outstate: 4,
  });
});

Deno.test("new receipts and moves at once lose no count", async () => {
  const { left, right } = await twoProcesses();
  const first = receipt("first");
  await left.arrive(arrival(first));
  await Promise.all([
    left.moveReceipt(first, { ...first, state: "reserved", at: 2 }),
    right.arrive(arrival(receipt("second"))),
    right.moveReceipt(first, { ...first, state: "reserved", at: 3 }),
    left.arrive(arrival(receipt("third"))),
  ]);
  assertEquals((await left.counters()).receipts, { asked: 2, reserved: 1 });
});

Deno.test("a receipt that has ended leaves nothing in the queue", async () => {
  const { left, kv } = await twoProcesses();
  const asked = receipt("event");
  await left.arrive(arrival(asked));
  const reserved = receipt("event", { state: "reserved", dueAt: 50, at: 2, attempts: 1 });
  await left.moveReceipt(asked, reserved);
  assertEquals(await kinds(kv, "outdue"), { outdue: 1 });
  await left.moveReceipt(reserved, { ...reserved, state: "sent", at: 3 });
  assertEquals(await kinds(kv, "out"), { outbox: 1, outlog: 1, outorder: 1, outstate: 1 });
});

Deno.test("moveReceipt() keeps id and time of the request", async () => {
  const { left } = await twoProcesses();
  const asked = receipt("event");
  await left.arrive(arrival(asked));
  await assertRejects(
    () => Promise.resolve().then(() => left.moveReceipt(asked, { ...asked, askedAt: 2 })),
    TypeError,
  );
});

Deno.test("ids that are long or odd are receipts of their own", async () => {
  const { left } = await twoProcesses();
  const ids = ["x".repeat(5000), `${"x".repeat(4999)}y`, "with space", "é", "#hash", "\u0000", ""];
  await left.arrive(arrival(...ids.map((id) => receipt(id))));
  assertEquals(
    new Set((await left.dueReceipts(20)).map((row) => row.id)),
    new Set(ids),
  );
});

Deno.test("an arrival that is too large fails alone, not those that come with it", async () => {
  const { left } = await twoProcesses();
  const pointer: NewPointer = {
    orderId: 1,
    origin: "live",
    dueAt: 0,
    receivedAt: 0,
    attempts: 0,
  };
  const odd = { at: 1, reason: "odd", hash: "h", eventId: "x".repeat(70_000) };
  const results = await Promise.allSettled([
    left.arrive({ pointers: [pointer], receipts: [], quarantine: [] }),
    left.arrive({ pointers: [], receipts: [], quarantine: [odd] }),
    left.arrive({ pointers: [{ ...pointer, dueAt: NaN }], receipts: [], quarantine: [] }),
    left.arrive({ pointers: [pointer], receipts: [], quarantine: [] }),
  ]);
  assertEquals(
    results.map((result) => result.status === "fulfilled" ? "kept" : result.reason.name),
    ["kept", "RangeError", "TypeError", "kept"],
  );
  assertEquals((await left.due(10)).length, 2);
});
