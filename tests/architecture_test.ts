import { assert, assertEquals } from "../src/std/assert.ts";
import {
  APART,
  checkArchitecture,
  findUntested,
  formatViolation,
  LAYERS,
  type Violation,
} from "./support/architecture.ts";
import { type Module, readModule, readModules } from "./support/module_graph.ts";

const root = new URL("../", import.meta.url);

async function readRepository(): Promise<Module[]> {
  const folders = await Promise.all(["src", "tests"].map((folder) => readModules(root, folder)));
  return [
    ...folders.flat(),
    readModule("mod.ts", await Deno.readTextFile(new URL("mod.ts", root))),
  ];
}

/** Checks a made-up repository, given as the text of its files. */
function check(files: Record<string, string>): Violation[] {
  return checkArchitecture(
    Object.entries(files).map(([path, source]) => readModule(path, source)),
  );
}

function lines(violations: readonly Violation[]): string[] {
  return violations.map(formatViolation);
}

Deno.test("no module of the repository breaks a rule of the architecture", async () => {
  const modules = await readRepository();
  assert(modules.length > 40, "the source was not found");
  assertEquals(lines(checkArchitecture(modules)), []);
});

/** What only whole-system tests run: they start it, or it starts everything else. */
const coveredElsewhere: ReadonlySet<string> = new Set([
  "src/runtime/backfill.ts",
  "src/runtime/drain.ts",
  "src/runtime/run_pipeline.ts",
  "src/server/assets/operator.js", // Runs in a browser.
  "src/server/compose.ts",
  "src/server/deploy.ts",
]);

Deno.test("every source file with code is loaded by a test of its own folder", async () => {
  assertEquals(findUntested(await readModules(root, "src"), coveredElsewhere), []);
});

Deno.test("what is said to be covered elsewhere is still there", async () => {
  for (const path of coveredElsewhere) assert((await Deno.stat(new URL(path, root))).isFile, path);
});

Deno.test("findUntested() names what no test of the folder loads", () => {
  const modules = Object.entries({
    "src/engine/a_test.ts": 'import { a } from "./a.ts";\nimport type { T } from "./typed.ts";',
    "src/engine/a.ts": 'import { b } from "./b.ts";\nimport { c } from "../records/c.ts";',
    "src/engine/b.ts": "export function b(): void {}",
    "src/engine/typed.ts": "export class T {}",
    "src/engine/only_types.ts": "export interface U { readonly v: () => void }",
    "src/records/c.ts": "export const c = [1].map((n) => n);",
    "src/records/d.ts": "export function d(): void {}",
  }).map(([path, source]) => readModule(path, source));
  assertEquals(findUntested(modules, new Set(["src/records/d.ts"])), [
    "src/engine/typed.ts",
    "src/records/c.ts",
  ]);
});

Deno.test("every declared layer is a folder of src", async () => {
  const folders = new Set<string>();
  for await (const entry of Deno.readDir(new URL("src/", root))) folders.add(entry.name);
  assertEquals([...LAYERS.flat(), APART.folder].filter((folder) => !folders.has(folder)), []);
});

Deno.test("readModule() sees every form of import, and which of them are types", () => {
  const { imports } = readModule(
    "src/engine/a.ts",
    [
      'import { a } from "./a.ts";',
      'import type { B } from "./b.ts";',
      'import { type C } from "./c.ts";',
      'import { type D, d } from "./d.ts";',
      'import "./e.ts";',
      'import * as f from "./f.ts";',
      'export { g } from "./g.ts";',
      'export type { H } from "./h.ts";',
      'export * from "./i.ts";',
      'export type * from "./j.ts";',
      'const k = await import("./k.ts");',
      'type L = import("./l.ts").L;',
      '// import { m } from "./m.ts";',
      "const n = 'import { n } from \"./n.ts\"';",
    ].join("\n"),
  );
  assertEquals(
    imports.map(({ specifier, line, typeOnly }) => `${line} ${specifier}${typeOnly ? " type" : ""}`)
      .toSorted((a, b) => parseInt(a) - parseInt(b)),
    [
      "1 ./a.ts",
      "2 ./b.ts type",
      "3 ./c.ts type",
      "4 ./d.ts",
      "5 ./e.ts",
      "6 ./f.ts",
      "7 ./g.ts",
      "8 ./h.ts type",
      "9 ./i.ts",
      "10 ./j.ts type",
      "11 ./k.ts",
      "12 ./l.ts type",
    ],
  );
});

