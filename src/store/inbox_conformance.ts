import { assert, assertEquals } from "../std/assert.ts";
import {
  acquire,
  arrive,
  checkpoint,
  ledgerRow,
  pointer,
  receipt,
  type Rules,
  sweep,
} from "./conformance_fixture.ts";
import { emptyCommit } from "./store.ts";

/** What a store does with arrivals and the lane. */
export const inboxRules: Rules = {
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

  "orderRows() finds what stands for one order, now and later": async ({ shop, clock }) => {
    const later = pointer(9, { dueAt: clock.now() + 86_400_000 });
    await arrive(shop, [later, pointer(8), pointer(9)]);
    const asked = [receipt("event-1", 9), receipt("event-2", 8), receipt("sale-9", 9)];
    await shop.arrive({ pointers: [], receipts: asked, quarantine: [] });
    const dead = { orderId: 9, reason: "bad-date", detail: "1999", at: 5, attempts: 2 };
    const hold = await acquire(shop);
    await shop.commit(hold, { ...emptyCommit, dead: [dead, { ...dead, orderId: 8 }] });
    const rows = await shop.orderRows(9);
    assertEquals(rows.pointers.map((row) => row.dueAt), [0, later.dueAt]);
    assertEquals(rows.receipts.map((row) => row.id).toSorted(), ["event-1", "sale-9"]);
    assertEquals([rows.dead, rows.cut], [dead, false]);
    const none = { pointers: [], receipts: [], cut: false };
    assertEquals(await shop.orderRows(10), none);
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

  "inboxRows() gives all rows by due time, however many there are": async ({ shop, clock }) => {
    const now = clock.now();
    const pointers = Array.from(
      { length: 1200 },
      (_, index) => pointer(index, { dueAt: now + 600 - index }),
    );
    await shop.arrive({ pointers, receipts: [], quarantine: [] });
    const ids = (await Array.fromAsync(shop.inboxRows())).map((row) => row.orderId);
    assertEquals(ids, pointers.map((one) => one.orderId).toReversed());
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
    await shop.commit(hold, { ...emptyCommit, ledger: [ledgerRow(1)], sweep: sweep() });
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
    const taken = clock.now();
    const first = await shop.acquireLane("a", "f", "server");
    assert(first !== undefined);
    assertEquals(await shop.acquireLane("b", "f"), undefined);
    assertEquals((await shop.laneHolder())?.holder, "a");
    await clock.advance(9_000);
    await shop.renewLane(first, { ids: [1, 2], takeovers: 0 });
    await clock.advance(9_000);
    assertEquals(await shop.acquireLane("b", "f"), undefined);
    const { since, mode, inHand } = await shop.laneHolder() ?? {};
    assertEquals([since, mode, inHand], [taken, "server", 2]);
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
    await shop.commit(third, emptyCommit);
    await clock.advance(11_000);
    assertEquals((await acquire(shop, "d")).inHand, { ids: [], takeovers: 0 });
  },

  "onArrival() tells of what is due now, of receipts and of history": async (setting) => {
    const { store, shop, clock } = setting;
    let calls = 0;
    const stop = store.pipeline("shop", "staging").onArrival(() => calls++);
    const hold = await acquire(shop);
    await shop.commit(hold, { ...emptyCommit, pointers: [pointer(1, { dueAt: clock.now() + 5 })] });
    assertEquals(calls, 0);
    await arrive(shop, [pointer(1)]);
    await shop.commit(hold, { ...emptyCommit, pointers: [pointer(1)] });
    await shop.commit(hold, { ...emptyCommit, receipts: [receipt("sale-1", 1)] });
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
