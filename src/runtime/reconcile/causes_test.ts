import { assert, assertEquals } from "../../std/assert.ts";
import { causeText } from "./causes.ts";
import { isHealedByItself } from "./findings.ts";
import type { Cause } from "./report.ts";

const causes = [
  "never-seen",
  "history-not-brought",
  "changed-since",
  "refund-not-joined",
  "money-differs",
  "not-answered",
  "dead",
  "gone-at-sitoo",
  "not-at-ometria",
  "differs-at-ometria",
] as const satisfies readonly Cause[];

for (const cause of causes) {
  Deno.test(`causeText() of ${cause} says what it means and what to do`, () => {
    for (const text of Object.values(causeText(cause))) {
      assert(/^(?:[A-Z]|--|deno ).*[^.]$/.test(text));
    }
  });
}

Deno.test("causeText() sends people to --fix just where it helps", () => {
  for (const cause of causes) {
    const helps = isHealedByItself(cause) || cause === "refund-not-joined";
    assertEquals(causeText(cause).remedy.includes("--fix"), helps, cause);
  }
});
