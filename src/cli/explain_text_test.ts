import type { Explanation, LiveEnd, LiveOrder } from "../runtime/explain/explain.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { explainText } from "./explain_text.ts";
import { createStyle } from "./style.ts";

const plain = createStyle(false);

function explanation(fields: Partial<Explanation> = {}): Explanation {
  return {
    pipeline: "sitoo-to-ometria",
    orderId: 50211,
    at: 0,
    standing: { name: "delivered", headline: "Delivered as till-50211, 249 SEK" },
    stored: {
      ledger: {
        outcome: "delivered",
        at: 1_757_166_190_000,
        steps: [{ at: 1_757_166_190_000, what: "updated", detail: "refunds: 1" }],
      },
      pruned: false,
      due: [{ at: 1_757_166_190_000, origin: "refund", attempts: 2, force: true }],
      refunds: [{ refund: 50230, lines: [{ sku: "TEE", quantity: 1, amount: "249.00" }] }],
      credits: [],
      receipts: [{
        id: "event-1",
        state: "refused",
        askedAt: 0,
        at: 1000,
        attempts: 1,
        detail: "422: no template",
      }],
      cut: false,
    },
    advice: [],
    ...fields,
  };
}

function now(end: LiveEnd): LiveOrder {
  return {
    kind: "read",
    facts: {
      site: 2,
      placedAt: 1_757_166_130_000,
      orderstateid: 10,
      paymentstateid: 20,
      ordertypeid: 10,
      total: "249.00",
      currency: "SEK",
      lines: 1,
      till: true,
      receipt: "SII50211",
      email: "usable",
    },
    stages: [
      { stage: "map", outcome: "made", changes: [{ path: ["id"], after: "50211" }] },
      {
        stage: "filter",
        name: "vip",
        outcome: "passed",
        changes: Array.from({ length: 15 }, (_, index) => ({
          path: ["lineitems", index, "sku"],
          before: "a",
          after: "b",
        })),
      },
    ],
    end,
  };
}

Deno.test("explainText() tells the story from what is kept", () => {
  const text = explainText(explanation(), plain);
  assertStringIncludes(text, "Order 50211 in sitoo-to-ometria\nDelivered as till-50211, 249 SEK");
  assertStringIncludes(text, "  2025-09-06 13:43:10 UTC  updated  refunds: 1");
  assertStringIncludes(text, "refund, after 2 failures, sent in any case");
  assertStringIncludes(text, "Refund 50230 gave back 1 × TEE for 249.00");
  assertStringIncludes(text, "refused, 1970-01-01 00:00:01 UTC  event-1: 422: no template");
  assertStringIncludes(text, "What to do\n  Nothing");
  assertEquals(text.includes("Sitoo"), false);
});

Deno.test("explainText() shows the stages with the fields they changed, and the record", () => {
  const end: LiveEnd = {
    kind: "send",
    id: "till-50211",
    records: [{ "@type": "order", id: "till-50211" }],
    compared: "changed",
    refunds: [50230],
    unusable: [{ refund: 50231, reason: "refund-line-unclear", detail: "no line" }],
  };
  const text = explainText(explanation({ now: now(end) }), plain);
  assertStringIncludes(text, "order, closed, paid");
  assertStringIncludes(text, "249.00 SEK, 1 line, a usable email address");
  assertStringIncludes(text, "map         made the record: 1 field\n");
  assertStringIncludes(text, '  filter vip  lineitems[0].sku: "a" → "b"');
  assertStringIncludes(text, "and 3 more");
  assertStringIncludes(text, "it would be sent again");
  assertStringIncludes(text, "Without refund 50231, refund-line-unclear: no line");
  assertStringIncludes(text, '    "id": "till-50211"');
  assert(text.split("\n").every((line) => line === line.trimEnd()));
});

Deno.test("explainText() has words for every end", () => {
  const ends: readonly (readonly [LiveEnd, string])[] = [
    [{ kind: "skip", rule: "parked", text: "Parked" }, "Skipped by parked: Parked"],
    [{ kind: "wait", rule: "open", text: "Open" }, "Waiting, open: Open"],
    [
      { kind: "dead", rule: "bad-date", text: "Odd", detail: "1999" },
      "Dead, bad-date: Odd\n  1999",
    ],
    [{ kind: "link", originals: [1], outcome: "linked", text: "Goes" }, "now\n  Goes"],
    [
      { kind: "link", originals: [1], outcome: "skipped", rule: "refund-of-parked", text: "So" },
      "refund-of-parked: So",
    ],
    [{ kind: "failed", detail: "Ometria is down" }, "Cannot be said: Ometria is down"],
  ];
  for (const [end, words] of ends) {
    assertStringIncludes(explainText(explanation({ now: now(end) }), plain), words);
  }
});

Deno.test("explainText() says when Sitoo has no answer", () => {
  for (
    const [live, words] of [
      [{ kind: "missing" }, "does not answer this order"],
      [{ kind: "unreadable", detail: "orderdate is missing" }, "orderdate is missing"],
      [{ kind: "failed", detail: "Sitoo answers 503" }, "Sitoo answers 503"],
    ] as const
  ) assertStringIncludes(explainText(explanation({ now: live }), plain), words);
});
