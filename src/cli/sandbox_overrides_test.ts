import { parse } from "yaml";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { CommandError } from "./failure.ts";
import { checkPipelines } from "./pipelines.ts";
import { exportLines, sandboxVariables, writeEnvFile } from "./sandbox_env.ts";
import { sandboxOverrides } from "./sandbox_overrides.ts";
import { fakeHost } from "./testing.ts";

const ACCOUNTS = {
  sitoo: {
    accountUrl: "http://127.0.0.1:1/v2/accounts/4711",
    apiId: "4711-1",
    apiKey: "sitoo-key",
  },
  ometria: { apiUrl: "http://127.0.0.1:2/v2", apiKey: "ometria-key", emailApiKey: "email-key" },
};

Deno.test("sandboxOverrides() makes the shipped pipeline work on the sandbox alone", async () => {
  const text = await Deno.readTextFile(new URL("../../pipeline.yaml", import.meta.url));
  const loaded = checkPipelines([{ file: "pipeline.yaml", path: "/pipeline.yaml", text }], {
    env: () => undefined,
    allowInsecureHosts: true,
    overrides: sandboxOverrides(ACCOUNTS, { receipts: true }),
  }, fakeHost().host);
  assertEquals(loaded.diagnostics, []);
  const connections = loaded.pipelines[0]?.definition.connections;
  assertEquals(connections?.sitoo.accountUrl, ACCOUNTS.sitoo.accountUrl);
  assertEquals(connections?.ometria.apiKey.reveal(), "ometria-key");
});

Deno.test("sandboxOverrides() replaces every address and credential, and keeps the rest", () => {
  const tree: unknown = parse(`
name: mine
connections: { sitoo: { api_key: real-secret, account_url: https://real.example } }
sources: [{ use: sitoo-webhook, with: { password: real-secret, linger: 5ms } }, { use: other }]
transforms: [{ use: namespace, with: { value: pos } }]
sinks: [{ use: ometria-email, with: { enabled: false, subject: Mine, to_override: x } }]
alerts: { url: https://real.example }
`);
  const before = JSON.stringify(tree);
  const changed = sandboxOverrides(ACCOUNTS, { receipts: true })(tree);
  assertEquals(JSON.stringify(tree), before);
  const text = JSON.stringify(changed);
  assert(!text.includes("real"), text);
  for (const kept of ["mine", "5ms", "pos", "Mine", '"other"']) assert(text.includes(kept), kept);
  assert(text.includes('"enabled":true'));
});

Deno.test("sandboxOverrides() leaves what is no pipeline to the checks", () => {
  const override = sandboxOverrides(ACCOUNTS, { receipts: false });
  assertEquals([override("x"), override([1])], ["x", [1]]);
  const broken = override({ sources: "x", sinks: [1, { use: 2 }, { use: "ometria-orders" }] });
  const { sources, sinks } = JSON.parse(JSON.stringify(broken));
  assertEquals(sources, "x");
  assertEquals(sinks, [1, { use: 2 }, { use: "ometria-orders", with: { settle: "500ms" } }]);
});

Deno.test("sandboxVariables() are those that the shipped pipeline uses", async () => {
  const text = await Deno.readTextFile(new URL("../../pipeline.yaml", import.meta.url));
  const used = [...text.matchAll(/^[^#]*\$\{([A-Z_]+)/gm)].map((match) => match[1] ?? "");
  const given = sandboxVariables(ACCOUNTS);
  assertEquals(used.filter((name) => name !== "ALERT_URL" && !(name in given)), []);
  assertEquals(given["TILLPIPE_ALLOW_INSECURE_HOSTS"], "1");
  assert(exportLines(given).startsWith("export SITOO_ACCOUNT_URL='http://127.0.0.1:1/"));
});

Deno.test("writeEnvFile() replaces its own file and nobody else's", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/env`;
  await writeEnvFile(file, { A: "1" });
  await writeEnvFile(file, { A: "2" });
  assertEquals((await Deno.readTextFile(file)).split("\n").slice(1), ["A=2", ""]);
  await Deno.writeTextFile(file, "SITOO_API_KEY=real\n");
  await assertRejects(() => writeEnvFile(file, { A: "3" }), CommandError, "already");
  assertEquals(await Deno.readTextFile(file), "SITOO_API_KEY=real\n");
  await Deno.remove(folder, { recursive: true });
});
