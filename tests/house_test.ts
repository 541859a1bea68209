import { assert, assertEquals } from "../src/std/assert.ts";

const root = new URL("../", import.meta.url);

/** Every file that git would keep, found without git: a copy of the project may come without it. */
async function* projectFiles(folder: string, ignored: ReadonlySet<string>): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder.replace(/^\.\//, "")}${entry.name}`;
    const extension = `*${/\.[^.]*$/.exec(entry.name)?.[0] ?? ""}`;
    const names = [entry.name, `${entry.name}/`, extension];
    if (entry.name === ".git" || names.some((name) => ignored.has(name))) continue;
    if (entry.isDirectory) yield* projectFiles(`./${path}/`, ignored);
    else if (entry.isFile) yield path;
  }
}

/** Files with text, read once; a file that is being removed counts as gone. */
async function contents(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const ignored = new Set((await Deno.readTextFile(new URL(".gitignore", root))).split("\n"));
  for await (const path of projectFiles("./", ignored)) {
    if (/\.(png|jpg|sqlite3)$/.test(path) || path === "deno.lock") continue;
    const content = await Deno.readTextFile(new URL(path, root)).catch(() => undefined);
    if (content !== undefined) files.set(path, content);
  }
  assert(files.has("deno.json") && files.has("src/time/clock.ts"), "the project was not found");
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

Deno.test("no source file is longer than 400 lines", async () => {
  const long = [...await contents()].flatMap(([path, content]) => {
    const lines = content.split("\n").length;
    return /^src\/.*(?<!_test)\.tsx?$/.test(path) && lines > 400 ? [`${path}: ${lines}`] : [];
  });
  assertEquals(long, []);
});

Deno.test("the changelog has a place for what is new", async () => {
  const changelog = await Deno.readTextFile(new URL("CHANGELOG.md", root));
  assert(/^## \[?Unreleased/m.test(changelog));
});
