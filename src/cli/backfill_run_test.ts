import { loadDefinition } from "../definition/load.ts";
import { startSandbox } from "../sandbox/mod.ts";
import { registry } from "../stages/registry.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { openStore } from "../store/open.ts";
import { systemClock } from "../time/clock.ts";
import { COMMANDS } from "./main.ts";
import { runCommand } from "./run.ts";
import { sandboxVariables } from "./sandbox_env.ts";
import { fakeHost } from "./testing.ts";

const shipped = await Deno.readTextFile(new URL("../../pipeline.yaml", import.meta.url));

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function backfill(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Said> {
  const fake = fakeHost({ env, files: { "pipeline.yaml": shipped } });
  const host = { ...fake.host, clock: systemClock };
  const code = await runCommand(["backfill", ...args], COMMANDS, host);
  return { code, out: fake.out(), err: fake.err() };
}

Deno.test("backfill ends when a key is refused from the start, in the words of doctor", async () => {
  await using sandbox = await startSandbox({ orders: 20 });
  const env = { ...sandboxVariables(sandbox), TILLPIPE_STORE: ":memory:" };
  for (const args of [["--dry-run"], []]) {
    const { code, err } = await backfill(args, { ...env, SITOO_API_KEY: "mistyped" });
    assertEquals(code, 1, err);
    assertStringIncludes(err, "Error: Sitoo refuses the API id with this key (401)");
    assertStringIncludes(err, "deno task doctor");
  }
  const elsewhere = sandbox.sitoo.accountUrl.replace("/4711", "/4712");
  const { code, err } = await backfill(["--dry-run"], { ...env, SITOO_ACCOUNT_URL: elsewhere });
  assertEquals(code, 1);
  assertStringIncludes(err, "There is no such account at this address of Sitoo (404)");
  const push = await backfill([], { ...env, OMETRIA_API_KEY: "mistyped" });
  assertEquals(push.code, 1);
  assertStringIncludes(push.err, "Ometria refuses the key for orders (403)");
});

Deno.test("backfill takes over from a server that was killed, and does not take it for one at work", async () => {
  await using sandbox = await startSandbox({ orders: 20 });
  const folder = await Deno.makeTempDir();
  try {
    const variables = sandboxVariables(sandbox);
    const env = { ...variables, TILLPIPE_STORE: `${folder}/store.sqlite3` };
    const { definition } = loadDefinition({ file: "pipeline.yaml", text: shipped }, {
      catalog: registry,
      env: (name) => variables[name],
      allowInsecureHosts: true,
    });
    assert(definition !== undefined);
    {
      await using store = await openStore(env.TILLPIPE_STORE, {
        clock: systemClock,
        random: Math.random,
      });
      const pipeline = store.pipeline(definition.name, definition.connections.ometria.account);
      await pipeline.acquireLane("killed", definition.fingerprint, "server");
    }
    const { code, out, err } = await backfill(["--restart"], env);
    assertEquals(code, 0, err);
    assert(!err.includes("a server on this store does the work"), err);
    assertStringIncludes(out, "backfill done\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
