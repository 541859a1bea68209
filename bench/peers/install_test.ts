import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../src/std/assert.ts";
import { command, InstallError, lacking } from "./install.ts";

Deno.test("lacking() reads what would be put on, newly or in place of an older one", () => {
  const plan = [
    "NOTE: This is only a simulation!",
    "Inst libivykis0 (0.42.4-1 Debian:12/stable [amd64])",
    "Inst libcurl4 [7.88.1-1] (7.88.1-2 Debian:12/stable [amd64]) []",
    "Conf libivykis0 (0.42.4-1 Debian:12/stable [amd64])",
  ].join("\n");
  assertEquals(lacking(plan), ["libivykis0=0.42.4-1", "libcurl4=7.88.1-2"]);
  assertEquals(lacking(""), []);
});

Deno.test("command() gives what a program printed, and says of one that failed why", async () => {
  const deno = Deno.execPath();
  assertStringIncludes(await command(deno, ["--version"], "."), "deno");
  const failed = await assertRejects(
    () => command(deno, ["eval", "throw new Error('Out of order')"], "."),
    InstallError,
  );
  assert(failed instanceof InstallError);
  assertStringIncludes(failed.message, "Out of order");
});

Deno.test("command() says of a program that is not there that it is not", async () => {
  const missing = await assertRejects(() => command("no-such-program", [], "."), InstallError);
  assert(missing instanceof InstallError);
  assertEquals(missing.message, "There is no no-such-program here");
});
