import type { TruthReport } from "../../sandbox/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { createStyle } from "../style.ts";
import { amount } from "./money.ts";
import { agrees, differenceLines, receiptLine, storeTable } from "./report.ts";

const plain = createStyle(false);

function truth(over: Partial<TruthReport> = {}, arrived = 123456n): TruthReport {
  const sum = { store: "malmo-1", currency: "SEK", orders: 12, total: 123456n, refunded: 500n };
  return {
    same: true,
    differences: 0,
    examples: [],
    stores: [{
      store: "malmo-1",
      currency: "SEK",
      expected: sum,
      arrived: { ...sum, total: arrived },
    }],
    ...over,
  };
}

const amounts: [bigint, string][] = [
  [0n, "0.00"],
  [5n, "0.05"],
  [123456789n, "1,234,567.89"],
  [-150n, "-1.50"],
  [900719925474099301n, "9,007,199,254,740,993.01"],
];
for (const [minor, text] of amounts) {
  Deno.test(`amount() writes ${minor} minor units as ${text}`, () => {
    assertEquals(amount(minor), text);
  });
}

Deno.test("storeTable() shows both sides of each store and their difference", () => {
  const same = storeTable(truth(), plain).split("\n")[1] ?? "";
  assertEquals(same.split(/ {2,}/), [
    "malmo-1",
    "SEK",
    "12",
    "12",
    "1,234.56",
    "1,234.56",
    "5.00",
    "5.00",
    "none",
  ]);
  assertStringIncludes(storeTable(truth({}, 123356n), plain), "0 / 1.00");
});

Deno.test("agrees() wants every order right and every receipt sent once", () => {
  assert(agrees(truth(), { states: { sent: 3, "no-address": 1 }, emails: 3 }));
  assert(!agrees(truth({ same: false }), { states: {}, emails: 0 }));
  assert(!agrees(truth(), { states: { sent: 3 }, emails: 4 }));
  assert(!agrees(truth(), { states: { sent: 3, asked: 1 }, emails: 3 }));
  assert(!agrees(truth(), { states: { unknown: 1 }, emails: 0 }));
});

Deno.test("differenceLines() names each order, and how many more there are", () => {
  const example = { id: "till-7", what: "total", expected: "10.00", arrived: "9.00" } as const;
  assertEquals(differenceLines(truth({ differences: 3, examples: [example] })), [
    "  till-7: total, 9.00 instead of 10.00",
    "  and 2 more",
  ]);
});

Deno.test("receiptLine() tells states and emails", () => {
  const line = receiptLine({ states: { sent: 1200, asked: 0, expired: 1 }, emails: 1200 });
  assertEquals(line, "Receipts: 1,200 sent, 1 expired; emails that went out: 1,200");
});
