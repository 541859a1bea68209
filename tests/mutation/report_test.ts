import { assertEquals } from "../../src/std/assert.ts";
import { summary, survivors } from "./report.ts";

const place = { file: "src/a.ts", line: 3, before: "a < b", after: "a <= b" };

Deno.test("the summary counts by file and in all, and names stale entries", () => {
  const findings = {
    tried: [{ ...place, by: "a_test.ts: a is below b" }, { ...place, file: "src/b.ts" }],
    equivalent: [place],
    stale: ["src/a.ts\nx\ny"],
  };
  assertEquals(survivors(findings).map(({ file }) => file), ["src/b.ts"]);
  assertEquals(summary(findings).split("\n"), [
    "    tried survived equivalent  file",
    "        1        0        1  src/a.ts",
    "        1        1        0  src/b.ts",
    "",
    "No equivalent mutant any more: src/a.ts | x | y",
    "3 tried, 1 killed, 1 known equivalent, 1 survived",
  ]);
});
