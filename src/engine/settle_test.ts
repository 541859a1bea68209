import { ApiError } from "../http/error.ts";
import { assert, assertEquals, assertExists } from "../std/assert.ts";
import type { RefundLink } from "../records/refund_link.ts";
import type { LedgerRow } from "../store/rows.ts";
import { settleBatch } from "./settle.ts";
import type { BatchEnd, Sent, Settlement } from "./settle.ts";
import { decided, deliveredRow, encoded, link, pointer } from "./testing.ts";
import type { Decided } from "./work.ts";

const now = Date.parse("2025-09-07T12:00:00Z");

interface Known {
  readonly sent?: Readonly<Record<number, Sent>>;
  readonly rows?: readonly LedgerRow[];
  readonly linkedBefore?: Readonly<Record<number, readonly RefundLink[]>>;
  readonly receiptOnSale?: boolean;
}

function settle(entries: readonly Decided[], known: Known = {}): Settlement {
  const own = entries.flatMap(({ item }) => item.row === undefined ? [] : [item.row]);
  const end: BatchEnd = {
    decided: entries,
    sent: numbered(known.sent ?? {}),
    rows: new Map([...own, ...(known.rows ?? [])].map((row) => [row.orderId, row])),
    linkedBefore: numbered(known.linkedBefore ?? {}),
    marks: new Map(),
  };
  const { receiptOnSale = false } = known;
  return settleBatch(end, { now, settle: 60_000, random: () => 0.5, receiptOnSale });
}

function numbered<T>(record: Readonly<Record<number, T>>): Map<number, T> {
  return new Map(Object.entries(record).map(([key, value]) => [Number(key), value]));
}

function ends(settlement: Settlement): Record<number, string> {
  return Object.fromEntries(
    settlement.ledger.map((row) => [row.orderId, [row.outcome, row.rule].join(" ").trim()]),
  );
}

const accepted: Sent = { kind: "accepted", at: now, hash: "new" };

Deno.test("settleBatch() writes what Ometria accepted into the ledger", () => {
  const { ledger, tally } = settle([decided(1, "send")], { sent: { 1: accepted } });
  const [row] = ledger;
  assertExists(row);
  const { steps, ...fields } = row;
  assertEquals(fields, {
    orderId: 1,
    outcome: "delivered",
    at: now,
    hash: "new",
    sentId: "1",
    total: "249.00",
    currency: "SEK",
    store: "S-014",
    day: "2025-09-06",
    acceptedAt: now,
  });
  assertEquals(steps.map((step) => step.what), ["delivered"]);
  assertEquals([...tally], [["delivered", 1]]);
});

Deno.test("settleBatch() writes nothing for an order that stands as before", () => {
  const row = deliveredRow(1);
  const skipped: LedgerRow = { orderId: 2, outcome: "skipped", rule: "parked", at: 5, steps: [] };
  const { ledger, pointers } = settle([
    decided(1, "send", { row }),
    decided(2, { kind: "skip", rule: "parked" }, { row: skipped }),
  ], { sent: { 1: { kind: "unchanged" } } });
  assertEquals([ledger, pointers], [[], []]);
});

Deno.test("settleBatch() keeps what Ometria holds when a delivered order is skipped later", () => {
  const { ledger } = settle([
    decided(1, { kind: "skip", rule: "anonymous" }, { row: deliveredRow(1) }),
  ]);
  assertEquals(ledger.map((row) => [row.outcome, row.hash, row.acceptedAt]), [
    ["skipped", "old", 1_000],
  ]);
});

Deno.test("settleBatch() makes a changed order due again when its last push has settled", () => {
  const entry = decided(1, "send", {
    row: deliveredRow(1),
    pointer: pointer(1, { receivedAt: 7 }),
  });
  const { pointers, ledger } = settle([entry], {
    sent: { 1: { kind: "deferred", until: now + 9 } },
  });
  assertEquals(ledger, []);
  assertEquals(pointers, [
    { orderId: 1, origin: "live", receivedAt: now + 9, attempts: 0, dueAt: now + 9 },
  ]);
});

