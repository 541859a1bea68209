// The pipeline.yaml that is shipped, and the schemas of the real stages, as an integrator meets them.
import { parse } from "yaml";
import * as z from "zod";
import { assert, assertEquals } from "../std/assert.ts";
import { pipelineJsonSchema } from "../definition/json_schema.ts";
import { loadDefinition, type LoadResult } from "../definition/load.ts";
import { registry } from "./registry.ts";

const shipped = await Deno.readTextFile(new URL("../../pipeline.yaml", import.meta.url));

const environment: Readonly<Record<string, string>> = {
  SITOO_ACCOUNT_URL: "https://api140.mysitoo.com/v2/accounts/4711",
  SITOO_API_ID: "4711-12",
  SITOO_API_KEY: "key-1",
  OMETRIA_API_KEY: "key-2",
  WEBHOOK_USERNAME: "sitoo",
  WEBHOOK_PASSWORD: "key-3",
};

function load(text: string, env: Readonly<Record<string, string>> = environment): LoadResult {
  const now = Date.UTC(2026, 0, 1);
  return loadDefinition({ file: "pipeline.yaml", text }, {
    catalog: registry,
    env: (name) => env[name],
    now,
  });
}

Deno.test("the shipped pipeline.yaml has neither errors nor warnings", () => {
  const { definition, diagnostics } = load(shipped);
  assertEquals(diagnostics, []);
  assertEquals(definition?.sources.map(({ use }) => use), ["sitoo-webhook", "sitoo-history"]);
  assertEquals(definition?.transforms.map(({ use }) => use), [
    "map",
    "namespace",
    "sku-match",
    "opt-in",
  ]);
  assertEquals(definition?.sinks.map(({ use }) => use), ["ometria-orders", "ometria-email"]);
});

Deno.test("the shipped pipeline.yaml needs exactly the documented variables", () => {
  const missing = load(shipped, {}).diagnostics.map(({ message }) => message.split('"')[1]);
  assertEquals(missing, Object.keys(environment));
});

Deno.test("the shipped pipeline.yaml fits the JSON Schema for editors", () => {
  const schema = z.fromJSONSchema(z.looseObject({}).parse(pipelineJsonSchema(registry)));
  assertEquals(schema.safeParse(parse(shipped)).error?.issues, undefined);
});

Deno.test("options of a loaded file can be parsed once more, as stages do when they are built", () => {
  const { definition } = load(shipped);
  assert(definition !== undefined);
  const uses = [...definition.sources, ...definition.transforms, ...definition.sinks];
  for (const { use, options } of uses) {
    const result = registry.find((spec) => spec.use === use)?.schema.safeParse(options);
    assertEquals(result?.success, true, `${use}: ${result?.error?.message}`);
  }
});

Deno.test("the committed JSON Schema is the one that the stages give now", async () => {
  const committed = await Deno.readTextFile(new URL("../../pipeline.schema.json", import.meta.url));
  assertEquals(
    committed,
    `${JSON.stringify(pipelineJsonSchema(registry), null, 2)}\n`,
    "Run deno task schema",
  );
});

for (const { use, schema } of registry) {
  Deno.test(`options of ${use} are refused when misspelt, and described when right`, () => {
    const result = schema.safeParse({ no_such_option: 1 });
    assert(!result.success);
    assert(result.error.issues.some(({ code }) => code === "unrecognized_keys"));
    const options = { target: "draft-7", io: "input" } as const;
    for (const [key, field] of Object.entries(z.toJSONSchema(schema, options).properties ?? {})) {
      assert(typeof field === "object" && (field.description ?? "").length > 8, `${use}.${key}`);
    }
  });
}

for (const stage of ["sitoo-webhook", "map", "namespace", "ometria-email"]) {
  Deno.test(`a misspelt option of ${stage} in the shipped file is found where it stands`, () => {
    const lines = shipped.split("\n");
    const at = lines.findIndex((line) => line.includes(`use: ${stage}`)) + 2;
    const [, key = ""] = /^ +(\w+):/.exec(lines[at] ?? "") ?? [];
    const text = lines.with(at, (lines[at] ?? "").replace(key, `${key}x`)).join("\n");
    const [first, ...others] = load(text).diagnostics;
    assertEquals([first?.code, first?.span.line, first?.span.column], ["unknown-key", at + 1, 7]);
    assertEquals(first?.hint, `Did you mean "${key}"?`);
    assertEquals(others, []);
  });
}
