import type { RefundLink } from "../records/refund_link.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { DeadLetter, InboxRow, LedgerRow, OutboxRow, Step } from "./rows.ts";
import {
  type BatchCommit,
  emptyCommit,
  type LaneHold,
  LaneLostError,
  type PipelineStore,
} from "./store.ts";
import { openMemoryStore } from "./testing.ts";

/** The longest names that a pipeline file may hold. */
const LONGEST = ["n".repeat(32), "a".repeat(32)] as const;

function ledgerRow(orderId: number, fields: Partial<LedgerRow> = {}): LedgerRow {
  return { orderId, outcome: "delivered", at: 1, steps: [], ...fields };
}

function receipt(orderId: number): OutboxRow {
  const id = `sale-${orderId}`;
  return { id, orderId, state: "asked", askedAt: 1, dueAt: 1, attempts: 0, at: 1 };
}

function deadLetter(orderId: number, reason: string): DeadLetter {
  return { orderId, reason, detail: "", at: 1, attempts: 0 };
}

function link(original: number, refund: number, quantity = 1): RefundLink {
  return { original, refund, lines: [{ sku: "SKU-1", quantity, amount: "10.00" }] };
}

function ids(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

async function lane(pipeline: PipelineStore): Promise<LaneHold> {
  const hold = await pipeline.acquireLane("holder", "f");
  assert(hold !== undefined);
  return hold;
}

/** Makes rows due, `each` for every order. */
async function dueRows(
  pipeline: PipelineStore,
  orders: readonly number[],
  each: number,
): Promise<readonly InboxRow[]> {
  const pointers = orders.flatMap((orderId) =>
    Array.from(
      { length: each },
      () => ({ orderId, origin: "live" as const, dueAt: 0, receivedAt: 0, attempts: 0 }),
    )
  );
  await pipeline.arrive({ pointers, receipts: [], quarantine: [] });
  return await pipeline.due(orders.length * each);
}

Deno.test("commit() takes a full batch of the longest rows and names", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline(...LONGEST);
  const hold = await lane(pipeline);
  const orders = ids(9_000_000_000_000, 100);
  const refunds = ids(9_100_000_000_000, 100);
  const steps = Array.from({ length: 8 }, (_, index): Step => ({
    at: 1_900_000_000_000 + index,
    what: "accepted-by-ometria",
    detail: "a detail that is rather long ".repeat(5),
  }));
  const long: Partial<LedgerRow> = {
    hash: "h".repeat(64),
    mark: "m".repeat(64),
    sentId: "till-9000000000000",
    total: "123456789.00",
    currency: "SEK",
    store: "s".repeat(40),
    day: "2026-01-15",
    acceptedAt: 1_900_000_000_000,
    steps,
  };
  const done = await dueRows(pipeline, [...orders, ...refunds], 1);
  const commits = store.commits;
  await pipeline.commit(hold, {
    ...emptyCommit,
    ledger: [
      ...orders.map((id) => ledgerRow(id, long)),
      ...refunds.map((id) => ledgerRow(id, { ...long, outcome: "linked" })),
    ],
    links: refunds.map((refund, index) => link(orders[index] ?? 0, refund)),
    pointers: orders.map((orderId) => ({
      orderId,
      origin: "refund",
      dueAt: 1_900_000_000_000,
      receivedAt: 0,
      attempts: 0,
    })),
    done,
  });
  assertEquals(store.commits - commits, 1);
  assertEquals((await pipeline.ledger([...orders, ...refunds])).size, 200);
  assertEquals((await pipeline.links(orders)).size, 100);
  assertEquals(await pipeline.due(10), []);
});

Deno.test("commit() takes away all rows of a batch, even more than one commit holds", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline(...LONGEST);
  const hold = await lane(pipeline);
  const orders = ids(1, 100);
  const done = await dueRows(pipeline, orders, 20);
  assertEquals(done.length, 2000);
  await pipeline.commit(hold, {
    ...emptyCommit,
    ledger: orders.map((id) => ledgerRow(id)),
    receipts: orders.map(receipt),
    done,
  });
  assertEquals(await pipeline.due(10), []);
  assertEquals((await pipeline.dueReceipts(200)).length, 100);
  assertEquals((await pipeline.counters()).delivered, 100);
});

