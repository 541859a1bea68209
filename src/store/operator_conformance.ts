/** Rules of what operators look at: dead letters by page and reason, and the figures of the charts. */
import { assertEquals } from "../std/assert.ts";
import { acquire, arrive, ledgerRow, pointer, type Rules } from "./conformance_fixture.ts";
import type { DeadLetter, LedgerRow } from "./rows.ts";
import { type BatchCommit, emptyCommit, type LaneHold, type PipelineStore } from "./store.ts";

const slot = 300_000;

function letter(orderId: number, reason: string, at = 1): DeadLetter {
  return { orderId, reason, detail: "", at, attempts: 10 };
}

function deadRow(orderId: number): LedgerRow {
  return { orderId, outcome: "dead", rule: "not-found", at: 1, steps: [] };
}

function bury(
  store: PipelineStore,
  hold: LaneHold,
  letters: readonly DeadLetter[],
): Promise<void> {
  const ledger = letters.map(({ orderId }) => deadRow(orderId));
  return store.commit(hold, { ...emptyCommit, ledger, dead: letters });
}

async function ids(letters: Promise<readonly DeadLetter[]>): Promise<readonly number[]> {
  return (await letters).map(({ orderId }) => orderId);
}

export const operatorRules: Rules = {
  "dead letters are read page by page, of all reasons or of one": async ({ shop }) => {
    const hold = await acquire(shop);
    const letters = Array.from({ length: 25 }, (_, n) => letter(n, n % 3 === 0 ? "odd" : "late"));
    await bury(shop, hold, letters);
    assertEquals(await ids(shop.deadLetters(4)), [24, 23, 22, 21]);
    assertEquals(await ids(shop.deadLetters(4, { before: 21 })), [20, 19, 18, 17]);
    assertEquals(await ids(shop.deadLetters(4, { before: 2 })), [1, 0]);
    assertEquals(await ids(shop.deadLetters(4, { reason: "odd" })), [24, 21, 18, 15]);
    assertEquals(await ids(shop.deadLetters(9, { reason: "odd", before: 15 })), [12, 9, 6, 3, 0]);
    assertEquals(await ids(shop.deadLetters(9, { reason: "none" })), []);
    assertEquals(await shop.deadLetter(21), letter(21, "odd"));
    assertEquals(await shop.deadLetter(99), undefined);
  },

  "a dead letter is listed under its last reason alone, and nowhere once it is gone": async (
    { shop },
  ) => {
    const hold = await acquire(shop);
    await bury(shop, hold, [letter(1, "late"), letter(2, "late"), letter(3, "late")]);
    await bury(shop, hold, [letter(2, "odd", 2)]);
    assertEquals(await ids(shop.deadLetters(9, { reason: "late" })), [3, 1]);
    assertEquals(await ids(shop.deadLetters(9, { reason: "odd" })), [2]);
    await shop.commit(hold, { ...emptyCommit, ledger: [ledgerRow(3)] });
    await shop.discardDead([letter(1, "late")]);
    assertEquals(await ids(shop.deadLetters(9, { reason: "late" })), []);
    assertEquals(await ids(shop.deadLetters(9)), [2]);
  },

  "activity() adds up what batches did, by five minutes": async ({ shop, clock }) => {
    const hold = await acquire(shop);
    const start = Math.floor(clock.now() / slot) * slot;
    const accept = (orderId: number): LedgerRow => ({
      ...ledgerRow(orderId),
      acceptedAt: clock.now(),
    });
    const commit = (batch: Partial<BatchCommit>): Promise<void> =>
      shop.commit(hold, { ...emptyCommit, ...batch });
    await arrive(shop, [
      pointer(1, { receivedAt: clock.now() - 4000 }),
      pointer(2, { receivedAt: clock.now() - 90_000, origin: "sweep" }),
    ]);
    await commit({ ledger: [accept(1), accept(2)], done: await shop.due(9) });
    // Read again, unchanged: Ometria has not accepted it anew.
    const known = await shop.ledger([1]);
    await commit({ before: known, ledger: [...known.values()] });
    await commit({ ledger: [deadRow(3)], dead: [letter(3, "odd")] });
    assertEquals(await shop.activity(start), [{ at: start, accepted: 2, dead: 1, lag: 4000 }]);
    await clock.advance(2 * slot);
    await commit({ ledger: [accept(4)] });
    const later = { at: start + 2 * slot, accepted: 1, dead: 0, lag: 0 };
    assertEquals((await shop.activity(start)).slice(1), [later]);
    assertEquals(await shop.activity(start + slot), [later]);
    assertEquals(await shop.activity(start + 3 * slot), []);
  },

  "counters() add up how lines matched the products of the last day that had any": async (
    { shop, clock },
  ) => {
    const hold = await acquire(shop);
    const commit = (products: BatchCommit["products"]): Promise<void> =>
      shop.commit(hold, { ...emptyCommit, ...(products === undefined ? {} : { products }) });
    const day = (): string => new Date(clock.now()).toISOString().slice(0, 10);
    assertEquals((await shop.counters()).products, undefined);
    await commit({ hits: 3, misses: ["A", "B", "A"] });
    await commit(undefined);
    await commit({ hits: 2, misses: ["B", "C"] });
    const first = { day: day(), matched: 5, missed: 5, unmatched: ["A", "B", "C"] };
    assertEquals((await shop.counters()).products, first);
    await clock.advance(86_400_000);
    assertEquals((await shop.counters()).products, first);
    const again = await acquire(shop);
    const many = Array.from({ length: 120 }, (_, n) => `${n}-${"x".repeat(100)}`);
    await shop.commit(again, { ...emptyCommit, products: { hits: 0, misses: many } });
    const { products } = await shop.counters();
    assertEquals([products?.day, products?.matched, products?.missed], [day(), 0, 120]);
    assertEquals(products?.unmatched.length, 50);
    assertEquals(products?.unmatched[0], many[0]?.slice(0, 64));
  },
};
