import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { COMMANDS } from "./main.ts";
import { runCommand } from "./run.ts";
import { fakeHost } from "./testing.ts";
import manifest from "../../deno.json" with { type: "json" };

/** Those that go on for hours, and are to stay small. */
const LONG_RUNNING: ReadonlySet<string> = new Set(["serve", "backfill"]);
/** Commands that need less than the others, and the permissions each runs under. */
const NARROW: Readonly<Record<string, string>> = {
  init: "init",
  doctor: "doctor",
  demo: "loopback",
  sandbox: "loopback",
  validate: "loopback",
  crashtest: "crashtest",
  // Reaches the real accounts, too.
  plan: "plan",
};

for (const name of Object.keys(COMMANDS)) {
  Deno.test(`${name} --help shows every option and example of the command`, async () => {
    const { host, out, err } = fakeHost();
    assertEquals(await runCommand([name, "--help"], COMMANDS, host), 0);
    const command = await COMMANDS[name]?.();
    assertEquals([command?.name, err()], [name, ""]);
    for (const option of command?.options ?? []) {
      assertStringIncludes(out(), `--${option.name}`);
      assert(/^[A-Z].*[^.]$/.test(option.summary), option.summary);
    }
    assertStringIncludes(out(), `deno task ${name}`);
    assert(/^[A-Z].*[^.]$/.test(command?.summary ?? ""));
    assert(out().split("\n").every((line) => line.length <= 100), out());
  });

  Deno.test(`${name} refuses an option that it does not know`, async () => {
    const { host, out, err } = fakeHost();
    assertEquals(await runCommand([name, "--no-such-thing"], COMMANDS, host), 2);
    assertEquals(out(), "");
    assertStringIncludes(err(), 'There is no option "--no-such-thing"');
  });

  Deno.test(`deno task ${name} runs the command with the permissions it needs`, () => {
    const tasks: Readonly<Record<string, { readonly command: string }>> = manifest.tasks;
    const set = NARROW[name] ?? "live";
    const whole = tasks[name]?.command ?? "";
    const command = whole.slice(whole.indexOf("deno run"));
    // Without it a terminal would be asked to grant what is missing.
    assertStringIncludes(whole, "DENO_NO_PROMPT=1 ");
    const flags = LONG_RUNNING.has(name)
      ? " --v8-flags=--max-semi-space-size=8,--heap-growing-percent=30"
      : "";
    assertEquals(command, `deno run -q -P=${set}${flags} src/cli/main.ts ${name}`);
  });
}

Deno.test("the loopback permissions reach nothing but this machine, and run nothing", () => {
  const { loopback, live, crashtest, plan } = manifest.permissions;
  assertEquals(loopback.net, ["127.0.0.1", "localhost", "[::1]"]);
  // It starts the servers that it kills, and so may run programs; nothing else is added.
  assertEquals(crashtest, { ...loopback, run: crashtest.run });
  // Git alone has the pipeline's earlier text.
  assertEquals(plan, { ...live, run: ["git"] });
  assert(!("run" in loopback) && !("ffi" in loopback) && !("run" in live) && !("ffi" in live));
});

for (const args of [["validate"], ["serve"], ["backfill"], ["status"]]) {
  Deno.test(`${args[0]} without a pipeline file exits 2 and says which one it missed`, async () => {
    const { host, err } = fakeHost();
    assertEquals(await runCommand(args, COMMANDS, host), 2);
    assertStringIncludes(err(), 'Cannot find the pipeline file "pipeline.yaml"');
  });
}

Deno.test("serve refuses a pipeline with problems and shows all of them", async () => {
  const text = "version: 1\nname: Till\nsinks: []\n";
  const { host, err, out } = fakeHost({ files: { "pipeline.yaml": text } });
  assertEquals(await runCommand(["serve"], COMMANDS, host), 2);
  assertEquals(out(), "");
  assertStringIncludes(err(), "pipeline.yaml:2:7");
  assertStringIncludes(err(), "connections");
  assertStringIncludes(err(), "deno task validate");
});

Deno.test("validate --json lists problems for programs", async () => {
  const { host, out } = fakeHost({ files: { "a.yaml": "version: 2\n" } });
  assertEquals(await runCommand(["validate", "--pipeline", "a.yaml", "--json"], COMMANDS, host), 2);
  const { valid, diagnostics } = JSON.parse(out());
  assertEquals([valid, diagnostics[0].file, diagnostics[0].line], [false, "a.yaml", 1]);
});

Deno.test("validate takes what .env says", async () => {
  const pipeline = await Deno.readTextFile(new URL("../../pipeline.yaml", import.meta.url));
  const names = [...pipeline.matchAll(/^[^#]*\$\{([A-Z_]+)\}/gm)].map((match) => match[1]);
  const lines = names.map((name) => `${name}=value-of-${name}`).join("\n");
  const env = `${lines}\nSITOO_ACCOUNT_URL=https://api140.mysitoo.com/v2/accounts/4711\n`;
  const { host, out } = fakeHost({ files: { "pipeline.yaml": pipeline, ".env": env } });
  assertEquals(await runCommand(["validate"], COMMANDS, host), 0, out());
  assertEquals(out(), "Valid: pipeline.yaml\n");
});

Deno.test("schema writes the JSON Schema to standard output", async () => {
  const { host, out } = fakeHost();
  assertEquals(await runCommand(["schema", "--stdout"], COMMANDS, host), 0);
  assertEquals(JSON.parse(out()).$schema, "http://json-schema.org/draft-07/schema#");
});
