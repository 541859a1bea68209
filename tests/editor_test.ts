import * as z from "zod";
import { loadDefinition } from "../src/definition/load.ts";
import { registry } from "../src/stages/registry.ts";
import {
  assert,
  assertArrayIncludes,
  assertEquals,
  assertStringIncludes,
} from "../src/std/assert.ts";
import { LanguageClient, type Position } from "./support/language_client.ts";
import { root } from "./support/system.ts";

// What an integrator sees while typing, asked of the language server that their editor runs. All it knows
// of a pipeline comes from the first line of the file, which names pipeline.schema.json.

const range = z.object({ start: z.object({ line: z.int(), character: z.int() }) });
const problem = z.object({ message: z.string(), severity: z.int(), range });
const completions = z.object({
  items: z.array(z.object({ label: z.string(), insertText: z.string().optional() })),
});
const hover = z.object({ contents: z.object({ value: z.string() }) });

type Problem = z.output<typeof problem>;

/** Shows a text, in which `█` is the cursor, as if it were a file of the project. */
class Editor {
  readonly #client: LanguageClient;
  readonly #uri: string;

  constructor(client: LanguageClient, file: string) {
    this.#client = client;
    this.#uri = new URL(file, root).href;
  }

  async problems(text: string): Promise<readonly Problem[]> {
    return z.array(problem).parse(await this.#client.show(this.#uri, text));
  }

  async completions(text: string): Promise<ReadonlyMap<string, string | undefined>> {
    const { items } = completions.parse(await this.#at(text, "textDocument/completion"));
    return new Map(items.map(({ label, insertText }) => [label, insertText]));
  }

  async hover(text: string): Promise<string> {
    return hover.parse(await this.#at(text, "textDocument/hover")).contents.value;
  }

  async #at(text: string, method: string): Promise<unknown> {
    await this.#client.show(this.#uri, text.replace("█", ""));
    const before = text.slice(0, text.indexOf("█")).split("\n");
    const position: Position = {
      line: before.length - 1,
      character: before.at(-1)?.length ?? 0,
    };
    return await this.#client.request(method, { textDocument: { uri: this.#uri }, position });
  }
}

async function shipped(): Promise<readonly string[]> {
  const names = ["pipeline.yaml"];
  for await (const { name } of Deno.readDir(new URL("pipelines", root))) {
    if (/(?<!_test)\.yaml$/.test(name)) names.push(`pipelines/${name}`);
  }
  return names.toSorted();
}

function usesOf(kind: string): readonly string[] {
  return registry.filter((stage) => stage.kind === kind).map(({ use }) => use);
}

function replaced(text: string, from: string, to: string): string {
  assertStringIncludes(text, from);
  return text.replace(from, () => to);
}

Deno.test("the YAML language server helps to write pipelines", async (t) => {
  await using client = await LanguageClient.start();
  const pipeline = await Deno.readTextFile(new URL("pipeline.yaml", root));
  const editor = new Editor(client, "pipeline.yaml");

  for (const file of await shipped()) {
    await t.step(`${file} shows no problem`, async () => {
      const text = await Deno.readTextFile(new URL(file, root));
      assertEquals(await new Editor(client, file).problems(text), []);
    });

    await t.step(
      `${file} shows a key that does not exist, a wrong value and a wrong stage`,
      async () => {
        const text = await Deno.readTextFile(new URL(file, root));
        const wrong = replaced(text, "- use: map", "- use: mapp").replace("\nname: ", "\nnmae: ");
        const found = await new Editor(client, `${file}.wrong.yaml`).problems(wrong);
        const lines = found.map(({ range: { start } }) => wrong.split("\n")[start.line] ?? "");
        assert(lines.some((line) => line.startsWith("nmae: ")), lines.join("; "));
        assert(lines.some((line) => line.includes("use: mapp")), lines.join("; "));
      },
    );
  }

  for (
    const [section, kind] of [["sources", "source"], ["transforms", "transform"], ["sinks", "sink"]]
  ) {
    await t.step(`use: in ${section} offers every ${kind}, and no other stage`, async () => {
      const text = replaced(pipeline, `\n${section}:\n`, `\n${section}:\n  - use: █\n`);
      const offered = [...(await editor.completions(text)).keys()];
      assertEquals(offered.toSorted(), usesOf(kind ?? "").toSorted());
    });
  }

  await t.step("a new entry of a list offers stages with what they need", async () => {
    const text = replaced(pipeline, "\ntransforms:\n", "\ntransforms:\n  - █\n");
    const offered = await editor.completions(text);
    assertEquals(offered.get("new namespace"), "use: namespace\n  with:\n    value: ${1:till}");
    for (const use of usesOf("transform")) assert(offered.has(`new ${use}`), use);
  });

  await t.step("with: offers the options of the stage above it, and of no other", async () => {
    const text = replaced(pipeline, "      by: sku ", "      b█: sku ");
    const offered = [...(await editor.completions(text)).keys()];
    assertArrayIncludes(offered, ["by", "unknown"]);
    assert(!offered.includes("channel"), offered.join(", "));
  });

  await t.step("an option offers the values that it can have", async () => {
    const text = pipeline.replace(/ web_orders: skip.*/, " web_orders: █");
    assertArrayIncludes([...(await editor.completions(text)).keys()], ["skip", "send"]);
  });

  await t.step("a stage and an option explain themselves under the pointer", async () => {
    const stage = await editor.hover(replaced(pipeline, "- use: namespace", "- us█e: namespace"));
    assertStringIncludes(stage, "Puts a namespace before ids");
    assertStringIncludes(stage, "An id at Ometria is the only key of a record");
    const option = await editor.hover(replaced(pipeline, "      by: sku ", "      b█y: sku "));
    assertStringIncludes(option, "What a line's product is named by");
  });

  await t.step("a wrong value and a wrong option are marked where they stand", async () => {
    const wrong = replaced(
      replaced(pipeline, "web_orders: skip", "web_orders: never"),
      "page_size",
      "page_sise",
    );
    const found = await editor.problems(wrong);
    for (const word of ["never", "page_sise"]) {
      const line = wrong.split("\n").findIndex((text) => text.includes(word));
      const character = (wrong.split("\n")[line] ?? "").indexOf(word);
      const places = found.map(({ range: { start } }) => start);
      assert(
        places.some((place) => place.line === line && place.character === character),
        `${word}: ${JSON.stringify(found)}`,
      );
    }
  });

  await t.step("an empty file offers a whole pipeline that validate takes", async () => {
    const [line = ""] = pipeline.split("\n");
    const offered = await editor.completions(`${line}\n█`);
    const snippet = offered.get("new pipeline") ?? "";
    const text = snippet.replaceAll(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, "$1")
      .replaceAll(/\\([$}\\])/g, "$1");
    const { diagnostics } = loadDefinition({ file: "new.yaml", text }, {
      catalog: registry,
      env: (name) => name === "SITOO_ACCOUNT_URL" ? undefined : "a-value",
    });
    assertEquals(diagnostics, [], text);
  });
});
