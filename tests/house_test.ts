import { assert, assertEquals } from "../src/std/assert.ts";
import { root } from "./support/system.ts";

const text = new TextDecoder();

async function trackedFiles(): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command("git", {
    args: ["ls-files", "-co", "--exclude-standard", "-z"],
    cwd: root,
  }).output();
  return text.decode(stdout).split("\0").filter((path) => path !== "");
}

/** Files with text, read once; a file that is being removed counts as gone. */
async function contents(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const path of await trackedFiles()) {
    if (/\.(png|jpg|sqlite3)$/.test(path) || path === "deno.lock") continue;
    const content = await Deno.readTextFile(new URL(path, root)).catch(() => undefined);
    if (content !== undefined) files.set(path, content);
  }
  return files;
}

/** What no file may hold. Written in parts, so that this file does not hold it either. */
const banned: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a path of a machine", new RegExp(["/ro", "ot/|/wo", "rk/main|/ho", "me/\\w+/"].join(""))],
  [
    "the host of a registry",
    new RegExp(["registry", "\\.npmjs|jsr", "\\.io/@|deno", "\\.land/x"].join("")),
  ],
  ["a promise instead of code", new RegExp(["\\bTO", "DO\\b|\\bFIX", "ME\\b"].join(""))],
  [
    "a silenced checker",
    new RegExp(
      ["deno-lint", "-ignore|@ts-", "ignore|@ts-expect", "-error|\\bas an", "y\\b"].join(""),
    ),
  ],
];

Deno.test("no file holds a machine's path, a registry's host, a promise or a silenced checker", async () => {
  const found: string[] = [];
  for (const [path, content] of await contents()) {
    if (path === "tests/lint_plugin_test.ts" || path === ".ci/lint.ts") continue;
    for (const [what, pattern] of banned) {
      if (what === "a silenced checker" && !/\.tsx?$/.test(path)) continue;
      const index = content.search(pattern);
      if (index >= 0) {
        found.push(`${path}:${content.slice(0, index).split("\n").length} holds ${what}`);
      }
    }
  }
  assertEquals(found, []);
});

/** The contract of all stages is read as one piece. */
const longFiles: readonly string[] = ["src/stages/contract.ts"];

Deno.test("no source file is longer than 400 lines", async () => {
  const long = [...await contents()].flatMap(([path, content]) => {
    const lines = content.split("\n").length;
    return /^src\/.*(?<!_test)\.tsx?$/.test(path) && lines > 400 && !longFiles.includes(path)
      ? [`${path}: ${lines}`]
      : [];
  });
  assertEquals(long, []);
});

Deno.test("the changelog has a place for what is new", async () => {
  const changelog = await Deno.readTextFile(new URL("CHANGELOG.md", root));
  assert(/^## \[?Unreleased/m.test(changelog));
});