Deno.test("settleBatch() plans one daily look at a waiting order, however many events it gets", () => {
  const first = settle([decided(1, { kind: "wait", reason: "open" })]);
  const row = first.ledger[0];
  assertExists(row);
  assertEquals([row.outcome, row.rule, row.since], ["waiting", "open", now]);
  assertEquals(first.pointers.map((entry) => entry.dueAt), [row.nextLookAt]);
  const second = settle([decided(1, { kind: "wait", reason: "open" }, { row })]);
  assertEquals(second.pointers, []);
});

Deno.test("settleBatch() gives up on an order that stayed open for ninety days", () => {
  const row: LedgerRow = {
    orderId: 1,
    outcome: "waiting",
    rule: "open",
    at: 5,
    since: now - 91 * 86_400_000,
    steps: [],
  };
  const settlement = settle([decided(1, { kind: "wait", reason: "open" }, { row })]);
  assertEquals(ends(settlement), { 1: "skipped open-expired" });
  assertEquals(settlement.ledger[0]?.since, undefined);
});

Deno.test("settleBatch() retries an order that Sitoo leaves out, and buries it after ten tries", () => {
  const early = settle([decided(1, { kind: "missing" }, { pointer: pointer(1, { attempts: 2 }) })]);
  assertEquals(early.pointers.map((entry) => entry.attempts), [3]);
  assertEquals(early.ledger, []);
  const late = settle([decided(1, { kind: "missing" }, { pointer: pointer(1, { attempts: 9 }) })]);
  assertEquals(ends(late), { 1: "dead not-found" });
  assertEquals(late.dead.map((letter) => letter.reason), ["not-found"]);
});

Deno.test("settleBatch() gives an order on which Sitoo fails two days, more than any outage of a part of it, and then says what Sitoo said", () => {
  const failing = { kind: "missing", detail: "Sitoo answered 500" } as const;
  const after = (attempts: number): Settlement =>
    settle([decided(1, failing, { pointer: pointer(1, { attempts }) })]);
  const waits = Array.from({ length: 59 }, (_, attempts) => {
    const [again] = after(attempts).pointers;
    assertEquals(again?.attempts, attempts + 1);
    return (again?.dueAt ?? 0) - now;
  });
  assert((waits[0] ?? 0) >= 15_000);
  assert(Math.max(...waits) <= 3_600_000);
  assert(waits.reduce((sum, wait) => sum + wait) > 26 * 3_600_000);
  const late = after(59);
  assertEquals(ends(late), { 1: "dead not-readable" });
  assertEquals(late.dead.map(({ detail }) => detail), ["Sitoo answered 500"]);
});

Deno.test("settleBatch() links a refund, and makes its original due once its push has settled", () => {
  const entry = decided(5, { kind: "link", links: [link(1, 5)] });
  const row = deliveredRow(1, { acceptedAt: now - 10_000 });
  const settlement = settle([entry], { rows: [row] });
  assertEquals(ends(settlement), { 5: "linked" });
  assertEquals(settlement.links, [link(1, 5)]);
  assertEquals(settlement.pointers, [
    { orderId: 1, origin: "refund", receivedAt: now + 50_000, attempts: 0, dueAt: now + 50_000 },
  ]);
  assertEquals([...settlement.tally], [["linked", 1]]);
});

Deno.test("settleBatch() does not call an original up for a refund that it knows already", () => {
  const row: LedgerRow = { orderId: 5, outcome: "linked", at: 5, steps: [] };
  const entry = decided(5, { kind: "link", links: [link(1, 5)] }, { row });
  const again = settle([entry], { rows: [deliveredRow(1)], linkedBefore: { 5: [link(1, 5)] } });
  assertEquals([again.pointers, again.links, again.ledger], [[], [], []]);
});

