import { assertEquals, assertStringIncludes } from "../std/assert.ts";
import { checkSetting } from "./doctor_setting.ts";
import { fakeHost } from "./testing.ts";

/** Levels and texts of the findings, with a store in memory. */
async function found(
  variables: Readonly<Record<string, string>>,
  real = true,
): Promise<ReadonlyMap<string, string>> {
  const env = (name: string): string | undefined =>
    name === "TILLPIPE_STORE" ? ":memory:" : variables[name];
  const { findings } = await checkSetting(env, fakeHost().host, { real });
  return new Map(findings.map(({ check, level, text }) => [check, `${level} ${text}`]));
}

Deno.test("checkSetting() wants a secret that is long enough", async () => {
  assertStringIncludes((await found({})).get("secret") ?? "", "warn TILLPIPE_SECRET is not set");
  const short = await found({ TILLPIPE_SECRET: "short" });
  assertStringIncludes(short.get("secret") ?? "", "fail TILLPIPE_SECRET is too short");
  assertEquals(
    (await found({ TILLPIPE_SECRET: "x".repeat(32) })).get("secret"),
    "ok TILLPIPE_SECRET is set",
  );
});

Deno.test("checkSetting() tells a public address that is none", async () => {
  const wrong = await found({ PUBLIC_URL: "hooks.example.com" });
  assertStringIncludes(wrong.get("public-url") ?? "", "fail PUBLIC_URL is no web address");
  assertEquals((await found({ PUBLIC_URL: "https://hooks.example.com" })).has("public-url"), false);
});

Deno.test("checkSetting() warns of insecure hosts where the accounts are real ones", async () => {
  const insecure = { TILLPIPE_ALLOW_INSECURE_HOSTS: "1" };
  assertStringIncludes((await found(insecure)).get("insecure-hosts") ?? "", "warn");
  assertEquals((await found(insecure, false)).has("insecure-hosts"), false);
  assertEquals((await found({})).has("insecure-hosts"), false);
});
