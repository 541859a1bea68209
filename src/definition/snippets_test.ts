import { stringify } from "yaml";
import { assertEquals } from "../std/assert.ts";
import { FieldSchemas, inputSchema, kindOf, sections } from "./field_schemas.ts";
import { loadDefinition } from "./load.ts";
import { rootSchema } from "./root_schema.ts";
import { pipelineSnippet, stageSnippet } from "./snippets.ts";
import { catalog } from "./testing.ts";

/** What an editor writes when nothing is filled in: the texts that the places start with. */
function written(body: unknown): string {
  return stringify(body, { lineWidth: 0 })
    .replaceAll(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, "$1").replaceAll(/\\([$}\\])/g, "$1");
}

Deno.test("stageSnippet() has the options that a stage needs, with their examples", () => {
  const [past] = catalog.filter(({ use }) => use === "past");
  assertEquals(past && stageSnippet(past), {
    label: "new past",
    description: "A stage for tests",
    body: { use: "past", with: { start_date: "${1:2024-01-01}" } },
  });
});

Deno.test("pipelineSnippet() writes a file that loads as soon as its variables are set", () => {
  const lists = Object.fromEntries(sections.map((section) => [
    section,
    catalog.filter(({ use, kind }) =>
      // Those whose required options all have an example, as those of real stages do.
      kind === kindOf[section] && ["past", "map", "orders"].includes(use)
    ),
  ]));
  const text = written(pipelineSnippet(inputSchema(rootSchema()), lists).body);
  const { diagnostics } = loadDefinition({ file: "new.yaml", text }, { catalog, env: () => "x" });
  assertEquals(diagnostics.map(({ code }) => code), ["no-namespace"], text);
});

Deno.test("inputSchema() keeps the examples of types that are transformed", () => {
  const root = new FieldSchemas(rootSchema(), catalog, {});
  const [gap] = root.at(["connections", "sitoo", "gap"]);
  assertEquals(gap?.["examples"], ["250ms", "60s", "10m", "4h", "7d"]);
  const [key] = root.at(["connections", "sitoo", "api_key"]);
  assertEquals(key?.["examples"], ["${SITOO_API_KEY}"]);
});
