import { COMMANDS } from "../src/cli/main.ts";
import { runCommand } from "../src/cli/run.ts";
import { fakeHost } from "../src/cli/testing.ts";
import { diagnosticCodes } from "../src/definition/codes.ts";
import type { Diagnostic } from "../src/definition/diagnostic.ts";
import { printable } from "../src/definition/code_frame.ts";
import { loadDefinition } from "../src/definition/load.ts";
import { registry } from "../src/stages/registry.ts";
import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "../src/std/assert.ts";
import { root } from "./support/system.ts";

const folder = new URL("tests/broken_pipelines/", root);

const variables: Readonly<Record<string, string>> = {
  SITOO_ACCOUNT_URL: "https://api140.mysitoo.com/v2/accounts/4711",
  SITOO_API_ID: "4711-1",
  SITOO_API_KEY: "sitoo-key",
  OMETRIA_API_KEY: "ometria-key",
  OMETRIA_EMAIL_API_KEY: "email-key",
  WEBHOOK_USERNAME: "sitoo",
  WEBHOOK_PASSWORD: "webhook-password",
  EMPTY: "",
  WORDS: "some words",
  EIGHT: "8",
};

async function broken(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".yaml")) continue;
    // Not readTextFile(), which takes a byte order mark away.
    const bytes = await Deno.readFile(new URL(name, folder));
    texts.set(name, new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  }
  return new Map([...texts].toSorted());
}

const files = await broken();

function problemsOf(text: string): readonly Diagnostic[] {
  return loadDefinition({ file: "pipeline.yaml", text }, {
    catalog: registry,
    env: (name) => variables[name],
    now: Date.parse("2026-01-01T00:00:00Z"),
  }).diagnostics;
}

/** As the comments at the start of a file have it. */
function described(problems: readonly Diagnostic[]): string {
  return problems.map(({ severity, span: { line, column, length }, code, message, hint }) => {
    const place = `${line}:${column}-${column + length}`;
    const first = `# ${severity} ${place} ${code}: ${printable(message)}`;
    return hint === undefined ? first : `${first}\n#   ${printable(hint)}`;
  }).join("\n");
}

for (const [name, text] of files) {
  Deno.test(`broken_pipelines/${name} is answered with the problems that it names`, () => {
    const header = /^\ufeff?# [A-Z][^\r\n]*\r?\n#\r?\n((?:#[^\r\n]*\r?\n)+)\r?\n/.exec(text)?.[1];
    assertEquals(header?.replaceAll("\r", "").trimEnd(), described(problemsOf(text)));
  });

  Deno.test(`broken_pipelines/${name} ends validate without a stack trace, in every format`, async () => {
    for (const format of ["text", "json", "sarif", "github"]) {
      const { host, out, err } = fakeHost({ files: { [name]: text }, env: variables });
      const args = ["validate", "--pipeline", name, "--format", format];
      const isWarned = name.startsWith("warning_");
      assertEquals(await runCommand(args, COMMANDS, host), isWarned ? 0 : 2);
      assertNotMatch(out(), /^\s+at |\w+Error:|file:\/\//m);
      assertEquals(err(), "");
    }
  });
}

Deno.test("there is a broken pipeline for every code that a pipeline file can have", () => {
  const found = new Set([...files.values()].flatMap(problemsOf).map(({ code }) => code));
  const codes = Object.keys(diagnosticCodes).filter((code) =>
    // These are found beside the file.
    !["test-failed", "missing-module"].includes(code)
  );
  assertEquals([...found].toSorted(), codes.toSorted());
  assert(files.size >= 40);
});

const huge: Readonly<Record<string, readonly [text: string, expected: string]>> = {
  "a file of over 1 MiB": [`${"# much\n".repeat(200_000)}`, "too-large 1:1"],
  "100,000 entries in a list": [`sites:\n${"- 1\n".repeat(100_000)}`, "too-large 50000:3"],
  "lists in lists without end": ["[".repeat(100_000), "yaml-syntax 1:1"],
  "maps in maps without end": [
    Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    "too-large 102:102",
  ],
  "a line of a million letters": [`name: ${"x".repeat(1_000_000)}`, "invalid-value 1:7"],
  "bytes that are no text": ["\u0000\ufffd\u0000\ufffd: \u0000", "unknown-key 1:1"],
};

for (const [name, [text, expected]] of Object.entries(huge)) {
  Deno.test(`${name} is answered within a second or two and without a stack trace`, async () => {
    const start = performance.now();
    const places = problemsOf(text).map(({ code, span }) => `${code} ${span.line}:${span.column}`);
    assert(places.includes(expected), places.slice(0, 10).join("; "));
    const { host, out, err } = fakeHost({ files: { "pipeline.yaml": text } });
    assertEquals(await runCommand(["validate"], COMMANDS, host), 2);
    assertNotMatch(out(), /^\s+at |\w+Error:/m);
    assert(out().length < 20_000, "nobody reads that much");
    assertEquals(err(), "");
    assert(performance.now() - start < 5_000);
  });
}

Deno.test("the whole process ends with 2 and no stack trace for all of them at once", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-P=loopback", "src/cli/main.ts"],
      ...["validate", "--pipeline", "tests/broken_pipelines/*.yaml"],
    ],
    cwd: root,
    env: { ...variables, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 2);
  assertNotMatch(`${out}${err}`, /^\s+at |\w+Error:|panicked/m);
  assertStringIncludes(out ?? "", "tests/broken_pipelines/keys_twice.yaml:");
});
