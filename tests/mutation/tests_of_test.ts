import { assert, assertEquals } from "../../src/std/assert.ts";
import { filesBelow, loadedBy } from "./tests_of.ts";

Deno.test("filesBelow() names what lies in a folder and below it", async () => {
  const files = await filesBelow("tests/mutation", "report.ts");
  assertEquals(files, ["tests/mutation/report.ts"]);
  assert((await filesBelow("tests", "report.ts")).includes("tests/mutation/report.ts"));
});

Deno.test("loadedBy() follows imports through the tree", async () => {
  const loaded = await loadedBy("tests/mutation/report_test.ts");
  assert(loaded.has("tests/mutation/ledger.ts"));
  assert(loaded.has("tests/mutation/mutants.ts"));
  assert(!loaded.has("tests/mutation/suite.ts"));
});