Deno.test("a runtime import cycle is refused with its way round", () => {
  assertEquals(
    lines(check({
      "src/engine/a.ts": 'import { b } from "./b.ts";',
      "src/engine/b.ts": '\nexport { c } from "./c.ts";',
      "src/engine/c.ts": 'const a = await import("./a.ts");',
      "src/engine/d.ts": 'import { a } from "./a.ts";',
    })),
    [
      "src/engine/a.ts:1 [cycle] Runtime import cycle: " +
      "src/engine/a.ts:1 → src/engine/b.ts:2 → src/engine/c.ts:1 → src/engine/a.ts",
    ],
  );
});

Deno.test("a module that imports itself, and two cycles apart, are each refused", () => {
  const found = check({
    "src/engine/a.ts": 'import { b } from "./b.ts";',
    "src/engine/b.ts": 'import { a } from "./a.ts";',
    "src/engine/self.ts": 'import * as self from "./self.ts";',
  });
  assertEquals(found.map(({ path, rule }) => `${path} ${rule}`), [
    "src/engine/a.ts cycle",
    "src/engine/self.ts cycle",
  ]);
});

Deno.test("a cycle through tests is refused, too", () => {
  const found = check({
    "src/engine/a_test.ts": 'import { b } from "./testing.ts";',
    "src/engine/testing.ts": 'import { a } from "./a_test.ts";',
  });
  assertEquals(found.map(({ rule }) => rule).toSorted(), ["cycle", "test-helper"]);
});

Deno.test("a cycle that only types close is none", () => {
  assertEquals(
    check({
      "src/engine/a.ts": 'import { b } from "./b.ts";',
      "src/engine/b.ts": 'import type { A } from "./a.ts";\nimport { type C } from "./a.ts";',
    }),
    [],
  );
});

Deno.test("imports from lower layers, of packages and of built-ins are fine", () => {
  assertEquals(
    check({
      "src/store/a.ts": [
        'import { b } from "../records/b.ts";',
        'import { c } from "./keys/c.ts";',
        'import { z } from "zod";',
        'import { join } from "node:path";',
      ].join("\n"),
      "src/store/keys/c.ts": 'import type { E } from "../../http/error.ts";',
    }),
    [],
  );
});

Deno.test("an import from a higher layer is refused, even of a type", () => {
  const engine = "src/engine/compile.ts";
  assertEquals(
    lines(check({
      "src/records/a.ts": '\nimport { x } from "../engine/compile.ts";',
      "src/stages/sinks/b.ts": 'import type { X } from "../../engine/compile.ts";',
      [engine]: 'export type Y = import("../cli/main.ts").Y;',
    })),
    [
      `src/records/a.ts:2 [layer] records imports upwards from engine (${engine})`,
      `src/stages/sinks/b.ts:1 [layer] stages imports upwards from engine (${engine})`,
      `${engine}:1 [layer] engine imports upwards from cli (src/cli/main.ts)`,
    ],
  );
});

Deno.test("an import from a neighbour in the same layer is refused", () => {
  assertEquals(
    lines(check({ "src/sitoo/a.ts": 'import { b } from "../store/b.ts";' })),
    ["src/sitoo/a.ts:1 [layer] sitoo imports sideways from store (src/store/b.ts)"],
  );
});

