import { deliveredRow } from "../../engine/testing.ts";
import { Decimal } from "../../records/money.ts";
import { assertEquals } from "../../std/assert.ts";
import type { LedgerRow } from "../../store/rows.ts";
import { type FirstSight, judgeHead, type Judgement } from "./judge.ts";
import { sight, situation } from "./testing.ts";

const minute = 60_000;

/** What an order comes to, in one word or two. */
function wordOf(judgement: Judgement): string {
  switch (judgement.kind) {
    case "counts":
      return [judgement.as.bucket, judgement.as.rule ?? ""].join(" ").trim();
    case "differs":
      return `! ${judgement.cause}`;
    case "look":
      return `? ${judgement.doubt}`;
  }
}

function known(fields: Partial<LedgerRow>): Partial<FirstSight> {
  return { row: deliveredRow(100, { mark: "m", total: "249", ...fields }) };
}

const { now } = situation();
const seconds = now / 1000;
const letter = { orderId: 100, reason: "money-mismatch", detail: "d", at: 0, attempts: 0 };

const cases: readonly [string, string, Partial<FirstSight>, Parameters<typeof situation>[0]][] = [
  ["delivered as Sitoo has it", "delivered", known({}), {}],
  ["delivered with another total", "? total", known({ total: "200" }), {}],
  ["delivered, and changed at Sitoo", "? changed", known({ mark: "other" }), {}],
  ["delivered by a version that kept no mark", "? changed", { row: deliveredRow(100) }, {}],
  ["changed, and due", "due due-now", known({ mark: "other" }), {
    pending: new Map([[100, now]]),
  }],
  ["linked", "? refund", known({ outcome: "linked" }), {}],
  ["skipped", "skipped web-copy", known({ outcome: "skipped", rule: "web-copy" }), {}],
  ["waiting", "waiting", known({ outcome: "waiting", rule: "open" }), {}],
  ["dead with a letter", "! dead", known({ outcome: "dead", rule: "money-mismatch" }), {
    letters: new Map([[100, letter]]),
  }],
  [
    "dead and let go",
    "dead money-mismatch",
    known({ outcome: "dead", rule: "money-mismatch" }),
    {},
  ],
  ["dead, with too many letters to tell", "! dead", known({ outcome: "dead", rule: "x" }), {
    lettersComplete: false,
  }],
  ["dead and replayed", "due due-now", known({ outcome: "dead", rule: "x" }), {
    letters: new Map([[100, letter]]),
    pending: new Map([[100, now - 1]]),
  }],
  ["unknown and due later", "due due-later", {}, { pending: new Map([[100, now + 1]]) }],
  ["unknown, from before the start date", "skipped before-start", { beforeStart: true }, {}],
  ["unknown and live", "? unknown", {}, { cutOver: 50 }],
  ["unknown, live and young", "due not-looked-at-yet", { orderdate: seconds - 60 }, {
    cutOver: 50,
  }],
  ["unknown and old, under an id nobody has looked for", "due not-looked-at-yet", {}, {
    cutOver: 50,
    sweep: { next: 100, newAt: now - minute, healed: 0 },
  }],
  ["the same when the last look is long ago", "? unknown", {}, {
    cutOver: 50,
    sweep: { next: 100, newAt: now - 60 * minute, healed: 0 },
  }],
  ["unknown, before live began, history off", "skipped history-off", {}, {
    cutOver: 500,
    history: { enabled: false, running: false },
  }],
  ["unknown, a backfill is under way to it", "due backfill-running", {}, {
    cutOver: 500,
    history: { enabled: true, running: true, next: 100 },
  }],
  ["unknown, a backfill has passed it", "? unknown", {}, {
    cutOver: 500,
    history: { enabled: true, running: true, next: 101 },
  }],
  ["unknown, in a hole that history left", "due history-hole", {}, {
    cutOver: 500,
    history: { enabled: true, running: false, next: 400 },
    holes: [{ from: 90, to: 110 }],
  }],
  ["unknown, and such are not kept any more", "skipped no-longer-kept", {}, { keptFrom: 101 }],
  ["unknown, the first of those that are kept", "? unknown", {}, { keptFrom: 100 }],
  ["unknown, no backfill was asked for", "? unknown", {}, { cutOver: 500 }],
];

for (const [what, word, fields, about] of cases) {
  Deno.test(`judgeHead(): an order that is ${what} is "${word}"`, () => {
    assertEquals(wordOf(judgeHead(sight(fields), situation(about))), word);
  });
}

Deno.test("judgeHead() gives a delivered order's total as it was sent, and whether it is confirmed", () => {
  const judgement = judgeHead(sight(known({ confirmedAt: 5 })), situation());
  assertEquals(judgement, {
    kind: "counts",
    as: { bucket: "delivered", confirmed: true, sent: Decimal.parse("249") },
  });
});

Deno.test("judgeHead() tells why an order is dead", () => {
  const row = known({ outcome: "dead", rule: "money-mismatch" });
  const judgement = judgeHead(sight(row), situation({ letters: new Map([[100, letter]]) }));
  assertEquals(judgement, {
    kind: "differs",
    cause: "dead",
    rule: "money-mismatch",
    detail: "money-mismatch: d",
  });
});
