import { assertEquals } from "../../src/std/assert.ts";
import { cellsOf, markdownTable, type Measured, textTable } from "./table.ts";

const measured: readonly Measured[] = [
  {
    title: "First",
    version: "1",
    keeps: "on disk",
    samples: [
      { figure: "acks", value: 300 },
      { figure: "acks", value: 100 },
      { figure: "acks", value: 200 },
      { figure: "sent", value: 1_000 },
      { figure: "lost", value: 0 },
    ],
  },
  {
    title: "Second",
    version: "2",
    keeps: "in memory",
    samples: [
      { figure: "acks", value: 500 },
      { figure: "history", value: 7 },
      { figure: "sent", value: 2_000 },
      { figure: "lost", value: 1_500 },
    ],
  },
];

Deno.test("cellsOf() holds each program against the first, and marks what was not measured", () => {
  assertEquals(cellsOf(measured).rows, [
    ["First 1", "on disk", "200 (100–300)", "–", "–", "–", "–", "0 of 1,000"],
    ["Second 2", "in memory", "500, 2.50×", "–", "–", "7.00", "–", "1,500 of 2,000"],
  ]);
});

Deno.test("both tables have a line for each program, below their headings", () => {
  assertEquals(textTable(measured).split("\n").length, 3);
  const lines = markdownTable(measured).split("\n");
  assertEquals(lines.length, 4);
  assertEquals(new Set(lines.map((line) => line.split("|").length)).size, 1);
  assertEquals(lines[1]?.startsWith("| --- | --- | ---: |"), true);
});

Deno.test("without any program there are only headings", () => {
  assertEquals(cellsOf([]).rows, []);
});