Deno.test("an import of mod.ts from within src is refused", () => {
  assertEquals(
    lines(check({ "src/engine/a.ts": 'import { b } from "../../mod.ts";' })),
    ["src/engine/a.ts:1 [layer] mod.ts stands above all of src"],
  );
});

Deno.test("deno.json alone of the root may be imported, and read by anyone", () => {
  const source = (file: string): string => `import data from "${file}" with { type: "json" };`;
  assertEquals(
    lines(check({
      "src/http/a.ts": source("../../deno.json"),
      "src/sandbox/b.ts": source("../../deno.json"),
      "src/http/c.ts": source("../../pipeline.schema.json"),
    })),
    ["src/http/c.ts:1 [layer] pipeline.schema.json stands above all of src"],
  );
});

Deno.test("mod.ts and tests may import from any layer", () => {
  assertEquals(
    check({
      "mod.ts": 'export { a } from "./src/cli/a.ts";',
      "src/records/a_test.ts": 'import { b } from "../engine/b.ts";',
      "src/records/testing.ts": 'import { b } from "../sandbox/b.ts";',
      "tests/a_test.ts": 'import { b } from "../src/cli/b.ts";',
    }),
    [],
  );
});

Deno.test("the sandbox imports nothing of the product", () => {
  assertEquals(
    lines(check({
      "src/sandbox/a.ts": 'import { b } from "../records/b.ts";\nimport { c } from "../time/c.ts";',
    })),
    ["src/sandbox/a.ts:1 [sandbox] sandbox imports only std, crypto, time, not records"],
  );
});

Deno.test("only the command line and tests import the sandbox", () => {
  const source = 'import { b } from "../sandbox/b.ts";';
  assertEquals(
    lines(check({
      "src/cli/demo.ts": source,
      "src/runtime/a.ts": source,
      "src/runtime/a_test.ts": source,
    })),
    ["src/runtime/a.ts:1 [sandbox] Only cli and tests import sandbox, not runtime"],
  );
});

Deno.test("product code does not import what is for tests alone", () => {
  const found = check({
    "src/runtime/a.ts": [
      'import { b } from "./intake_fake.ts";',
      'import { c } from "../records/testing.ts";',
      'import { d } from "./d_test.ts";',
      'import { e } from "../store/testing/memory.ts";',
    ].join("\n"),
  });
  assertEquals(found.map(({ line, rule }) => `${line} ${rule}`), [
    "1 test-helper",
    "2 test-helper",
    "3 test-helper",
    "4 test-helper",
  ]);
});

Deno.test("a folder without a layer, and a file outside all folders, are refused", () => {
  assertEquals(
    lines(check({ "src/helpers/a.ts": "", "src/b.ts": "" })),
    [
      "src/helpers/a.ts:1 [layer] The folder src/helpers has no layer: " +
      "name it in tests/support/architecture.ts",
      "src/b.ts:1 [layer] The file lies in src itself: move it into a folder that has a layer",
    ],
  );
});

Deno.test("packages are named in the import map alone", () => {
  const found = check({
    "src/engine/a.ts": ["npm:zod@4", "jsr:@std/path", "https://example.com/a.ts"]
      .map((specifier) => `import "${specifier}";`).join("\n"),
    "tests/b_test.ts": 'await import("npm:zod@4");',
  });
  assertEquals(found.map(({ path, line, rule }) => `${path}:${line} ${rule}`), [
    "src/engine/a.ts:1 specifier",
    "src/engine/a.ts:2 specifier",
    "src/engine/a.ts:3 specifier",
    "tests/b_test.ts:1 specifier",
  ]);
});

Deno.test("console is refused in src", () => {
  const source = '// console.log\nconsole.log("a");';
  assertEquals(
    check({ "src/cli/a.ts": source, "tests/a_test.ts": source })
      .map(({ path, line, rule }) => `${path}:${line} ${rule}`),
    ["src/cli/a.ts:2 console"],
  );
});
