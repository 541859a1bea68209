import fc from "fast-check";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { checkpoint } from "./conformance_fixture.ts";
import { UnreadableRowError } from "./codec.ts";
import { accountScope, inboxKey, ledgerKey, pipelineScope } from "./keys.ts";
import { KvStore } from "./kv_store.ts";
import { MemoryKv } from "./memory_kv.ts";
import type { LedgerRow, OutboxRow } from "./rows.ts";
import type { BatchCommit, LaneHold, PipelineStore } from "./store.ts";

interface Setting {
  readonly kv: MemoryKv;
  readonly clock: ManualClock;
  readonly shop: PipelineStore;
}

async function open(): Promise<Setting> {
  const kv = new MemoryKv();
  const clock = new ManualClock();
  const store = await new KvStore(kv, { clock, random: () => 0.5 }).open();
  return { kv, clock, shop: store.pipeline("shop", "default") };
}

const row: LedgerRow = { orderId: 1, outcome: "delivered", at: 1, steps: [] };
const receipt: OutboxRow = {
  id: "event",
  orderId: 1,
  state: "asked",
  askedAt: 1,
  dueAt: 1,
  attempts: 0,
  at: 1,
};
const batch: BatchCommit = {
  before: new Map(),
  ledger: [row, { ...row, orderId: 2, outcome: "dead", rule: "not-found" }],
  dead: [{ orderId: 2, reason: "not-found", detail: "", at: 1, attempts: 0 }],
  links: [{ original: 1, refund: 3, lines: [{ sku: "S", quantity: 1, amount: "1.00" }] }],
  pointers: [],
  done: [],
  receipts: [receipt],
  checkpoint: checkpoint({ total: 0, state: "running" }),
  holes: {
    open: [{ from: 9, to: 10, since: 1, dueAt: 1, tries: 0, detail: "Sitoo answered 500" }],
    closed: [],
  },
  sweep: { next: 1, newAt: 1, healed: 0 },
  confirm: [{
    orderId: 1,
    sentId: "1",
    acceptedAt: 1,
    dueAt: 1,
    tries: 0,
    expected: {
      total: "1",
      status: "complete",
      isValid: true,
      lines: 1,
      quantityRefunded: 0,
      refunded: "0",
    },
  }],
  missedWindow: 0,
};

/** A store in which there is a row of every kind. */
async function filled(): Promise<Setting & { readonly hold: LaneHold }> {
  const setting = await open();
  const { shop, clock } = setting;
  await shop.arrive({
    pointers: [{ orderId: 1, origin: "live", dueAt: 0, receivedAt: 0, attempts: 0 }],
    receipts: [{ ...receipt, id: "other" }],
    quarantine: [{ at: 1, reason: "odd", hash: "h" }],
  });
  const hold = await shop.acquireLane("holder", "f");
  assert(hold !== undefined);
  await shop.renewLane(hold, { ids: [1], takeovers: 0 });
  await shop.commit(hold, batch);
  await shop.setConnection("sitoo", { state: "down", since: 1 });
  await shop.setAccount({ keys: ["k"], ids: "i" });
  await shop.setCutOver(1);
  await shop.cache.set("key", 1, 1000);
  await clock.advance(1);
  return { ...setting, hold };
}

/** Writes this over every row of the store but its marks; how many there were. */
async function spoil(kv: MemoryKv, value: (key: Deno.KvKey) => unknown): Promise<number> {
  let rows = 0;
  for await (const { key } of kv.list({ prefix: ["t1"] }, {})) {
    const operation = kv.atomic();
    operation.set(key, value(key));
    await operation.commit();
    rows++;
  }
  return rows;
}

/** Everything that a running pipeline does with its store. */
async function useAll({ shop, clock }: Setting): Promise<void> {
  await shop.due(10);
  await shop.inboxSummary(10);
  await shop.quarantine(10);
  await shop.laneHolder();
  await shop.ledger([1, 2]);
  for await (const ledgerRow of shop.ledgerRange(0, 10)) assert(ledgerRow.orderId < 10);
  await shop.links([1]);
  await shop.linksOf(3);
  await shop.deadLetters(10);
  await shop.dueReceipts(10);
  await shop.receipts(10);
  await shop.moveReceipt(receipt, { ...receipt, state: "sent" });
  await shop.toConfirm(10);
  await shop.checkpoint();
  assertEquals((await shop.holes(10)).map(({ from, to }) => [from, to]), [[9, 10]]);
  await shop.counters();
  await shop.sweep();
  await shop.connections();
  await shop.account();
  await shop.cutOver();
  await shop.cache.get("key");
  await shop.cancelBackfill();
  await clock.advance(100_000);
  const hold = await shop.acquireLane("next", "f");
  assert(hold !== undefined, "the lane is blocked");
  await shop.renewLane(hold, { ids: [1], takeovers: 0 });
  await shop.commit(hold, batch);
  await shop.arrive({ pointers: [], receipts: [receipt], quarantine: [] });
  await shop.requestBackfill(checkpoint({ total: 0 }));
  await shop.setCutOver(9);
  assertEquals((await shop.ledger([1])).get(1), row);
}

