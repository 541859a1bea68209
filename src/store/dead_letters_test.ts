import { assertEquals } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { DeadLetter, LedgerRow } from "./rows.ts";
import { openMemoryStore } from "./testing.ts";

Deno.test("discardDead() takes only letters away that stand as they were seen", async () => {
  await using all = await openMemoryStore(new ManualClock());
  const store = all.pipeline("shop", "default");
  const hold = await store.acquireLane("holder", "f");
  if (hold === undefined) throw new Error("The lane is taken");
  const letter = (orderId: number, at = 1): DeadLetter => ({
    orderId,
    reason: "not-found",
    detail: "",
    at,
    attempts: 10,
  });
  const bury = (ids: readonly number[], at: number): Promise<void> =>
    store.commit(hold, {
      before: new Map(),
      ledger: ids.map((orderId): LedgerRow => ({
        orderId,
        outcome: "dead",
        rule: "not-found",
        at,
        steps: [],
      })),
      dead: ids.map((orderId) => letter(orderId, at)),
      links: [],
      pointers: [],
      done: [],
      receipts: [],
      missedWindow: 0,
    });
  await bury([1, 2, 3], 1);
  const seen = await store.deadLetters(10);
  await bury([2], 2);
  assertEquals(await store.discardDead([...seen, letter(9)]), 2);
  assertEquals((await store.deadLetters(10)).map(({ orderId }) => orderId), [2]);
  const rows = await store.ledger([1, 2, 3]);
  assertEquals([...rows.values()].map(({ outcome }) => outcome), ["dead", "dead", "dead"]);
  assertEquals(await store.discardDead(seen), 0);
});