Deno.test("settleBatch() calls the original up again when its refund is edited or cancelled", () => {
  const cancelled = decided(5, { kind: "link", links: [link(1, 5, { lines: [] })] });
  const settlement = settle([cancelled], {
    rows: [deliveredRow(1)],
    linkedBefore: { 5: [link(1, 5)] },
  });
  assertEquals(ends(settlement), { 5: "skipped cancelled" });
  assertEquals(settlement.pointers.map((entry) => entry.orderId), [1]);
});

Deno.test("settleBatch() takes back the link to an order that a refund no longer credits", () => {
  const entry = decided(5, { kind: "link", links: [link(2, 5)] });
  const settlement = settle([entry], { linkedBefore: { 5: [link(1, 5)] } });
  assertEquals(settlement.links, [link(2, 5), link(1, 5, { lines: [] })]);
  assertEquals(settlement.pointers.map((pointer) => pointer.orderId).toSorted(), [1, 2]);
});

Deno.test("a refund ends as its original does, whichever of the two comes first", () => {
  const webCopy: LedgerRow = { orderId: 1, outcome: "skipped", rule: "web-copy", at: 5, steps: [] };
  const refund = decided(5, { kind: "link", links: [link(1, 5)] });
  const after = settle([refund], { rows: [webCopy] });
  assertEquals(ends(after), { 5: "skipped refund-of-web-copy" });
  assertEquals(after.pointers, []);

  const linked: LedgerRow = { orderId: 5, outcome: "linked", at: 5, steps: [] };
  const original = decided(1, { kind: "skip", rule: "web-copy" }, { links: [link(1, 5)] });
  const before = settle([original], { rows: [linked] });
  assertEquals(ends(before), { 1: "skipped web-copy", 5: "skipped refund-of-web-copy" });

  const together = settle([original, refund]);
  assertEquals(ends(together), { 1: "skipped web-copy", 5: "skipped refund-of-web-copy" });
  assertEquals(together.pointers, []);
});

Deno.test("a refund is linked again when its original is sent after all", () => {
  const row: LedgerRow = {
    orderId: 5,
    outcome: "skipped",
    rule: "refund-of-anonymous",
    at: 5,
    steps: [],
  };
  const original = decided(1, "send", { links: [link(1, 5)] });
  const settlement = settle([original], { rows: [row], sent: { 1: accepted } });
  assertEquals(ends(settlement), { 1: "delivered", 5: "linked" });
});

Deno.test("a refund that its original cannot take up is dead, the original goes on", () => {
  const unusable = [{ refund: 5, reason: "refund-line-unclear", detail: "two lines fit" }];
  const original: Decided = {
    ...decided(1, "send", { links: [link(1, 5)] }),
    decision: {
      kind: "send",
      encoded: { id: "1", bodies: ["{}"], total: "1", currency: "SEK", store: "", day: "" },
      links: [],
      unusable,
    },
  };
  const linked: LedgerRow = { orderId: 5, outcome: "linked", at: 5, steps: [] };
  const settlement = settle([original], { rows: [linked], sent: { 1: accepted } });
  assertEquals(ends(settlement), { 1: "delivered", 5: "dead refund-line-unclear" });
  assertEquals(settlement.dead.map(({ orderId, detail }) => [orderId, detail]), [
    [5, "two lines fit"],
  ]);
});

Deno.test("a refund is dead when Sitoo never answers its original", () => {
  const linked: LedgerRow = { orderId: 5, outcome: "linked", at: 5, steps: [] };
  const original = decided(1, { kind: "missing" }, {
    pointer: pointer(1, { attempts: 9, origin: "refund" }),
    links: [link(1, 5)],
  });
  const settlement = settle([original], { rows: [linked] });
  assertEquals(ends(settlement), { 5: "dead original-unreadable" });
  assertEquals(settlement.pointers, []);
});

Deno.test("a refund of a refund is dead", () => {
  const first = decided(2, { kind: "link", links: [link(1, 2)] }, { links: [link(2, 5)] });
  const second = decided(5, { kind: "link", links: [link(2, 5)] });
  const settlement = settle([first, second], { rows: [deliveredRow(1)] });
  assertEquals(ends(settlement), { 2: "linked", 5: "dead refund-of-refund" });
});

