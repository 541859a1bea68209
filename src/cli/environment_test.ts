import { assertEquals, assertThrows } from "../std/assert.ts";
import { environmentWithFile, setting } from "./environment.ts";
import { CommandError } from "./failure.ts";
import {
  allowsInsecureHosts,
  configuredSecret,
  listenAddress,
  operatorRule,
  storeLocation,
} from "./settings.ts";
import { fakeHost } from "./testing.ts";

Deno.test("environmentWithFile() adds .env to the environment, which wins", async () => {
  const text = "# comment\nA=file\nB=\"two words\"\nC='$x'\nexport D=four\n";
  const { host } = fakeHost({ env: { A: "own", E: "" }, files: { ".env": `${text}E=file\n` } });
  const env = await environmentWithFile(host);
  assertEquals(["A", "B", "C", "D", "E", "toString"].map(env), [
    "own",
    "two words",
    "$x",
    "four",
    "",
    undefined,
  ]);
});

Deno.test("environmentWithFile() works without a file", async () => {
  const env = await environmentWithFile(fakeHost({ env: { A: "1" } }).host);
  assertEquals([env("A"), env("B")], ["1", undefined]);
});

function from(values: Record<string, string>): (name: string) => string | undefined {
  return (name) => values[name];
}

Deno.test("setting() takes an empty variable for none", () => {
  assertEquals([setting(from({ A: " " }), "A"), setting(from({ A: " b " }), "A")], [
    undefined,
    "b",
  ]);
});

Deno.test("listenAddress() is this machine and 8000 unless told otherwise", () => {
  assertEquals(listenAddress(from({})), { hostname: "127.0.0.1", port: 8000 });
  assertEquals(listenAddress(from({ HOST: "0.0.0.0", PORT: "0" })), {
    hostname: "0.0.0.0",
    port: 0,
  });
  for (const PORT of ["http", "70000", "-1", "80.5"]) {
    assertThrows(() => listenAddress(from({ PORT })), CommandError, "PORT");
  }
});

Deno.test("configuredSecret() refuses one that can be guessed", () => {
  assertEquals(configuredSecret(from({})), undefined);
  assertEquals(configuredSecret(from({ TILLPIPE_SECRET: "x".repeat(32) })), "x".repeat(32));
  assertThrows(
    () => configuredSecret(from({ TILLPIPE_SECRET: "short" })),
    CommandError,
    "too short",
  );
});

Deno.test("operatorRule() takes password and public address, cleaned", () => {
  const rule = operatorRule(from({
    TILLPIPE_ADMIN_PASSWORD: "word",
    PUBLIC_URL: "https://hooks.example.com/",
  }));
  assertEquals([rule.password?.reveal(), rule.publicUrl], ["word", "https://hooks.example.com"]);
  assertEquals(operatorRule(from({ TILLPIPE_ADMIN_PASSWORD: "" })), { deploy: false });
  assertThrows(() => operatorRule(from({ PUBLIC_URL: "hooks" })), CommandError, "PUBLIC_URL");
});

Deno.test("storeLocation() and allowsInsecureHosts() have safe defaults", () => {
  assertEquals(storeLocation(from({})), ".tillpipe/store.sqlite3");
  assertEquals(storeLocation(from({ TILLPIPE_STORE: ":memory:" })), ":memory:");
  assertEquals(allowsInsecureHosts(from({})), false);
  assertEquals(allowsInsecureHosts(from({ TILLPIPE_ALLOW_INSECURE_HOSTS: "true" })), false);
  assertEquals(allowsInsecureHosts(from({ TILLPIPE_ALLOW_INSECURE_HOSTS: "1" })), true);
});
