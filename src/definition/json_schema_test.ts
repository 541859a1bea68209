import { parse } from "yaml";
import * as z from "zod";
import { assert, assertEquals, assertNotMatch } from "../std/assert.ts";
import { pipelineJsonSchema } from "./json_schema.ts";
import { catalog, changed, load, valid } from "./testing.ts";

const schema = pipelineJsonSchema(catalog);
// Back into zod: an independent reading of what was generated.
const check = z.fromJSONSchema(z.looseObject({}).parse(schema));

function accepts(text: string): boolean {
  return check.safeParse(parse(text)).success;
}

Deno.test("pipelineJsonSchema() accepts a file without a fault, variables and all", () => {
  assert(accepts(valid));
  assert(accepts(changed("page_size: 100", "page_size: ${EIGHT}")));
  assert(accepts(changed("web_orders: skip", "web_orders: ${RULE:-skip}")));
  assert(accepts(changed("web_orders: skip", "store: { '3': '${OXFORD}' }")));
  assert(accepts(changed("use: past\n    with:", "use: past\n    with:\n      enabled: ${SYNC}")));
});

const refused: Readonly<Record<string, string>> = {
  "an unknown key": changed("page_size", "page_sise"),
  "an option of another stage": changed("web_orders: skip", "page_size: 100"),
  "a stage of another kind": changed("use: map", "use: orders"),
  "an unknown stage": changed("use: map", "use: mapp"),
  "a number beyond its limit": changed("page_size: 100", "page_size: 501"),
  "a duration without a unit": changed("username: till", "username: till\n      linger: 250"),
  "missing options": changed("      value: till\n", "      separator: x\n"),
  "no source": valid.replace(/sources:[^]*(?=transforms:)/, "sources: []\n"),
  "a name where a stage stands once": changed("use: map", "use: map\n    name: mine"),
  "a Sitoo address of another host": changed("${ACCOUNT_URL}", "https://a.example/v2/accounts/1"),
};

for (const [what, text] of Object.entries(refused)) {
  Deno.test(`pipelineJsonSchema() refuses ${what}, as the loader does`, () => {
    assert(!accepts(text));
    assertEquals(load(text).definition, undefined);
  });
}

Deno.test("pipelineJsonSchema() describes, and marks secrets in the standard's own way", () => {
  const text = JSON.stringify(schema);
  assertEquals(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  assertNotMatch(text, /"secret":/);
  assert(text.includes('"writeOnly":true'));
  assert(text.includes('"default":"250ms"'));
  assert(text.includes("A stage for tests"));
});

Deno.test("pipelineJsonSchema() lets a stage that may be repeated have a name", () => {
  const filter = "transforms:\n  - use: filter\n    name: no-staff\n    with: { when: x }";
  assert(accepts(changed("transforms:", filter)));
});
