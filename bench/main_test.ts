import { CommandError } from "../src/cli/failure.ts";
import { assert, assertRejects, assertStringIncludes } from "../src/std/assert.ts";
import { runBench } from "./main.ts";

Deno.test("runBench() measures a scenario of the product and names its figures", async () => {
  const table = await runBench(["--quick", "--only", "validate"]);
  assertStringIncludes(table, "validate --tests, 100 cases");
});

Deno.test("runBench() refuses a scenario that there is not, and names a near one", async () => {
  const error = await assertRejects(() => runBench(["--only", "drian"]), CommandError);
  assert(error instanceof CommandError);
  assertStringIncludes(error.message, "drain");
});
