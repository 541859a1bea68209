import { assert, assertEquals, assertMatch, assertStringIncludes } from "../std/assert.ts";
import { COMMANDS } from "./main.ts";
import { runCommand } from "./run.ts";
import { fakeHost } from "./testing.ts";

const files = { "a.yaml": "version: 2\n" };

async function validate(
  args: readonly string[],
  given: Readonly<Record<string, string>> = files,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { host, out, err } = fakeHost({ files: given });
  const code = await runCommand(["validate", "--pipeline", "a.yaml", ...args], COMMANDS, host);
  return { code, out: out(), err: err() };
}

Deno.test("validate --format github writes one annotation a problem, and nothing else", async () => {
  const { code, out } = await validate(["--format", "github"]);
  assertEquals(code, 2);
  const lines = out.trimEnd().split("\n");
  assert(lines.length > 1);
  for (const line of lines) assertMatch(line, /^::error file=a\.yaml,line=1,/);
});

Deno.test("validate --format sarif writes a log that parses", async () => {
  const { code, out } = await validate(["--format", "sarif"]);
  assertEquals([code, JSON.parse(out).version], [2, "2.1.0"]);
});

Deno.test("validate --format json is the same as --json", async () => {
  assertEquals(await validate(["--format", "json"]), await validate(["--json"]));
  assertEquals(await validate(["--format", "json", "--json"]), await validate(["--json"]));
});

Deno.test("validate refuses a format that does not exist, and two at once", async () => {
  const unknown = await validate(["--format", "sarf"]);
  assertEquals([unknown.code, unknown.out], [2, ""]);
  assertStringIncludes(unknown.err, 'Did you mean "sarif"?');
  const both = await validate(["--format", "sarif", "--json"]);
  assertEquals(both.code, 2);
  assertStringIncludes(both.out, "exclude each other");
});

Deno.test("validate names a module that is not there, where the pipeline names it", async () => {
  const pipeline = await Deno.readTextFile(
    new URL("../../pipelines/custom_transform.yaml", import.meta.url),
  );
  const { host, out } = fakeHost({
    files: { "a.yaml": pipeline },
    env: {
      SITOO_ACCOUNT_URL: "https://api140.mysitoo.com/v2/accounts/4711",
      ...Object.fromEntries(
        ["SITOO_API_ID", "SITOO_API_KEY", "OMETRIA_API_KEY", "WEBHOOK_USERNAME", "WEBHOOK_PASSWORD"]
          .map((name) => [name, "a-value"]),
      ),
    },
  });
  const args = ["validate", "--pipeline", "a.yaml", "--json"];
  assertEquals(await runCommand(args, COMMANDS, host), 2);
  const [problem, ...others] = JSON.parse(out()).diagnostics;
  const line = pipeline.split("\n").findIndex((text) => text.includes("module:"));
  assertEquals([problem.code, problem.line, others], ["missing-module", line + 1, []]);
});

Deno.test("validate --tests --format github annotates a test that fails at its line", async () => {
  const pipeline = await Deno.readTextFile(
    new URL("../../pipelines/orders_only.yaml", import.meta.url),
  );
  const test = "tests:\n  - name: A parked order\n    order: { orderid: 1, orderstateid: 35 }\n" +
    "    expect: { dead: never }\n";
  const { code, out } = await validate(["--tests", "--format", "github"], {
    "a.yaml": pipeline,
    "a_test.yaml": test,
  });
  assertEquals(code, 1, out);
  assertMatch(out, /^::error file=a_test\.yaml,line=2,[^\n]*title=test-failed::/m);
  assertStringIncludes(out, 'Test "A parked order" failed: ');
});