Deno.test("a replayed refund calls its original up although the link is known", () => {
  const row: LedgerRow = {
    orderId: 5,
    outcome: "dead",
    rule: "original-unreadable",
    at: 5,
    steps: [],
  };
  const entry = decided(5, { kind: "link", links: [link(1, 5)] }, {
    row,
    pointer: pointer(5, { force: true, origin: "replay" }),
  });
  const settlement = settle([entry], { linkedBefore: { 5: [link(1, 5)] } });
  assertEquals(settlement.pointers.map(({ orderId, force }) => [orderId, force]), [[1, true]]);
  assertEquals(ends(settlement), { 5: "linked" });
});

Deno.test("settleBatch() keeps the last eight steps of an order", () => {
  const steps = Array.from({ length: 8 }, (_, index) => ({ at: index, what: `step ${index}` }));
  const { ledger } = settle([decided(1, "send", { row: deliveredRow(1, { steps }) })], {
    sent: { 1: accepted },
  });
  assertEquals(ledger[0]?.steps.map((step) => step.what).slice(-2), ["step 7", "updated"]);
  assertEquals(ledger[0]?.steps.length, 8);
});

Deno.test("settleBatch() counts an order that reached Ometria after the four-hour window", () => {
  const late = settle([decided(1, "send")], { sent: { 1: accepted } });
  assertEquals(late.missedWindow, 1);
  const history = settle([decided(1, "send", { pointer: pointer(1, { origin: "history" }) })], {
    sent: { 1: accepted },
  });
  assertEquals(history.missedWindow, 0);
});

Deno.test("with sale-closed, a receipt is asked for once: at the first live sight of the closed sale", () => {
  const asks = (entry: Decided): number =>
    settle([entry], { sent: { 1: accepted }, receiptOnSale: true }).receipts.length;
  assertEquals(asks(decided(1, "send")), 1);
  assertEquals(asks(decided(1, { kind: "skip", rule: "anonymous" })), 1);
  assertEquals(asks(decided(1, "send", { row: deliveredRow(1) })), 0);
  assertEquals(asks(decided(1, "send", { pointer: pointer(1, { origin: "history" }) })), 0);
  assertEquals(asks(decided(1, "send", { pointer: pointer(1, { origin: "sweep" }) })), 0);
  const waiting: LedgerRow = { orderId: 1, outcome: "waiting", at: 5, steps: [] };
  assertEquals(asks(decided(1, "send", { row: waiting })), 1);
  const { receipts } = settle([decided(1, "send")], { sent: { 1: accepted }, receiptOnSale: true });
  assert(receipts[0]?.id === "sale-1");
});

Deno.test("settleBatch() ends a refund of a refund the same way, together with it or after it", () => {
  const refund = decided(20, { kind: "link", links: [link(1, 20)] });
  const cancelled = decided(20, { kind: "link", links: [link(1, 20, { lines: [] })] });
  const again = decided(30, { kind: "link", links: [link(20, 30)] });
  const row = (fields: Partial<LedgerRow>): LedgerRow => ({
    orderId: 20,
    outcome: "linked",
    at: 0,
    steps: [],
    ...fields,
  });
  const cases: readonly [Decided, LedgerRow, string][] = [
    [refund, row({}), "dead refund-of-refund"],
    [refund, row({ outcome: "dead", rule: "original-unreadable" }), "dead refund-of-refund"],
    [cancelled, row({ outcome: "skipped", rule: "cancelled" }), "skipped refund-of-cancelled"],
  ];
  for (const [original, after, end] of cases) {
    assertEquals(ends(settle([original, again]))[30], end);
    assertEquals(ends(settle([again], { rows: [after] }))[30], end);
  }
});

