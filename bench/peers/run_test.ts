import { CommandError } from "../../src/cli/failure.ts";
import { assert, assertRejects, assertStringIncludes } from "../../src/std/assert.ts";
import { peers } from "./list.ts";
import { runPeers } from "./run.ts";

const options = { note: (): void => {}, scratch: "" };

Deno.test("runPeers() names every program in its help", async () => {
  const help = await runPeers(["--help"], options);
  for (const { name } of peers) assertStringIncludes(help, name);
});

Deno.test("runPeers() refuses a program that there is not, and names a near one", async () => {
  const error = await assertRejects(() => runPeers(["--only", "node-rad"], options), CommandError);
  assert(error instanceof CommandError);
  assertStringIncludes(error.message, "node-red");
});
