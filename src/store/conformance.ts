/** What every store must do, whatever database is behind it. */
import { assert, assertEquals } from "../std/assert.ts";
import type { Clock } from "../time/clock.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { Checkpoint, LedgerRow, NewPointer, OutboxRow } from "./rows.ts";
import type { BatchCommit, LaneHold, PipelineStore, Store } from "./store.ts";

/** Opens an empty store; whatever it stands on goes away with it. */
export type StoreFactory = (clock: Clock) => Promise<Store>;

const empty: BatchCommit = {
  before: new Map(),
  ledger: [],
  dead: [],
  links: [],
  pointers: [],
  done: [],
  receipts: [],
  missedWindow: 0,
};

interface Setting {
  readonly clock: ManualClock;
  readonly store: Store;
  /** Pipeline "shop" under the account "default". */
  readonly shop: PipelineStore;
}

const rules: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  "due() gives rows by due time, whatever the order they came in": async ({ shop, clock }) => {
    const now = clock.now();
    const offsets = [-5, 3, -1, 0, -1000, -4];
    for (const [index, offset] of offsets.entries()) {
      await arrive(shop, [pointer(index, { dueAt: now + offset })]);
    }
    assertEquals((await shop.due(10)).map((row) => row.dueAt - now), [-1000, -5, -4, -1, 0]);
    assertEquals((await shop.due(2)).map((row) => row.orderId), [4, 0]);
    await clock.advance(3);
    assertEquals((await shop.due(10)).length, 6);
  },

  "a pointer comes back as it went in": async ({ shop }) => {
    const full = pointer(9, { site: 2, origin: "refund", receivedAt: 5, attempts: 3, force: true });
    await arrive(shop, [full, pointer(9)]);
    const rows = (await shop.due(10)).map(({ key: _, ...row }) => row);
    assertEquals(rows.toSorted((a, b) => b.attempts - a.attempts), [full, pointer(9)]);
  },

  "rows of one order and time are kept apart": async ({ shop }) => {
    await Promise.all(Array.from({ length: 50 }, () => arrive(shop, [pointer(1)])));
    const rows = await shop.due(100);
    assertEquals(rows.length, 50);
    assertEquals(new Set(rows.map((row) => JSON.stringify(row.key))).size, 50);
  },

  "arrive() takes more than one commit holds": async ({ shop }) => {
    const pointers = Array.from({ length: 2500 }, (_, index) => pointer(index));
    const receipts = Array.from({ length: 700 }, (_, index) => receipt(`event-${index}`, index));
    await shop.arrive({ pointers, receipts, quarantine: [] });
    assertEquals((await shop.due(5000)).length, 2500);
    assertEquals((await shop.counters()).receipts, { asked: 700 });
  },

  "inboxSummary() counts what is due and what comes later, within bounds": async (setting) => {
    const { shop, clock } = setting;
    const now = clock.now();
    assertEquals(await shop.inboxSummary(100), { due: 0, later: 0 });
    await arrive(shop, [
      pointer(1, { dueAt: now - 10, receivedAt: now - 900 }),
      pointer(2, { dueAt: now, receivedAt: now - 50 }),
      pointer(3, { dueAt: now + 70, receivedAt: now - 9000 }),
      pointer(4, { dueAt: now + 80 }),
    ]);
    const all = { due: 2, later: 2, oldest: now - 900, nextDueAt: now + 70 };
    assertEquals(await shop.inboxSummary(100), all);
    assertEquals(await shop.inboxSummary(3), { ...all, later: 1 });
    assertEquals((await shop.inboxSummary(1)).due, 1);
  },

  "quarantine() gives what was odd, last one first": async ({ shop }) => {
    const rows = [1, 2, 3].map((at) => ({ at, reason: "odd", hash: `hash-${at}`, orderId: at }));
    await shop.arrive({ pointers: [], receipts: [], quarantine: rows });
    assertEquals(await shop.quarantine(2), rows.toReversed().slice(0, 2));
  },

  "the inbox and the lane belong to the pipeline, the rest to the account": async (setting) => {
    const { store, shop } = setting;
    const staging = store.pipeline("shop", "staging");
    const other = store.pipeline("other", "default");
    await shop.arrive({ pointers: [pointer(1)], receipts: [receipt("e", 1)], quarantine: [] });
    const hold = await acquire(shop);
    await shop.commit(hold, { ...empty, ledger: [ledgerRow(1)], sweep: sweep() });
    await shop.setCutOver(5);
    await shop.cache.set("key", 1, 1000);
    assertEquals((await staging.due(5)).length, 1);
    assertEquals(await staging.acquireLane("b", "f"), undefined);
    assertEquals((await staging.ledger([1])).size, 0);
    assertEquals(await staging.counters(), await other.counters());
    assertEquals(await staging.receipts(5), []);
    assertEquals(await staging.cutOver(), undefined);
    assertEquals(await staging.sweep(), undefined);
    assertEquals(await staging.cache.get("key"), undefined);
    assertEquals(await other.due(5), []);
    assert(await other.acquireLane("b", "f") !== undefined);
  },

  "names never run into each other": async ({ store }) => {
    await store.pipeline("a", "b-c").setCutOver(1);
    await store.pipeline("a-b", "c").setCutOver(2);
    assertEquals(await store.pipeline("a", "b-c").cutOver(), 1);
  },

  "the lane has one holder until it lets go or its lease runs out": async ({ shop, clock }) => {
    const first = await acquire(shop, "a");
    assertEquals(await shop.acquireLane("b", "f"), undefined);
    assertEquals((await shop.laneHolder())?.holder, "a");
    await clock.advance(9_000);
    await shop.renewLane(first, { ids: [1, 2], takeovers: 0 });
    await clock.advance(9_000);
    assertEquals(await shop.acquireLane("b", "f"), undefined);
    assertEquals((await shop.laneHolder())?.inHand, 2);
    await shop.releaseLane(first);
    assertEquals(await shop.laneHolder(), undefined);
    const second = await acquire(shop, "b");
    assert(second.epoch > first.epoch);
    await clock.advance(10_001);
    assertEquals(await shop.laneHolder(), undefined);
    assert((await acquire(shop, "c")).epoch > second.epoch);
  },

  "a batch in hand is handed on until it is committed": async ({ shop, clock }) => {
    const claim = { ids: [4, 5], takeovers: 1 };
    await shop.renewLane(await acquire(shop, "a"), claim);
    await clock.advance(11_000);
    assertEquals((await acquire(shop, "b")).inHand, claim);
    // "b" died before it did anything.
    await clock.advance(11_000);
    const third = await acquire(shop, "c");
    assertEquals(third.inHand, claim);
    await shop.commit(third, empty);
    await clock.advance(11_000);
    assertEquals((await acquire(shop, "d")).inHand, { ids: [], takeovers: 0 });
  },

  "a ledger row comes back as it went in": async ({ shop }) => {
    const full: Required<LedgerRow> = {
      orderId: 3,
      outcome: "waiting",
      rule: "open",
      at: 1,
      since: 2,
      nextLookAt: 3,
      hash: "hash",
      sentId: "till-3",
      total: "199.20",
      currency: "SEK",
      store: "s1",
      day: "2026-01-15",
      acceptedAt: 4,
      confirmedAt: 5,
      mark: "mark",
      steps: [{ at: 1, what: "read" }, { at: 2, what: "pushed", detail: "199.20 SEK" }],
    };
    await shop.commit(await acquire(shop), { ...empty, ledger: [full, ledgerRow(1)] });
    assertEquals(
      await shop.ledger([1, 2, 3]),
      new Map([[1, ledgerRow(1)], [3, full]]),
    );
  },

  "ledgerRange() streams ascending, the end left out": async ({ shop }) => {
    const hold = await acquire(shop);
    const ids = Array.from({ length: 1200 }, (_, index) => 1199 - index);
    for (const part of [ids.slice(0, 700), ids.slice(700)]) {
      await shop.commit(hold, { ...empty, ledger: part.map((id) => ledgerRow(id)) });
    }
    const seen: number[] = [];
    for await (const row of shop.ledgerRange(5, 1199)) seen.push(row.orderId);
    assertEquals(seen, Array.from({ length: 1194 }, (_, index) => index + 5));
    for await (const row of shop.ledgerRange(0, Number.MAX_SAFE_INTEGER)) {
      assertEquals(row.orderId, 0);
      break;
    }
  },

  "history is asked for once, and moved by the lane's holder": async ({ shop, clock }) => {
    const hold = await acquire(shop);
    const first = checkpoint({ startedAt: clock.now() });
    assertEquals(await shop.requestBackfill(first), true);
    assertEquals(await shop.requestBackfill(checkpoint({ next: 9 })), false);
    const running = { ...first, state: "running" as const, next: 100 };
    await shop.commit(hold, { ...empty, checkpoint: running });
    assertEquals(await shop.checkpoint(), running);
    assertEquals(await shop.requestBackfill(checkpoint()), false);
    await shop.commit(hold, { ...empty, checkpoint: { ...running, state: "done" } });
    assertEquals(await shop.requestBackfill(checkpoint({ startedAt: clock.now() + 1 })), true);
  },

  "a run that was stopped stays stopped, and keeps its progress": async ({ shop, clock }) => {
    const hold = await acquire(shop);
    const run = checkpoint({ state: "running", startedAt: clock.now() });
    await shop.commit(hold, { ...empty, checkpoint: run });
    await clock.advance(5);
    await shop.cancelBackfill();
    await shop.commit(hold, { ...empty, checkpoint: { ...run, next: 300, updatedAt: 7 } });
    const stopped = { ...run, state: "stopped" as const, next: 300, updatedAt: 7 };
    assertEquals(await shop.checkpoint(), stopped);
    // A new request wins over what is left of the old run.
    const again = checkpoint({ startedAt: clock.now() });
    assertEquals(await shop.requestBackfill(again), true);
    await shop.commit(hold, { ...empty, checkpoint: { ...run, next: 400 } });
    assertEquals(await shop.checkpoint(), again);
  },

  "a receipt's event asks once, and its row moves by one only": async ({ shop, clock }) => {
    const asked = receipt("event", 1);
    await Promise.all(
      Array.from(
        { length: 5 },
        () => shop.arrive({ pointers: [pointer(1)], receipts: [asked], quarantine: [] }),
      ),
    );
    assertEquals((await shop.due(10)).length, 5);
    assertEquals(await shop.dueReceipts(10), [asked]);
    const reserved: OutboxRow = { ...asked, state: "reserved", at: 5, dueAt: clock.now() + 50 };
    const moves = await Promise.all([1, 2, 3].map(() => shop.moveReceipt(asked, reserved)));
    assertEquals(moves.filter(Boolean).length, 1);
    assertEquals(await shop.dueReceipts(10), []);
    await clock.advance(50);
    assertEquals(await shop.dueReceipts(10), [reserved]);
    const sent: OutboxRow = { ...reserved, state: "sent", at: 6 };
    assertEquals(await shop.moveReceipt(reserved, sent), true);
    assertEquals(await shop.moveReceipt(reserved, sent), false);
    assertEquals(await shop.dueReceipts(10), []);
    assertEquals(await shop.receipts(10), [sent]);
    // The event comes once more.
    await shop.arrive({ pointers: [], receipts: [asked], quarantine: [] });
    assertEquals(await shop.receipts(10), [sent]);
    assertEquals((await shop.counters()).receipts, { sent: 1 });
  },

  "receipts of a batch leave those alone that exist": async ({ shop }) => {
    const asked = receipt("sale-1", 1);
    const hold = await acquire(shop);
    await shop.commit(hold, { ...empty, receipts: [asked] });
    await shop.moveReceipt(asked, { ...asked, state: "sent", at: 9 });
    await shop.commit(hold, { ...empty, receipts: [asked, receipt("sale-2", 2)] });
    assertEquals((await shop.counters()).receipts, { asked: 1, sent: 1 });
  },

  "dueReceipts() gives the oldest first, receipts() the latest asked": async ({ shop }) => {
    const rows = [30, 10, 20].map((at) => ({ ...receipt(`e-${at}`, at), askedAt: at, dueAt: at }));
    await shop.arrive({ pointers: [], receipts: rows, quarantine: [] });
    assertEquals((await shop.dueReceipts(2)).map((row) => row.dueAt), [10, 20]);
    assertEquals((await shop.receipts(2)).map((row) => row.askedAt), [30, 20]);
  },

  "an accepted order is read back when its time comes, until it is confirmed": async (setting) => {
    const { shop, clock } = setting;
    const hold = await acquire(shop);
    const row = {
      orderId: 1,
      sentId: "till-1",
      acceptedAt: 1,
      dueAt: clock.now() + 10,
      tries: 0,
      expected: {
        total: "1.00",
        status: "complete",
        isValid: true,
        lines: 1,
        quantityRefunded: 0,
        refunded: "0.00",
      },
    };
    await shop.commit(hold, { ...empty, confirm: [row] });
    assertEquals(await shop.toConfirm(5), []);
    await clock.advance(10);
    assertEquals(await shop.toConfirm(5), [row]);
    const later = { ...row, dueAt: clock.now() + 10, tries: 1 };
    await shop.commit(hold, { ...empty, confirm: [later] });
    assertEquals(await shop.toConfirm(5), []);
    await clock.advance(10);
    assertEquals(await shop.toConfirm(5), [later]);
    await shop.commit(hold, { ...empty, confirmed: [1] });
    assertEquals(await shop.toConfirm(5), []);
  },

  "sweep, account, cut-over and connections are kept": async ({ shop }) => {
    await shop.commit(await acquire(shop), { ...empty, sweep: sweep() });
    assertEquals(await shop.sweep(), sweep());
    await shop.setAccount({ keys: ["k1"], ids: "till" });
    assertEquals(await shop.account(), { keys: ["k1"], ids: "till" });
    assertEquals(await shop.cutOver(), undefined);
    await Promise.all([shop.setCutOver(7), shop.setCutOver(8)]);
    const cutOver = await shop.cutOver();
    await shop.setCutOver(9);
    assertEquals(await shop.cutOver(), cutOver);
    await shop.setConnection("sitoo", { state: "paused", since: 1, detail: "401" });
    await shop.setConnection("ometriaEmail", { state: "ok", since: 2 });
    assertEquals(
      await shop.connections(),
      new Map([
        ["sitoo", { state: "paused", since: 1, detail: "401" }],
        ["ometriaEmail", { state: "ok", since: 2 }],
      ]),
    );
  },

  "the cache keeps a value for its time, under any key": async ({ shop, clock }) => {
    const odd = `${"long ".repeat(1000)}\u0000é`;
    await shop.cache.set(odd, { names: ["a", null] }, 1000);
    await shop.cache.set("short", false, Infinity);
    assertEquals(await shop.cache.get(odd), { names: ["a", null] });
    await clock.advance(1000);
    assertEquals(await shop.cache.get(odd), undefined);
    assertEquals(await shop.cache.get("short"), false);
  },

  "who asked to be forgotten is known, in any number": async ({ store }) => {
    const hashes = Array.from({ length: 25 }, (_, index) => `hash-${index}`);
    for (const hash of hashes.slice(0, 12)) await store.forget(hash);
    await store.forget("hash-0");
    assertEquals(await store.forgotten(hashes), new Set(hashes.slice(0, 12)));
    assertEquals(await store.forgotten([]), new Set());
  },

  "onArrival() tells of what is due now, of receipts and of history": async (setting) => {
    const { store, shop, clock } = setting;
    let calls = 0;
    const stop = store.pipeline("shop", "staging").onArrival(() => calls++);
    const hold = await acquire(shop);
    await shop.commit(hold, { ...empty, pointers: [pointer(1, { dueAt: clock.now() + 5 })] });
    assertEquals(calls, 0);
    await arrive(shop, [pointer(1)]);
    await shop.commit(hold, { ...empty, pointers: [pointer(1)] });
    await shop.commit(hold, { ...empty, receipts: [receipt("sale-1", 1)] });
    await shop.requestBackfill(checkpoint());
    await arrive(store.pipeline("other", "default"), [pointer(1)]);
    assertEquals(calls, 4);
    stop();
    stop();
    await arrive(shop, [pointer(1)]);
    assertEquals(calls, 4);
  },

  "a listener that fails does not fail the arrival": async ({ shop }) => {
    shop.onArrival(() => {
      throw new Error("Listener is broken");
    });
    await arrive(shop, [pointer(1)]);
    assertEquals((await shop.due(5)).length, 1);
  },

  "the store answers": async ({ store }) => {
    assertEquals(await store.ping(), true);
    const secrets = await Promise.all([store.secret(), store.secret()]);
    assertEquals(secrets[0], secrets[1]);
    assert((secrets[0]?.length ?? 0) >= 32);
  },
};

