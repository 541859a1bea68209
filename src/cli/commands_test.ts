import { freshStatus } from "../runtime/testing.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { COMMANDS } from "./main.ts";
import { runCommand } from "./run.ts";
import { sandboxVariables } from "./sandbox_env.ts";
import { type FakeHost, fakeHost } from "./testing.ts";

/** Nobody listens there. */
const ACCOUNTS = {
  sitoo: {
    accountUrl: "http://127.0.0.1:9/v2/accounts/4711",
    apiId: "4711-1",
    apiKey: "sitoo-key",
  },
  ometria: { apiUrl: "http://127.0.0.1:9/v2", apiKey: "ometria-key", emailApiKey: "email-key" },
};
const shipped = await Deno.readTextFile(new URL("../../pipeline.yaml", import.meta.url));

function host(
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = { "pipeline.yaml": shipped },
): FakeHost {
  const own = { ...sandboxVariables(ACCOUNTS), TILLPIPE_STORE: ":memory:", PORT: "0", ...env };
  return fakeHost({ env: own, files });
}

Deno.test("status --json has exactly the documented keys", async () => {
  const fake = host();
  assertEquals(await runCommand(["status", "--json"], COMMANDS, fake.host), 0, fake.err());
  assertEquals(JSON.parse(fake.out()), {
    pipelines: { "sitoo-to-ometria": freshStatus },
  });
});

Deno.test("status shows several pipelines by their names", async () => {
  const outlet = shipped.replace("name: sitoo-to-ometria ", "name: outlet ");
  const fake = host({}, { "pipeline.yaml": shipped, "outlet.yaml": outlet });
  const args = ["status", "--pipeline", "pipeline.yaml", "--pipeline", "outlet.yaml"];
  assertEquals(await runCommand(args, COMMANDS, fake.host), 0, fake.err());
  assertStringIncludes(fake.out(), "sitoo-to-ometria: No server runs");
  assertStringIncludes(fake.out(), "outlet: No server runs");
});

Deno.test("serve takes requests until it is told to stop, and ends with 0", async () => {
  const fake = host({ TILLPIPE_ADMIN_PASSWORD: "operator-word" });
  const code = runCommand(["serve"], COMMANDS, fake.host);
  const url = await listening(fake);
  const response = await fetch(`${url}/status.json`, {
    headers: { authorization: "Bearer operator-word" },
  });
  assertEquals(Object.keys((await response.json()).pipelines), ["sitoo-to-ometria"]);
  fake.stop.abort();
  assertEquals(await code, 0);
  assertStringIncludes(fake.err(), `base_url for Sitoo is ${url}/hooks/sitoo-to-ometria`);
  assertStringIncludes(fake.err(), "TILLPIPE_SECRET is not set");
  assert(!fake.err().includes("operator-word"));
});

Deno.test("serve says that the port is taken", async () => {
  const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const fake = host({ PORT: String(other.addr.port) });
  assertEquals(await runCommand(["serve"], COMMANDS, fake.host), 2);
  assertStringIncludes(fake.err(), "the port is taken");
  assertStringIncludes(fake.err(), "PORT");
  other.close();
});

const refused: [string, Record<string, string>, string][] = [
  ["a short secret", { TILLPIPE_SECRET: "short" }, "TILLPIPE_SECRET is too short"],
  ["a wrong port", { PORT: "http" }, "PORT is no port"],
  ["a wrong public address", { PUBLIC_URL: "hooks" }, "PUBLIC_URL is no web address"],
  ["a store in a file's place", { TILLPIPE_STORE: "deno.json/store" }, "Cannot open the store"],
  ["a plain http host", { TILLPIPE_ALLOW_INSECURE_HOSTS: "" }, "account_url"],
];
for (const [name, env, message] of refused) {
  Deno.test(`serve exits 2 on ${name} and says what to do`, async () => {
    const fake = host(env);
    assertEquals(await runCommand(["serve"], COMMANDS, fake.host), 2);
    assertStringIncludes(fake.err(), message);
    assert(!/\n\s+at /.test(fake.err()), fake.err());
  });
}

Deno.test("backfill of a pipeline without history exits 2 with the remedy", async () => {
  const text = shipped.replace(/enabled: true( +# "Do you want)/, "enabled: false$1");
  const fake = host({}, { "pipeline.yaml": text });
  assertEquals(await runCommand(["backfill"], COMMANDS, fake.host), 2);
  assertStringIncludes(fake.err(), "does not bring history");
});

/** Where the server says that it listens, as soon as it does. */
async function listening(fake: FakeHost): Promise<string> {
  for (;;) {
    const url = /listens on (http:\S+)/.exec(fake.err())?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("explain says once that nobody knows an order, and exits 1", async () => {
  const outlet = shipped.replace("name: sitoo-to-ometria ", "name: outlet ");
  const files = { "pipeline.yaml": shipped, "outlet.yaml": outlet };
  const pipelines = ["--pipeline", "pipeline.yaml", "--pipeline", "outlet.yaml"];
  const fake = host({}, files);
  const code = await runCommand(["explain", "7", "--offline", ...pipelines], COMMANDS, fake.host);
  assertEquals(code, 1, fake.err());
  assertEquals(fake.out().match(/never looked at/g)?.length, 1);
  const json = host({}, files);
  const args = ["explain", "nothing-like-it", "--offline", "--json", ...pipelines];
  assertEquals(await runCommand(args, COMMANDS, json.host), 1);
  assertEquals(JSON.parse(json.out()), { orders: [] });
});

for (
  const args of [["status"], ["replay"], ["receipts"], ["reconcile", "--fix"], [
    "prune",
    "--before",
    "2024-01-01",
  ]]
) {
  Deno.test(`${args[0]} makes no store where there is none, and says what to do`, async () => {
    const folder = await Deno.makeTempDir();
    const store = `${folder}/mistyped.sqlite3`;
    const fake = host({ TILLPIPE_STORE: store });
    assertEquals(await runCommand(args, COMMANDS, fake.host), 2);
    assertStringIncludes(fake.err(), `There is no store at "${store}"`);
    assertStringIncludes(fake.err(), "TILLPIPE_STORE");
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    await Deno.remove(folder);
  });
}

Deno.test("explain works without a store, and makes none", async () => {
  const folder = await Deno.makeTempDir();
  const fake = host({ TILLPIPE_STORE: `${folder}/none.sqlite3` });
  assertEquals(await runCommand(["explain", "7", "--offline"], COMMANDS, fake.host), 1);
  assertStringIncludes(fake.err(), "nothing is known of earlier orders");
  assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  await Deno.remove(folder);
});

Deno.test("a command without any variable set names them in a line, and init", async () => {
  const fake = fakeHost({ files: { "pipeline.yaml": shipped } });
  assertEquals(await runCommand(["status"], COMMANDS, fake.host), 2);
  assertStringIncludes(
    fake.err(),
    "The pipeline needs variables that are not set: SITOO_ACCOUNT_URL, ",
  );
  assertStringIncludes(fake.err(), "deno task init");
  assert(fake.err().trimEnd().split("\n").length <= 2, fake.err());
});