Deno.test("commit() refuses more changes than fit, in words, and writes none of them", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  const batch = { ...emptyCommit, ledger: ids(1, 1001).map((id) => ledgerRow(id)) };
  await assertRejects(() => pipeline.commit(hold, batch), RangeError, "1000 are allowed");
  assertEquals((await pipeline.ledger([1, 1001])).size, 0);
  assertEquals((await pipeline.counters()).delivered, 0);
});

Deno.test("commit() counts each order once, as it stands now", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  const first = [
    ledgerRow(1),
    ledgerRow(2, { outcome: "skipped", rule: "web-order" }),
    ledgerRow(3, { outcome: "dead", rule: "not-found" }),
    ledgerRow(4, { outcome: "waiting", rule: "open" }),
  ];
  await pipeline.commit(hold, { ...emptyCommit, ledger: first, missedWindow: 2 });
  const before = await pipeline.ledger([1, 2, 3, 4]);
  const second = [
    ledgerRow(1, { confirmedAt: 5 }),
    ledgerRow(2),
    ledgerRow(3, { outcome: "linked" }),
    ledgerRow(4, { outcome: "dead", rule: "crashed" }),
  ];
  await pipeline.commit(hold, { ...emptyCommit, before, ledger: second });
  assertEquals(await pipeline.counters(), {
    delivered: 2,
    confirmed: 1,
    missedWindow: 2,
    linked: 1,
    waiting: 0,
    skipped: {},
    deadBy: { crashed: 1 },
    receipts: {},
    receiptsSkipped: {},
  });
});

Deno.test("commit() keeps a dead letter until its order is dead no more", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  await pipeline.commit(hold, {
    ...emptyCommit,
    ledger: [1, 2, 3].map((id) => ledgerRow(id, { outcome: "dead", rule: "not-found" })),
    dead: [1, 2, 3].map((id) => deadLetter(id, "not-found")),
  });
  // No `before`: a spoilt ledger row must not leave a letter behind.
  await pipeline.commit(hold, { ...emptyCommit, ledger: [ledgerRow(2)] });
  await pipeline.commit(hold, {
    ...emptyCommit,
    ledger: [ledgerRow(3, { outcome: "dead", rule: "crashed" })],
    dead: [deadLetter(3, "crashed")],
  });
  const letters = await pipeline.deadLetters(10);
  assertEquals(letters.map((letter) => [letter.orderId, letter.reason]), [
    [3, "crashed"],
    [1, "not-found"],
  ]);
});

Deno.test("commit() finds the dead letter of an order among many others", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  const ids = Array.from({ length: 300 }, (_, index) => index + 1);
  await pipeline.commit(hold, {
    ...emptyCommit,
    dead: ids.map((id) => deadLetter(id, "not-found")),
  });
  const through = [1, 150, 299, 300, 400];
  await pipeline.commit(hold, { ...emptyCommit, ledger: through.map((id) => ledgerRow(id)) });
  const left = (await pipeline.deadLetters(500)).map((letter) => letter.orderId);
  assertEquals(left, ids.filter((id) => !through.includes(id)).toReversed());
});

Deno.test("commit() replaces everything that a refund had linked before", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  await pipeline.commit(hold, { ...emptyCommit, links: [link(1, 10), link(2, 10), link(1, 11)] });
  assertEquals((await pipeline.linksOf(10)).map((entry) => entry.original), [1, 2]);
  await pipeline.commit(hold, { ...emptyCommit, links: [link(2, 10, 5), link(3, 10)] });
  assertEquals(await pipeline.linksOf(10), [link(2, 10, 5), link(3, 10)]);
  assertEquals(
    await pipeline.links([1, 2, 3]),
    new Map([[1, [link(1, 11)]], [2, [link(2, 10, 5)]], [3, [link(3, 10)]]]),
  );
  // Cancelled: no lines.
  await pipeline.commit(hold, { ...emptyCommit, links: [{ original: 2, refund: 10, lines: [] }] });
  assertEquals(await pipeline.linksOf(10), []);
  assertEquals(await pipeline.links([1, 2, 3]), new Map([[1, [link(1, 11)]]]));
});

