import * as z from "zod";
import type { CatalogEntry } from "./catalog.ts";
import type { FieldPath } from "./definition.ts";
import { isMap } from "./plain.ts";

/** A JSON Schema of draft 7, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The lists of a pipeline file that hold stages. */
export const sections = ["sources", "transforms", "sinks"] as const;

/** The name of one of those lists. */
export type Section = (typeof sections)[number];

/** The kind of stage that each list holds. */
export const kindOf: Readonly<Record<Section, CatalogEntry["kind"]>> = {
  sources: "source",
  transforms: "transform",
  sinks: "sink",
};

/** Whether a key of the file is a list of stages. */
export function isSection(key: unknown): key is Section {
  return sections.some((section) => section === key);
}

/** What an integrator may write for this schema. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, "~standard": __, ...rest } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    // Of a type that is transformed zod leaves examples out, as they might be those of the result. Ours never are.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples)) jsonSchema.examples ??= examples;
    },
  });
  return rest;
}

/** Answers what the schemas say about any path of a file. */
export class FieldSchemas {
  readonly #root: JsonSchema;
  readonly #catalog: readonly CatalogEntry[];
  readonly #tree: unknown;
  readonly #stages = new Map<string, JsonSchema | undefined>();

  /** `tree` is the file as plain values: what `use` says there decides on the schema of `with`. */
  constructor(root: z.ZodType, catalog: readonly CatalogEntry[], tree: unknown) {
    this.#root = inputSchema(root);
    this.#catalog = catalog;
    this.#tree = tree;
  }

  /** Every alternative for the value at a path; none when nothing is known of it. */
  at(path: FieldPath): readonly JsonSchema[] {
    return this.#walk(path).schemas;
  }

  /** The keys that a map at this path may have. */
  keysAt(path: FieldPath): readonly string[] {
    return [...new Set(this.at(path).flatMap(({ properties }) => Object.keys(asMap(properties))))];
  }

  /** The stages that have an option of this name. */
  stagesWith(option: string): readonly string[] {
    return this.#catalog.filter(({ schema }) =>
      expand(inputSchema(schema)).some(({ properties }) => Object.hasOwn(asMap(properties), option))
    ).map(({ use }) => use);
  }

  /** Whether the value there, or what it is a part of, is a secret. */
  isSecret(path: FieldPath): boolean {
    return this.#walk(path).secret;
  }

  #walk(path: FieldPath): { schemas: readonly JsonSchema[]; secret: boolean } {
    const [section, index, key, ...rest] = path;
    const inStage = isSection(section) && typeof index === "number" && key === "with";
    let schemas = expand(inStage ? this.#stageSchema(section, index) : this.#root);
    let secret = schemas.some(isMarkedSecret);
    for (const step of inStage ? rest : path) {
      schemas = schemas.flatMap((schema) => expand(child(schema, step)));
      secret ||= schemas.some(isMarkedSecret);
    }
    return { schemas, secret };
  }

  #stageSchema(section: Section, index: number): JsonSchema | undefined {
    const list = asMap(this.#tree)[section];
    const use = asMap(Array.isArray(list) ? list[index] : undefined)["use"];
    if (typeof use !== "string") return undefined;
    if (!this.#stages.has(use)) {
      const entry = this.#catalog.find((candidate) => candidate.use === use);
      this.#stages.set(use, entry === undefined ? undefined : inputSchema(entry.schema));
    }
    return this.#stages.get(use);
  }
}

/** The schema and all the alternatives in it. `secret` of a union holds for its alternatives. */
function expand(schema: unknown): readonly JsonSchema[] {
  if (!isMap(schema)) return [];
  const parts = [schema["anyOf"], schema["oneOf"], schema["allOf"]]
    .flatMap((list) => Array.isArray(list) ? list : []);
  return [schema, ...parts.flatMap(expand)];
}

function child(schema: JsonSchema, step: string | number): unknown {
  if (typeof step === "number") return schema["items"];
  const properties = asMap(schema["properties"]);
  return Object.hasOwn(properties, step) ? properties[step] : schema["additionalProperties"];
}

function isMarkedSecret(schema: JsonSchema): boolean {
  return schema["secret"] === true;
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}
