import * as z from "zod";
import { assert, assertEquals } from "../std/assert.ts";
import { registry } from "./registry.ts";

Deno.test("registry has every stage once", () => {
  const uses = registry.map((spec) => `${spec.kind} ${spec.use}`);
  assertEquals(new Set(uses).size, uses.length);
  for (
    const use of [
      "source sitoo-webhook",
      "source sitoo-history",
      "transform map",
      "transform namespace",
      "transform sku-match",
      "transform opt-in",
      "transform filter",
      "transform custom",
      "sink ometria-orders",
      "sink ometria-email",
    ]
  ) assert(uses.includes(use), use);
});

Deno.test("registry lets only filter and custom stand in a file twice", () => {
  const repeatable = registry.filter((spec) => spec.repeatable === true).map((spec) => spec.use);
  assertEquals(repeatable, ["filter", "custom"]);
});

Deno.test("registry names the record types that stages take and give", () => {
  const types = new Map(registry.map((spec) => [spec.use, [spec.takes, spec.gives]]));
  assertEquals(types.get("sitoo-webhook"), [undefined, "sitoo-order"]);
  assertEquals(types.get("sku-match"), ["ometria-order", "ometria-order"]);
  assertEquals(types.get("filter"), ["any", "any"]);
  assertEquals(types.get("ometria-orders"), ["ometria-order", undefined]);
  assertEquals(types.get("ometria-email"), ["sitoo-order", undefined]);
});

for (const spec of registry) {
  Deno.test(`registry describes every option of ${spec.use}, with examples`, () => {
    const fields = fieldsOf(spec.schema, spec.use);
    assert(fields.length > 0);
    for (const [path, meta] of fields) {
      assert(typeof meta.description === "string" && meta.description !== "", path);
      if (meta.secret !== true) assert(Array.isArray(meta.examples), path);
    }
  });

  Deno.test(`registry gives a JSON Schema of the options of ${spec.use}`, () => {
    const schema = z.toJSONSchema(spec.schema, { io: "input" });
    assertEquals(schema.type, "object");
    assertEquals(schema.additionalProperties, false);
  });

  Deno.test(`registry describes ${spec.use} as a stage`, () => {
    assert(/^[A-Z].*[^.]$/.test(spec.summary), "one sentence without a full stop");
    assert(spec.description.length > 200, "says what it guarantees");
  });
}

type Meta = Readonly<Record<string, unknown>>;

/** What is said of every option, those within options included. */
function fieldsOf(schema: unknown, path: string): readonly (readonly [string, Meta])[] {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return fieldsOf(schema.unwrap(), path);
  }
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const inner = `${path}.${name}`;
    const own: readonly [string, Meta] = [inner, z.globalRegistry.get(field) ?? {}];
    return [own, ...fieldsOf(field, inner)];
  });
}
