import { assertEquals } from "../std/assert.ts";
import { red } from "../std/colors.ts";
import { progressBar } from "./progress_bar.ts";
import { renderTable } from "./table.ts";

Deno.test("renderTable() sets columns as wide as what stands in them", () => {
  const table = renderTable({
    columns: [{ name: "Store" }, { name: "Orders", align: "right" }, { name: "Note" }],
    rows: [["Malmö", "1,234", ""], [red("漢字"), "5", "late"]],
    heading: (text) => `*${text}`,
  });
  assertEquals(
    table,
    ["*Store  Orders  Note", "Malmö   1,234", `${red("漢字")}        5  late`].join("\n"),
  );
});

const bars: [number, string][] = [
  [0, "░░░░   0 %"],
  [0.5, "██░░  50 %"],
  [0.3, "█▏░░  30 %"],
  [0.999, "███▉  99 %"],
  [1, "████ 100 %"],
  [7, "████ 100 %"],
  [-1, "░░░░   0 %"],
];
for (const [share, bar] of bars) {
  Deno.test(`progressBar() of ${share} is ${bar}`, () => {
    assertEquals(progressBar({ share, width: 4 }), bar);
  });
}
