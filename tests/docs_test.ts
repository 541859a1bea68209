import { assert, assertEquals, assertStringIncludes } from "../src/std/assert.ts";
import * as z from "zod";
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
    for (const [, task] of text.matchAll(/deno(?:@[\d.]+)? task ([a-z:]+)/g)) {
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
    ["src/cli/settings.ts", "src/server/deploy.ts", "src/store/open.ts", "pipeline.yaml"]
      .map((path) => Deno.readTextFile(new URL(path, root))),
  );
  const known = code.join("\n");
  const unknown: string[] = [];
  for (const [page, text] of await documents()) {
    for (const [name] of text.matchAll(/\b(?:TILLPIPE|SITOO|OMETRIA|WEBHOOK)_[A-Z_]+\b/g)) {
      if (!known.includes(name)) unknown.push(`${page}: ${name}`);
    }
  }
  assertEquals(unknown, []);
});

/** The anchors that a page's headings make. */
function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? "").toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(" ", "-")
  );
}