/** Declares the tests of the suite for one kind of store. */
export function testConformance(kind: string, open: StoreFactory): void {
  for (const [rule, check] of Object.entries(rules)) {
    Deno.test(`${kind}: ${rule}`, async () => {
      const clock = new ManualClock();
      await using store = await open(clock);
      await check({ clock, store, shop: store.pipeline("shop", "default") });
    });
  }
}

async function acquire(store: PipelineStore, holder = "holder"): Promise<LaneHold> {
  const hold = await store.acquireLane(holder, "fingerprint");
  assert(hold !== undefined, "the lane is not free");
  return hold;
}

function arrive(store: PipelineStore, pointers: readonly NewPointer[]): Promise<void> {
  return store.arrive({ pointers, receipts: [], quarantine: [] });
}

function pointer(orderId: number, fields: Partial<NewPointer> = {}): NewPointer {
  return { orderId, origin: "live", dueAt: 0, receivedAt: 0, attempts: 0, ...fields };
}

function ledgerRow(orderId: number): LedgerRow {
  return { orderId, outcome: "delivered", at: 1, steps: [] };
}

function receipt(id: string, orderId: number): OutboxRow {
  return { id, orderId, state: "asked", askedAt: 1, dueAt: 1, attempts: 0, at: 1 };
}

function sweep(): { next: number; newAt: number; changedDay: string; healed: number } {
  return { next: 5, newAt: 6, changedDay: "2026-01-15", healed: 7 };
}

function checkpoint(fields: Partial<Checkpoint> = {}): Checkpoint {
  return {
    state: "requested",
    next: 0,
    total: 10,
    read: 0,
    delivered: 0,
    unchanged: 0,
    linked: 0,
    skipped: 0,
    waiting: 0,
    dead: 0,
    young: 0,
    startedAt: 1,
    updatedAt: 1,
    fingerprint: "f",
    ...fields,
  };
}
