import { parse } from "yaml";
import * as z from "zod";
import { COMMANDS } from "../src/cli/main.ts";
import { diagnosticCodes } from "../src/definition/codes.ts";
import { deadReasons } from "../src/engine/reasons.ts";
import { loadDefinition } from "../src/definition/load.ts";
import { referencePage } from "../src/definition/reference_page.ts";
import { renderDiagnostics } from "../src/definition/render.ts";
import { registry } from "../src/stages/registry.ts";
import { assert, assertEquals, assertStringIncludes } from "../src/std/assert.ts";
import { root } from "./support/system.ts";

const pages = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];

async function documents(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const page of pages) texts.set(page, await Deno.readTextFile(new URL(page, root)));
  for await (const entry of Deno.readDir(new URL("docs", root))) {
    if (!entry.name.endsWith(".md")) continue;
    const path = `docs/${entry.name}`;
    texts.set(path, await Deno.readTextFile(new URL(path, root)));
  }
  return texts;
}

Deno.test("the README's first screen has the two commands that need nothing but Node", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const screen = readme.split("\n").slice(0, 30).join("\n");
  assertStringIncludes(screen, "npx --yes deno@2.9.6 task demo");
  assertStringIncludes(screen, "npx --yes deno@2.9.6 task test");
});

Deno.test("every task that a page names exists", async () => {
  const config = z.object({ tasks: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(await Deno.readTextFile(new URL("deno.json", root))));
  for (const [page, text] of await documents()) {
    for (const [, task] of text.matchAll(/deno(?:@[\d.]+)? task ([a-z][a-z:-]*)/g)) {
      assert(task !== undefined && task in config.tasks, `${page} names the task ${task}`);
    }
  }
});

Deno.test("every link within the project leads somewhere", async () => {
  const texts = await documents();
  for (const [page, text] of texts) {
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const url = new URL(target ?? "", new URL(page, root));
      const anchor = url.hash.slice(1);
      url.hash = "";
      const found = await Deno.stat(url).catch(() => undefined);
      assert(found !== undefined, `${page} links to ${target}`);
      if (anchor === "") continue;
      assert(anchors(await Deno.readTextFile(url)).includes(anchor), `${page} links to ${target}`);
    }
  }
});

Deno.test("every environment variable that a page names is read somewhere", async () => {
  const code = await Promise.all(
    [
      "src/cli/log_style.ts",
      "src/cli/settings.ts",
      "src/server/deploy.ts",
      "src/store/open.ts",
      "pipeline.yaml",
    ]
      .map((path) => Deno.readTextFile(new URL(path, root))),
  );
  const known = code.join("\n");
  const unknown: string[] = [];
  for (const [page, text] of await documents()) {
    // What a pipeline's own ${…} is called is up to its author.
    const own = text.replaceAll(/\$\{\w+/g, "");
    for (const [name] of own.matchAll(/\b(?:TILLPIPE|SITOO|OMETRIA|WEBHOOK)_[A-Z_]+\b/g)) {
      if (!known.includes(name)) unknown.push(`${page}: ${name}`);
    }
  }
  assertEquals(unknown, []);
});

Deno.test("every whole pipeline on a page loads without a problem", async () => {
  let found = 0;
  for (const [page, text] of await documents()) {
    for (const yaml of yamlBlocks(text).filter((block) => block.startsWith("version: 1\n"))) {
      found++;
      const { diagnostics } = loadDefinition({ file: page, text: yaml }, {
        catalog: registry,
        env: dummyVariable,
        now: Date.parse("2026-01-01T00:00:00Z"),
      });
      assertEquals(renderDiagnostics(diagnostics, new Map([[page, yaml]]), { color: false }), "");
    }
  }
  assert(found > 0, "no page shows a pipeline");
});

Deno.test("every piece of a pipeline on a page fits into one", async () => {
  const whole = asMap(parse(await Deno.readTextFile(new URL("pipeline.yaml", root))));
  let found = 0;
  for (const [page, text] of await documents()) {
    for (const yaml of yamlBlocks(text).filter((block) => !block.startsWith("version: 1\n"))) {
      // Other YAML, such as a workflow, has at least to be YAML.
      const piece = asMap(parse(yaml));
      if (!Object.keys(piece).every((key) => key in whole)) continue;
      found++;
      const { diagnostics } = loadDefinition({ file: page, text: yaml }, {
        catalog: registry,
        env: dummyVariable,
        overrides: (tree) => ({ ...whole, ...asMap(tree) }),
      });
      // What is not shown may be what a stage needs before it.
      const wrong = diagnostics.filter(({ severity, code }) =>
        severity === "error" && code !== "stage-order"
      );
      assertEquals(renderDiagnostics(wrong, new Map([[page, yaml]]), { color: false }), "");
    }
  }
  assert(found > 0, "no page shows a piece of a pipeline");
});

Deno.test("the reference page is that of the stages as they are", async () => {
  const page = await Deno.readTextFile(new URL("docs/reference.md", root));
  const again = `deno eval 'import { referencePage } from "./src/definition/reference_page.ts"; ` +
    `import { registry } from "./src/stages/registry.ts"; ` +
    `await Deno.writeTextFile("docs/reference.md", referencePage(registry));'`;
  assert(page === referencePage(registry), `docs/reference.md is old; make it again:\n${again}`);
});

Deno.test("the page of error codes has a heading for every code, and for no other", async () => {
  const codes = Object.keys(diagnosticCodes);
  const page = await Deno.readTextFile(new URL("docs/10_error_codes.md", root));
  const headings = [...page.matchAll(/^### `([a-z-]+)`$/gm)].map(([, code]) => code);
  assertEquals(headings.toSorted(), codes.toSorted());
});

Deno.test("the page on operating says what to do about every reason of a dead order", async () => {
  const page = await Deno.readTextFile(new URL("docs/08_operating.md", root));
  const [, section = ""] = page.split("\n## Dead orders\n");
  const own = "unreadable-row"; // Of a damaged store; explain says what to do.
  const lacking = Object.keys(deadReasons).filter((reason) =>
    reason !== own && !section.includes(`\`${reason}\``)
  );
  assertEquals(lacking, []);
});

Deno.test("every command of the program stands in the README", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const lacking = Object.keys(COMMANDS).filter((name) => !readme.includes(`| \`${name}`));
  assertEquals(lacking, []);
});

function yamlBlocks(text: string): readonly string[] {
  return [...text.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, yaml]) => yaml ?? "");
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(value);
}

/** A value that passes for any key, and an address where that is asked for. */
function dummyVariable(name: string): string {
  if (name === "SITOO_ACCOUNT_URL") return "https://api140.mysitoo.com/v2/accounts/4711";
  return name.endsWith("_URL") ? "https://api.example.com" : "dummy-value";
}

/** The anchors that a page's headings make. */
function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? "").toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(" ", "-")
  );
}