for (
  const [name, count, apart] of [
    ["near each other", 40, 3],
    ["far from each other", 12, 100_000],
    ["with very many links in between", 60, 5],
  ] as const
) {
  Deno.test(`commit() replaces the links of many refunds ${name}, and asks for all of them at once`, async () => {
    await using store = await openMemoryStore(new ManualClock());
    const pipeline = store.pipeline("shop", "default");
    const hold = await lane(pipeline);
    const refunds = Array.from({ length: count }, (_, index) => 1000 + index * apart);
    // More than are listed in one range, where a refund is of ten orders.
    const each = count > 50 ? 10 : 2;
    const before = refunds.flatMap((refund) => ids(1, each).map((one) => link(one, refund)));
    for (let from = 0; from < before.length; from += 300) {
      const links = before.slice(from, from + 300);
      await pipeline.commit(hold, { ...emptyCommit, links });
    }
    const linked = await Promise.all(refunds.map((refund) => pipeline.linksOf(refund)));
    assertEquals(linked.flat(), before);
    const after = refunds.map((refund) => link(50, refund));
    await pipeline.commit(hold, { ...emptyCommit, links: after.slice(0, 30) });
    const now = await Promise.all(refunds.map((refund) => pipeline.linksOf(refund)));
    assertEquals(now.slice(0, 30).flat(), after.slice(0, 30));
    assertEquals(now.slice(30).flat(), before.slice(30 * each));
  });
}

Deno.test("commit() of a lane that is lost changes nothing at all", async () => {
  const clock = new ManualClock();
  await using store = await openMemoryStore(clock);
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  const done = await dueRows(pipeline, [1], 1);
  await clock.advance(11_000);
  assert(await pipeline.acquireLane("other", "f") !== undefined);
  const batch: BatchCommit = {
    ...emptyCommit,
    ledger: [ledgerRow(1)],
    dead: [deadLetter(2, "not-found")],
    links: [link(1, 10)],
    receipts: [receipt(1)],
    sweep: { next: 5, newAt: 1, healed: 0 },
    missedWindow: 1,
    done,
  };
  await assertRejects(() => pipeline.commit(hold, batch), LaneLostError);
  assertEquals((await pipeline.due(10)).length, 1);
  assertEquals((await pipeline.ledger([1])).size, 0);
  assertEquals(await pipeline.deadLetters(10), []);
  assertEquals((await pipeline.links([1])).size, 0);
  assertEquals(await pipeline.receipts(10), []);
  assertEquals(await pipeline.sweep(), undefined);
  assertEquals((await pipeline.counters()).missedWindow, 0);
});

Deno.test("commits of one holder at the same time lose no count", async () => {
  await using store = await openMemoryStore();
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  const orders = ids(1, 10);
  await Promise.all(
    orders.map((id) => pipeline.commit(hold, { ...emptyCommit, ledger: [ledgerRow(id)] })),
  );
  assertEquals((await pipeline.counters()).delivered, 10);
});

Deno.test("links() gives the same for orders near each other, far apart, or with many links", async () => {
  await using store = await openMemoryStore(new ManualClock());
  const pipeline = store.pipeline("shop", "default");
  const hold = await lane(pipeline);
  const near = [link(1, 900), link(2, 901), link(2, 902), link(4, 903)];
  await pipeline.commit(hold, { ...emptyCommit, links: [...near, link(80_000, 904)] });
  const expected = new Map([[1, near.slice(0, 1)], [2, near.slice(1, 3)]]);
  assertEquals(await pipeline.links([2, 1, 3, 2]), expected);
  const far = new Map([...expected, [80_000, [link(80_000, 904)]]]);
  assertEquals(await pipeline.links([1, 2, 3, 80_000]), far);
  const many = Array.from({ length: 400 }, (_, index) => link(3, 1_000 + index));
  await pipeline.commit(hold, { ...emptyCommit, links: many });
  await pipeline.commit(hold, {
    ...emptyCommit,
    links: many.map((one) => link(3, one.refund + 400)),
  });
  const all = await pipeline.links([1, 2, 3]);
  assertEquals(all.get(3)?.length, 800);
  assertEquals(all.get(2), near.slice(1, 3));
  assertEquals(await pipeline.links([]), new Map());
});