/** A row of a later version is no spoilt row: it must be left alone, and says so. */
function isLater(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("v" in value)) return false;
  return typeof value.v === "number" && Number.isInteger(value.v) && value.v > 1;
}

const json = fc.jsonValue().filter((value) => !isLater(value)).map((value) =>
  new TextEncoder().encode(JSON.stringify(value))
);
const spoilt = fc.oneof(
  json,
  fc.dictionary(fc.constantFrom("v", "state", "at", "id", "ids", "value", "steps"), fc.jsonValue())
    .map((value) => new TextEncoder().encode(JSON.stringify({ ...value, v: 1 }))),
  fc.uint8Array({ maxLength: 40 }),
  fc.string(),
  fc.double(),
  fc.constant(null),
  fc.constant(undefined),
);

Deno.test("no content of any row stops the pipeline", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(spoilt, { minLength: 1, maxLength: 6 }), async (values) => {
      const setting = await filled();
      let index = 0;
      const rows = await spoil(setting.kv, () => values[index++ % values.length]);
      assert(rows >= 20, `only ${rows} rows were spoilt`);
      await useAll(setting);
    }),
    { numRuns: 150 },
  );
});

Deno.test("no single spoilt row stops the pipeline", async () => {
  const { kv } = await filled();
  let rows = 0;
  for await (const _ of kv.list({ prefix: ["t1"] }, {})) rows++;
  for (let spoiltRow = 0; spoiltRow < rows; spoiltRow++) {
    const setting = await filled();
    let index = 0;
    for await (const entry of setting.kv.list({ prefix: ["t1"] }, {})) {
      if (index++ !== spoiltRow) continue;
      const operation = setting.kv.atomic();
      operation.set(entry.key, new Uint8Array([0]));
      await operation.commit();
    }
    await useAll(setting);
  }
});

Deno.test("an inbox row with a spoilt value still has its order looked at", async () => {
  const { kv, shop, clock } = await open();
  const key = inboxKey(pipelineScope("shop"), { dueAt: 5, orderId: 77, unique: "u" });
  const operation = kv.atomic();
  operation.set(key, "spoilt");
  await operation.commit();
  assertEquals(await shop.due(10), [
    { key, orderId: 77, dueAt: 5, receivedAt: 5, origin: "sweep", attempts: 0 },
  ]);
  assert(clock.now() > 5);
});

Deno.test("an inbox row that names no order goes into quarantine, and holds nobody up", async () => {
  const { kv, shop } = await open();
  const prefix = ["t1", "inbox", pipelineScope("shop")];
  const operation = kv.atomic();
  for (let index = 0; index < 20; index++) operation.set([...prefix, 1, `odd-${index}`], index);
  operation.set([...prefix, 2, 7.5, "u"], 1);
  await operation.commit();
  await shop.arrive({
    pointers: [{ orderId: 5, origin: "live", dueAt: 3, receivedAt: 3, attempts: 0 }],
    receipts: [],
    quarantine: [],
  });
  assertEquals((await shop.due(1)).map((due) => due.orderId), [5]);
  const kept = await shop.quarantine(100);
  assertEquals(kept.length, 21);
  assertEquals(new Set(kept.map((odd) => odd.reason)), new Set(["unreadable-row"]));
  assertEquals((await shop.due(100)).length, 1);
  assertEquals((await shop.quarantine(100)).length, 21, "put away twice");
});

Deno.test("a row of a later version is left as it is", async () => {
  const { kv, shop } = await open();
  const later = new TextEncoder().encode(JSON.stringify({ v: 2, something: "else" }));
  const inbox = inboxKey(pipelineScope("shop"), { dueAt: 5, orderId: 7, unique: "u" });
  const ledger = ledgerKey(accountScope("shop", "default"), 7);
  const operation = kv.atomic();
  operation.set(inbox, later);
  operation.set(ledger, later);
  await operation.commit();
  assertEquals(await shop.due(10), []);
  await assertRejects(() => shop.ledger([7]), UnreadableRowError, "update it");
  assertEquals((await kv.get(inbox)).value, later);
  assertEquals((await kv.get(ledger)).value, later);
});

Deno.test("a receipt with a spoilt row is never sent, nor asked for again", async () => {
  const { kv, shop } = await open();
  const arrival = { pointers: [], receipts: [receipt], quarantine: [] };
  await shop.arrive(arrival);
  const operation = kv.atomic();
  operation.set(["t1", "outbox", accountScope("shop", "default"), "event"], "spoilt");
  await operation.commit();
  assertEquals(await shop.dueReceipts(10), []);
  await shop.arrive(arrival);
  assertEquals(await shop.dueReceipts(10), []);
  assertEquals(await shop.moveReceipt(receipt, { ...receipt, state: "reserved" }), false);
});
