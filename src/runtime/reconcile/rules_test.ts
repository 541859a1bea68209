import { assert, assertEquals } from "../../std/assert.ts";
import { ruleText } from "./rules.ts";

/** Every rule that the comparison gives an order, as the code has it. */
async function rulesOf(bucket: string): Promise<ReadonlySet<string>> {
  const rules = new Set<string>();
  for (const name of ["judge.ts", "comparison.ts"]) {
    const code = await Deno.readTextFile(new URL(name, import.meta.url));
    const pattern = new RegExp(`bucket: "${bucket}", rule: ([^}]+)`, "g");
    for (const [, value = ""] of code.matchAll(pattern)) {
      for (const [, rule = ""] of value.matchAll(/"([a-z]+-[a-z-]+)"/g)) rules.add(rule);
    }
  }
  return rules;
}

Deno.test("ruleText() explains every rule that the comparison has of its own", async () => {
  for (const bucket of ["skipped", "due"] as const) {
    const rules = await rulesOf(bucket);
    assert(rules.size >= 2, bucket);
    for (const rule of rules) {
      const text = ruleText(bucket, rule);
      assert(/^[A-Z].*[^.]$/.test(text) && !text.includes(rule), `${rule}: ${text}`);
    }
  }
});

Deno.test("ruleText() knows the rules and reasons of the pipeline", () => {
  assert(ruleText("skipped", "web-copy").startsWith("Taken without a till"));
  assert(ruleText("dead", "money-mismatch").startsWith("Lines and fees"));
  assertEquals(ruleText("skipped", "vip"), `Left out by the pipeline's own rule "vip"`);
});
