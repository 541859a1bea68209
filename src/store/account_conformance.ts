import { assertEquals } from "../std/assert.ts";
import {
  acquire,
  checkpoint,
  ledgerRow,
  pointer,
  receipt,
  type Rules,
  sweep,
} from "./conformance_fixture.ts";
import { emptyCommit } from "./store.ts";
import type { Hole, LedgerRow, OutboxRow } from "./rows.ts";

/** What a store keeps for a pipeline under an account. */
export const accountRules: Rules = {
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
    await shop.commit(await acquire(shop), { ...emptyCommit, ledger: [full, ledgerRow(1)] });
    assertEquals(
      await shop.ledger([1, 2, 3]),
      new Map([[1, ledgerRow(1)], [3, full]]),
    );
  },

  "ledger() answers the same for ids that lie close together, far apart, in any order": async (
    { shop },
  ) => {
    const known = [3, 4, 9, 30, 44, 45, 70, 5_000, 9_000];
    await shop.commit(await acquire(shop), {
      ...emptyCommit,
      ledger: known.map((id) => ledgerRow(id)),
    });
    const close = Array.from({ length: 40 }, (_, index) => 45 - index);
    const far = Array.from({ length: 40 }, (_, index) => index * 250);
    const sparse = Array.from({ length: 30 }, (_, index) => index * 2 + 1);
    for (const ids of [close, far, sparse, [45], [], [9_000, 3]]) {
      const rows = await shop.ledger(ids);
      assertEquals(
        [...rows.keys()].toSorted((left, right) => left - right),
        known.filter((id) => ids.includes(id)),
      );
      for (const [id, row] of rows) assertEquals(row, ledgerRow(id));
    }
  },

  "ledgerRange() streams ascending, the end left out": async ({ shop }) => {
    const hold = await acquire(shop);
    const ids = Array.from({ length: 1200 }, (_, index) => 1199 - index);
    for (const part of [ids.slice(0, 700), ids.slice(700)]) {
      await shop.commit(hold, { ...emptyCommit, ledger: part.map((id) => ledgerRow(id)) });
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
    await shop.commit(hold, { ...emptyCommit, checkpoint: running });
    assertEquals(await shop.checkpoint(), running);
    assertEquals(await shop.requestBackfill(checkpoint()), false);
    await shop.commit(hold, { ...emptyCommit, checkpoint: { ...running, state: "done" } });
    assertEquals(await shop.requestBackfill(checkpoint({ startedAt: clock.now() + 1 })), true);
  },

  "a run that was stopped stays stopped, and keeps its progress": async ({ shop, clock }) => {
    const hold = await acquire(shop);
    const run = checkpoint({ state: "running", startedAt: clock.now() });
    await shop.commit(hold, { ...emptyCommit, checkpoint: run });
    await clock.advance(5);
    await shop.cancelBackfill();
    await shop.commit(hold, { ...emptyCommit, checkpoint: { ...run, next: 300, updatedAt: 7 } });
    const stopped = { ...run, state: "stopped" as const, next: 300, updatedAt: 7 };
    assertEquals(await shop.checkpoint(), stopped);
    // A new request wins over what is left of the old run.
    const again = checkpoint({ startedAt: clock.now() });
    assertEquals(await shop.requestBackfill(again), true);
    await shop.commit(hold, { ...emptyCommit, checkpoint: { ...run, next: 400 } });
    assertEquals(await shop.checkpoint(), again);
  },

  "holes in history are kept until they are closed, lowest id first": async ({ shop }) => {
    const hold = await acquire(shop);
    const hole = (from: number, tries = 0): Hole => ({
      from,
      to: from + 1,
      since: 1,
      dueAt: 2,
      tries,
      detail: "Sitoo answered 500",
    });
    const open = [hole(1_000), hole(20), hole(300)];
    await shop.commit(hold, { ...emptyCommit, holes: { open, closed: [] } });
    assertEquals(await shop.holes(2), [hole(20), hole(300)]);
    const change = { open: [hole(20, 1)], closed: [300, 7] };
    await shop.commit(hold, { ...emptyCommit, holes: change });
    assertEquals(await shop.holes(10), [hole(20, 1), hole(1_000)]);
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
    await shop.commit(hold, { ...emptyCommit, receipts: [asked] });
    await shop.moveReceipt(asked, { ...asked, state: "sent", at: 9 });
    await shop.commit(hold, { ...emptyCommit, receipts: [asked, receipt("sale-2", 2)] });
    assertEquals((await shop.counters()).receipts, { asked: 1, sent: 1 });
  },

  "dueReceipts() gives the oldest first, receipts() the latest asked": async ({ shop }) => {
    const rows = [30, 10, 20].map((at) => ({ ...receipt(`e-${at}`, at), askedAt: at, dueAt: at }));
    await shop.arrive({ pointers: [], receipts: rows, quarantine: [] });
    assertEquals((await shop.dueReceipts(2)).map((row) => row.dueAt), [10, 20]);
    assertEquals((await shop.receipts(2)).map((row) => row.askedAt), [30, 20]);
  },

  "receipts are paged, of all states or of one, and follow their state": async ({ shop }) => {
    // The first two were asked for at the same moment.
    const rows = [10, 10, 20, 30, 40].map((at, index) => ({
      ...receipt(`e-${index}`, index),
      askedAt: at,
    }));
    await shop.arrive({ pointers: [], receipts: rows, quarantine: [] });
    for (const row of rows.slice(0, 4)) await shop.moveReceipt(row, { ...row, state: "unknown" });
    const pages = async (state?: OutboxRow["state"]): Promise<(readonly string[])[]> => {
      const found: (readonly string[])[] = [];
      let before: OutboxRow | undefined;
      do {
        const part = { ...(state === undefined ? {} : { state }) };
        const page = await shop.receipts(2, before === undefined ? part : { ...part, before });
        before = page.at(-1);
        found.push(page.map(({ id }) => id));
      } while (before !== undefined);
      return found;
    };
    assertEquals(await pages(), [["e-4", "e-3"], ["e-2", "e-1"], ["e-0"], []]);
    assertEquals(await pages("unknown"), [["e-3", "e-2"], ["e-1", "e-0"], []]);
    assertEquals(await pages("asked"), [["e-4"], []]);
    assertEquals(await pages("sent"), [[]]);
    const third = await shop.receipt("e-2");
    if (third === undefined) throw new Error("The receipt is gone");
    assertEquals(third.state, "unknown");
    await shop.moveReceipt(third, { ...third, state: "sent" });
    assertEquals(await pages("unknown"), [["e-3", "e-1"], ["e-0"], []]);
    assertEquals(await pages("sent"), [["e-2"], []]);
    assertEquals(await shop.receipt("never"), undefined);
  },

  "skipped receipts are counted by rule, for as long as they are skipped": async ({ shop }) => {
    const rows = [1, 2, 3].map((order) => receipt(`e-${order}`, order));
    await shop.arrive({ pointers: [], receipts: rows, quarantine: [] });
    const skipped = rows.map((row, index): OutboxRow => ({
      ...row,
      state: "skipped",
      reason: index === 0 ? "forgotten" : "refund",
      detail: "why",
    }));
    for (const [index, row] of skipped.entries()) {
      const from = rows[index];
      if (from !== undefined) await shop.moveReceipt(from, row);
    }
    assertEquals((await shop.counters()).receiptsSkipped, { forgotten: 1, refund: 2 });
    const [, second] = skipped;
    if (second === undefined) throw new Error("There is no second receipt");
    const steps = [{ at: 7, act: "mark-sent", from: "skipped" }] as const;
    const sent: OutboxRow = { ...second, state: "sent", steps };
    assertEquals(await shop.moveReceipt(second, sent), true);
    assertEquals(await shop.receipt(second.id), sent);
    const counters = await shop.counters();
    assertEquals(counters.receiptsSkipped, { forgotten: 1, refund: 1 });
    assertEquals(counters.receipts, { sent: 1, skipped: 2 });
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
    await shop.commit(hold, { ...emptyCommit, confirm: [row] });
    assertEquals(await shop.toConfirm(5), []);
    await clock.advance(10);
    assertEquals(await shop.toConfirm(5), [row]);
    const later = { ...row, dueAt: clock.now() + 10, tries: 1 };
    await shop.commit(hold, { ...emptyCommit, confirm: [later] });
    assertEquals(await shop.toConfirm(5), []);
    await clock.advance(10);
    assertEquals(await shop.toConfirm(5), [later]);
    await shop.commit(hold, { ...emptyCommit, confirmed: [1] });
    assertEquals(await shop.toConfirm(5), []);
  },

  "sweep, account, cut-over and connections are kept": async ({ shop }) => {
    await shop.commit(await acquire(shop), { ...emptyCommit, sweep: sweep() });
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

  "prune() takes away what came to a quiet end long ago, and the counters follow": async (
    { shop },
  ) => {
    const hold = await acquire(shop);
    const ledger = Array.from({ length: 900 }, (_, index): LedgerRow => ({
      ...ledgerRow(index + 1),
      ...(index % 3 === 0 ? { outcome: "skipped", rule: "web-copy" } : {}),
    }));
    const others: LedgerRow[] = [
      { ...ledgerRow(901), outcome: "dead", rule: "not-found" },
      { ...ledgerRow(902), outcome: "waiting" },
      { ...ledgerRow(903), acceptedAt: 50 },
      ledgerRow(5_000),
    ];
    const dead = [{ orderId: 901, reason: "not-found", detail: "", at: 1, attempts: 0 }];
    const links = [{ original: 1, refund: 2, lines: [{ sku: "S", quantity: 1, amount: "1.00" }] }];
    await shop.commit(hold, { ...emptyCommit, ledger: ledger.slice(0, 450), links });
    await shop.commit(hold, { ...emptyCommit, ledger: [...ledger.slice(450), ...others], dead });
    assertEquals(await shop.keptFrom(), undefined);
    const removed = await Array.fromAsync(shop.prune({ below: 5_000, endedBefore: 50 }));
    assertEquals(removed.reduce((sum, rows) => sum + rows, 0), 900);
    const left = await Array.fromAsync(shop.ledgerRange(0, 10_000));
    assertEquals(left.map((row) => row.orderId), [901, 902, 903, 5_000]);
    const { delivered, skipped, waiting, deadBy } = await shop.counters();
    assertEquals([delivered, skipped, waiting, deadBy], [2, {}, 1, { "not-found": 1 }]);
    assertEquals((await shop.deadLetters(5)).length, 1);
    assertEquals((await shop.links([1])).size, 1);
    assertEquals(await shop.keptFrom(), 5_000);
    assertEquals(await Array.fromAsync(shop.prune({ below: 100, endedBefore: 50 })), []);
    assertEquals(await shop.keptFrom(), 5_000);
  },

  "a row that prune() takes away beside a batch leaves the counters once": async ({ shop }) => {
    const hold = await acquire(shop);
    const rows = [1, 2, 3].map(ledgerRow);
    await shop.commit(hold, { ...emptyCommit, ledger: rows });
    const before = await shop.ledger([1, 2, 3]);
    await Array.fromAsync(shop.prune({ below: 3, endedBefore: 50 }));
    assertEquals((await shop.counters()).delivered, 1);
    await shop.commit(hold, { ...emptyCommit, before, ledger: rows });
    assertEquals((await shop.counters()).delivered, 3);
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
};
