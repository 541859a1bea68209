import { assertEquals, assertThrows } from "../../src/std/assert.ts";
import { parseUsage } from "./child.ts";
import { rowsOf, tableOf } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { quantile, slope, spreadOf } from "./stats.ts";

Deno.test("quantile() lies between the two values that are nearest", () => {
  assertEquals([0, 0.5, 1].map((share) => quantile([1, 2, 3, 10], share)), [1, 2.5, 10]);
  assertThrows(() => quantile([], 0.5), RangeError);
});

Deno.test("spreadOf() gives the middle value and the ends, whatever the order", () => {
  assertEquals(spreadOf([9, 1, 2]), { median: 2, low: 1, high: 9 });
});

Deno.test("slope() is that of a line, and 0 for a single point", () => {
  assertEquals(slope([[0, 5], [10, 25], [20, 45]]), 2);
  assertEquals(slope([[3, 5]]), 0);
  assertEquals(slope([]), 0);
});

Deno.test("parseUsage() reads the account of a process whose name holds spaces", () => {
  const fields = ["S", ...Array.from({ length: 10 }, () => "0"), "250", "50", "0"].join(" ");
  const status = "VmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\n";
  const usage = parseUsage(`7 (a) deno x) ${fields}\n${status}`);
  assertEquals(usage?.cpuSeconds, 3);
  assertEquals([usage?.memory, usage?.peak].map((figure) => figure?.toFixed(1)), [
    "102.4",
    "204.8",
  ]);
  assertEquals(parseUsage(`7 (a) ${fields}\n`), undefined);
});

const scenario: Scenario = {
  name: "made up",
  summary: "",
  figures: {
    rate: { title: "Rate", unit: "/s", better: "more", target: 100, bound: "bare rate" },
    time: { title: "Time", unit: "ms", better: "less", target: 5, bound: "bare time" },
    never: { title: "Never measured", unit: "ms", better: "less" },
  },
  run: () => Promise.resolve([]),
};

Deno.test("rowsOf() holds each figure against its target and its bound, and leaves out what was not measured", () => {
  const rows = rowsOf([{
    scenario,
    bounds: [{ figure: "bare rate", value: 400 }, { figure: "bare time", value: 2 }],
    sides: [
      {
        name: "this",
        samples: [
          { figure: "rate", value: 90 },
          { figure: "rate", value: 110 },
          { figure: "time", value: 8 },
        ],
      },
      { name: "that", samples: [{ figure: "rate", value: 50 }] },
    ],
  }]);
  assertEquals(rows.map(({ figure, side, isMet, ratio }) => [figure, side, isMet, ratio]), [
    ["rate", "this", true, 0.25],
    ["rate", "that", false, 0.125],
    ["time", "this", false, 0.25],
  ]);
  const lines = tableOf(rows).split("\n");
  assertEquals(lines.length, 4);
  assertEquals(/Rate +this +100 +90\.0 +110 +\/s +100 +yes +400 +25 %/.test(lines[1] ?? ""), true);
});
