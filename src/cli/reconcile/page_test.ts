import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { binsOf } from "./bins.ts";
import { chart } from "./chart.ts";
import { reportPage } from "./page.ts";
import { difference, differingReport, figures, group, report } from "./testing.ts";

Deno.test("reportPage() is one file that loads nothing and runs nothing", async () => {
  const page = await reportPage([differingReport()]);
  assert(page.startsWith("<!doctype html>"));
  assert(!/https?:|src=|href=|url\(|@import|<script|\son\w+=/i.test(page), page);
  assertStringIncludes(page, "prefers-color-scheme: dark");
});

Deno.test("reportPage() has the verdict, the causes with orders, and a chart for each store", async () => {
  const stores = ["S-1", "S-2"].map((store) => ({ store, currency: "SEK", ...figures() }));
  const page = await reportPage([differingReport({ stores })]);
  assertStringIncludes(page, "2 orders are not as they should be");
  assertStringIncludes(page, "50211");
  assertStringIncludes(page, "--fix makes it due");
  assertEquals(page.split("<svg").length - 1, 2);
  assertStringIncludes(await reportPage([report()]), "Every order is explained");
});

Deno.test("reportPage() takes no text for markup", async () => {
  const page = await reportPage([
    differingReport({
      pipeline: "<i>p",
      stores: [{ store: '"><script>', currency: "SEK", ...figures() }],
      differences: [difference({ store: "<svg onload=x>", detail: "<b>&" })],
      notes: ["<u>"],
    }),
  ]);
  for (const markup of ["<i>p", '"><script>', "<svg onload", "<b>&", "<u>"]) {
    assert(!page.includes(markup), markup);
  }
  assertStringIncludes(page, "&lt;b&gt;&amp;");
});

Deno.test("binsOf() has a column for every day, week or month, with all orders in them", () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ["2025-03-01", 1, 1],
    ["2025-03-10", 10, 10],
    ["2025-06-30", 18, 122],
    ["2026-12-31", 22, 671],
  ];
  for (const [to, columns] of cases) {
    const bins = binsOf([group(), group({ day: to })], { from: "2025-03-01", to });
    assertEquals(bins.length, columns, to);
    assertEquals(bins.reduce((sum, bin) => sum + bin.total, 0), 20);
    assertEquals([bins[0]?.from, bins.at(-1)?.to], ["2025-03-01", to]);
  }
});

Deno.test("chart() says what a column stands for", async () => {
  const unit = async (to: string): Promise<string | undefined> => {
    const bins = binsOf([group()], { from: "2025-03-01", to });
    return />10 a (\w+)</.exec(String(await chart("S-1", bins)))?.[1];
  };
  const found = await Promise.all(
    ["2025-03-01", "2025-05-31", "2025-07-31", "2027-03-31"].map(unit),
  );
  assertEquals(found, ["day", "day", "week", "month"]);
});

Deno.test("chart() keeps one order that is wrong visible beside thousands that are right", async () => {
  const many = figures({
    delivered: { orders: 100_000, money: "1.00" },
    unexplained: { orders: 1, money: "1.00" },
  });
  const bins = binsOf([group(many)], { from: "2025-03-01", to: "2025-03-01" });
  const svg = String(await chart("S-1", bins));
  const high = /class="unexplained"[^>]* height="([\d.]+)"/.exec(svg)?.[1];
  assert(Number(high) >= 2, svg);
  assertStringIncludes(svg, "<title>2025-03-01: 100,001 orders, delivered 100,000, unexplained 1");
});
