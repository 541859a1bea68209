import { assertEquals } from "../../std/assert.ts";
import { type Evidence, judge } from "./verdict.ts";

const fine: Evidence = {
  arrived: new Map([["till-1", '{"n":1}'], ["till-2", '{"n":2}']]),
  expected: new Map([["till-1", '{"n":1}'], ["till-2", '{"n":2}']]),
  isCancelled: () => false,
  unaccounted: [],
  receipts: [{ orderId: 1, state: "sent" }, { orderId: 2, state: "unknown" }],
  emails: ["to 1"],
  dropped: 0,
};

Deno.test("judge() passes when everything arrived once, as it was last", () => {
  const verdict = judge(fine);
  assertEquals(verdict, {
    passed: true,
    delivered: 2,
    lost: [],
    different: [],
    differences: [],
    extra: [],
    receiptsSent: 1,
    receiptsUnknown: 1,
    receiptsTwice: 0,
    receiptsMissing: 0,
    eventsDropped: 0,
  });
  assertEquals(
    judge({ ...fine, emails: ["to 1", "to 2"] }).passed,
    true,
    "the unknown one went out",
  );
});

const wrongs: readonly (readonly [string, Partial<Evidence>, string])[] = [
  ["an order is missing", { arrived: new Map([["till-1", '{"n":1}']]) }, "lost"],
  ["nobody knows of an order", { unaccounted: [3] }, "lost"],
  [
    "a state is an older one",
    { arrived: new Map([["till-1", '{"n":0}'], ["till-2", '{"n":2}']]) },
    "different",
  ],
  ["there is one too many", { expected: new Map([["till-1", '{"n":1}']]) }, "extra"],
  ["an event was refused for good", { dropped: 1 }, "eventsDropped"],
  ["a receipt went out twice", { emails: ["to 1", "to 1"] }, "receiptsTwice"],
  ["more went out than was asked for", { emails: ["to 1", "to 2", "to 3"] }, "receiptsTwice"],
  ["a receipt never went out", { emails: [] }, "receiptsMissing"],
];
for (const [what, evidence, where] of wrongs) {
  Deno.test(`judge() fails when ${what}`, () => {
    const verdict = judge({ ...fine, ...evidence });
    const found = new Map<string, unknown>(Object.entries(verdict)).get(where);
    assertEquals(verdict.passed, false);
    assertEquals(Array.isArray(found) ? found.length : found, 1);
  });
}

Deno.test("judge() takes a cancelled order that was sent before, and a receipt asked for twice", () => {
  const expected = new Map([["till-1", '{"n":1}']]);
  assertEquals(judge({ ...fine, expected, isCancelled: (id) => id === "till-2" }).passed, true);
  const receipts = [{ orderId: 1, state: "sent" }, { orderId: 1, state: "sent" }] as const;
  assertEquals(judge({ ...fine, receipts, emails: ["to 1", "to 1"] }).passed, true);
});
