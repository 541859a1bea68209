import { startSandbox } from "../../sandbox/mod.ts";
import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { COMMANDS } from "../main.ts";
import { runCommand } from "../run.ts";
import { sandboxVariables } from "../sandbox_env.ts";
import { type FakeHost, fakeHost } from "../testing.ts";
import { systemClock } from "../../time/clock.ts";

const shipped = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));

async function called(...args: readonly string[]): Promise<FakeHost & { readonly code: number }> {
  await using sandbox = await startSandbox({ orders: 50, days: 200 });
  const env = { ...sandboxVariables(sandbox), TILLPIPE_STORE: ":memory:" };
  const fake = fakeHost({ env, files: { "pipeline.yaml": shipped } });
  const host = { ...fake.host, clock: systemClock };
  return { ...fake, code: await runCommand(["prune", ...args], COMMANDS, host) };
}

Deno.test("prune says how many rows it took away, and from where on orders are kept", async () => {
  const before = new Date(Date.now() - 120 * 86_400_000).toISOString().slice(0, 10);
  const { code, out, err } = await called("--before", before);
  assertEquals(code, 0, err());
  assertStringIncludes(out(), "0 rows are taken away; orders from 50");
  const dry = await called("--before", before, "--dry-run", "--json");
  const { pipeline, dryRun, rows } = JSON.parse(dry.out());
  assertEquals([pipeline, dryRun, rows], ["sitoo-to-ometria", true, 0]);
});

Deno.test("prune without a day, or with a recent one, exits 2 with the remedy", async () => {
  const none = await called();
  assertEquals([none.code, none.out()], [2, ""]);
  assertStringIncludes(none.err(), "--before is missing");
  const recent = await called("--before", new Date().toISOString().slice(0, 10));
  assertEquals(recent.code, 2);
  assertStringIncludes(recent.err(), "The last 90 days are always kept");
  assertStringIncludes(recent.err(), "Name a day up to");
});
