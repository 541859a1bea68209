import { assertEquals } from "../std/assert.ts";
import { dutiesOn } from "./timeline.ts";

const cases: readonly (readonly [string | undefined, string | undefined, boolean])[] = [
  [undefined, undefined, true],
  ["production", undefined, true],
  ["git-branch/main", undefined, false],
  ["preview/abc", "0", false],
  ["git-branch/main", "1", true],
];

for (const [timeline, runOnBranch, works] of cases) {
  Deno.test(`the timeline ${timeline} ${works ? "works" : "sends nothing"} with ${runOnBranch}`, () => {
    assertEquals(dutiesOn(timeline, runOnBranch).works, works);
  });
}