Deno.test("settleBatch() keeps its distance from a push that may have been taken, and then insists", () => {
  const error = new ApiError("broke off", { api: "ometria", kind: "unavailable", reached: true });
  const row = { key: ["row"], ...pointer(1), dueAt: 0 };
  const entry = decided(1, "send", { pointer: pointer(1, { rows: [row], attempts: 2 }) });
  const after = (unsure: boolean): unknown =>
    settle([entry], { sent: { 1: { kind: "failed", error, unsure } } }).pointers
      .map(({ dueAt, force, attempts, origin }) => ({ dueAt, force, attempts, origin }));
  const same = { attempts: 2, origin: "live" };
  assertEquals(after(true), [{ ...same, dueAt: now + 60_000, force: true }]);
  assertEquals(after(false), [{ ...same, dueAt: now, force: undefined }]);
});

Deno.test("settleBatch() leaves a mixed order dead for its unclear part when it is pushed again", () => {
  const row = deliveredRow(2, { outcome: "dead", rule: "refund-line-unclear" });
  const send = { kind: "send", encoded: encoded(2), links: [link(1, 2)], unusable: [] } as const;
  const entry = decided(2, send, { row });
  const known = { sent: { 2: accepted }, rows: [deliveredRow(1)] };
  const again = settle([entry], { ...known, linkedBefore: { 2: [link(1, 2)] } });
  assertEquals(ends(again), { 2: "dead refund-line-unclear" });
  assertEquals(again.ledger[0]?.hash, "new");
  const other = link(1, 2, { lines: [{ sku: "CAP", quantity: 1, amount: "1.00" }] });
  const changed = settle([entry], { ...known, linkedBefore: { 2: [other] } });
  assertEquals(ends(changed), { 2: "delivered" });
  assertEquals(changed.pointers.map(({ orderId }) => orderId), [1]);
});

Deno.test("settleBatch() lets a mixed order's own end stand, whenever its original finds the return unclear", () => {
  const unclear = { refund: 2, reason: "refund-line-unclear", detail: "no such line" };
  const links = [link(1, 2)];
  const original = decided(1, {
    kind: "send",
    encoded: encoded(1),
    links: [],
    unusable: [unclear],
  }, { links });
  const rejected: Sent = { kind: "rejected", reason: "rejected-by-ometria", detail: "no" };
  const end = { 2: "dead rejected-by-ometria" };
  const sale = { kind: "send", encoded: encoded(2), links, unusable: [] } as const;
  const sent = { 1: accepted, 2: rejected };
  const together = settle([decided(2, sale), original], { sent });
  assertEquals(together.dead.map(({ reason }) => reason), ["rejected-by-ometria"]);
  assertEquals(ends(together)[2], end[2]);
  const own = {
    orderId: 2,
    outcome: "dead",
    rule: "rejected-by-ometria",
    at: 0,
    steps: [],
  } as const;
  const later = settle([original], { sent, rows: [own] });
  assertEquals([ends(later)[2], later.dead], [undefined, []]);
  const before = deliveredRow(2, { outcome: "dead", rule: "refund-line-unclear" });
  const earlier = settle([decided(2, sale, { row: before })], {
    sent,
    rows: [deliveredRow(1)],
    linkedBefore: { 2: links },
  });
  assertEquals(ends(earlier), end);
});

Deno.test("settleBatch() asks the original again once a mixed order gets past an end of its own", () => {
  const row = {
    orderId: 2,
    outcome: "dead",
    rule: "rejected-by-ometria",
    at: 0,
    steps: [],
  } as const;
  const links = [link(1, 2)];
  const entry = decided(2, { kind: "send", encoded: encoded(2), links, unusable: [] }, { row });
  const { pointers } = settle([entry], {
    sent: { 2: accepted },
    rows: [deliveredRow(1)],
    linkedBefore: { 2: links },
  });
  assertEquals(pointers.map(({ orderId, origin }) => [orderId, origin]), [[1, "refund"]]);
});

Deno.test("settleBatch() lets an open order's lag begin when its next look falls due", () => {
  const { pointers } = settle([decided(1, { kind: "wait", reason: "open" })]);
  assertEquals(pointers.map(({ receivedAt, dueAt }) => receivedAt === dueAt), [true]);
});
