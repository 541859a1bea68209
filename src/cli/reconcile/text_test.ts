import { daysText } from "../../runtime/reconcile/report.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { createStyle } from "../style.ts";
import { difference, differingReport, figures, group, report } from "./testing.ts";
import { estimateText, reportText, verdict } from "./text.ts";

const style = createStyle(false);

Deno.test("reportText() shows a day in orders and in money", () => {
  const text = reportText(report(), { style, examples: 10 });
  assertEquals(
    text,
    `till, 2025-03-01: Every order is explained

Orders
Store  Currency  Sitoo  Delivered  Unexplained  Confirmed
S-1    SEK          10         10            ·          1

Money
Store  Currency     Sitoo      Sent  Unexplained
S-1    SEK       1,000.00  1,000.00            ·`,
  );
});

Deno.test("reportText() shows only columns with something in them, and what was not sent", () => {
  const more = figures({
    skipped: { orders: 3, money: "30.00" },
    skippedBy: { parked: { orders: 3, money: "30.00" } },
    notSent: "5.00",
  });
  const text = reportText(
    report({ totals: [{ currency: "SEK", ...more }], groups: [group(more)] }),
    { style, examples: 10 },
  );
  assertStringIncludes(text, "Delivered  Skipped  Unexplained");
  assertStringIncludes(text, "Not sent");
  assert(/Skipped by rule\s+parked +3 +Parked at the till/.test(text), text);
  assert(!text.includes("Waiting"));
});

Deno.test("reportText() names orders by cause with the remedy, and says how many more there are", () => {
  const text = reportText(differingReport(), { style, examples: 1 });
  assertStringIncludes(text, "2 orders are not as they should be");
  assertStringIncludes(text, "never-seen: 2 orders\n  Sitoo has it");
  assertStringIncludes(text, "→ --fix makes it due");
  assertStringIncludes(text, "50211  2025-03-01  S-1    SEK       1,249.50");
  assert(!text.includes("50212"));
  assertStringIncludes(text, "and 1 more; --ids FILE");
});

Deno.test("reportText() shows every day of a few, and the stores of many", () => {
  const days = (count: number): string =>
    reportText(
      report({
        to: "2025-04-30",
        groups: Array.from({ length: count }, (_, index) =>
          group({ day: `2025-03-${String(index + 1).padStart(2, "0")}` })),
      }),
      { style, examples: 1 },
    );
  assertStringIncludes(days(3), "2025-03-03  S-1");
  assertStringIncludes(days(3), "All");
  assert(!days(41).includes("2025-03-03  S-1"));
  assertStringIncludes(days(41), "S-1");
});

Deno.test("reportText() says what was read back, made due, and what to know", () => {
  const text = reportText(
    report({ verified: { orders: 5, different: 1 }, fixed: 1, notes: ["No server"] }),
    { style, examples: 1 },
  );
  assertStringIncludes(text, "Read back from Ometria: 5 orders, 1 order missing or different");
  assertStringIncludes(text, "Made due: 1 order");
  assertStringIncludes(text, "No server");
  const empty = report({ groups: [], stores: [], totals: [], fixed: 0 });
  assertStringIncludes(reportText(empty, { style, examples: 1 }), "Sitoo has no orders");
  assertStringIncludes(reportText(empty, { style, examples: 1 }), "Nothing that could be made due");
});

Deno.test("verdict() counts one order as one", () => {
  const [only] = [difference()];
  assertEquals(
    verdict(differingReport({
      causes: [{ cause: "dead", orders: 1, fixable: 0 }],
      differences: [only],
    })),
    "1 order is not as it should be",
  );
});

Deno.test("estimateText() and daysText() are words for people", () => {
  const cost = { from: "2025-03-01", to: "2025-03-31", orders: 12_345, sitooCalls: 26 };
  assertEquals(
    estimateText({ ...cost, ometriaCalls: 0, seconds: 75 }),
    "about 12,345 orders to read, at least 26 calls to Sitoo and none to Ometria, 1 min 15 s or more",
  );
  assertEquals(
    estimateText({ ...cost, orders: 1, ometriaCalls: 200, seconds: 0 }),
    "about 1 order to read, at least 26 calls to Sitoo and 200 to Ometria, 1 s or more",
  );
  assertEquals(daysText(cost), "2025-03-01 to 2025-03-31");
});
