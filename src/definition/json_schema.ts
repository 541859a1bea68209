import type { CatalogEntry } from "./catalog.ts";
import { inputSchema, type JsonSchema, kindOf, type Section, sections } from "./field_schemas.ts";
import { isMap } from "./plain.ts";
import { rootSchema, stageName } from "./root_schema.ts";
import { pipelineSnippet, stageSnippet } from "./snippets.ts";

/** What stands in for any scalar in a file: text with a variable in it. */
const variable: JsonSchema = { type: "string", pattern: "\\$\\{" };

/** Keywords that describe a field and limit nothing. */
const annotations: ReadonlySet<string> = new Set([
  "title",
  "description",
  "markdownDescription",
  "default",
  "examples",
  "deprecated",
  "writeOnly",
]);

/**
 * The JSON Schema (draft 7) of a pipeline file, for editors: made of the same schemas that files are
 * checked with. Each stage has its own options; `${NAME}` is taken in place of every value.
 */
export function pipelineJsonSchema(catalog: readonly CatalogEntry[]): JsonSchema {
  const root = inputSchema(rootSchema());
  const properties = isMap(root["properties"]) ? root["properties"] : {};
  const lists = Object.fromEntries(sections.map((section) => {
    const own = properties[section];
    return [section, stageList(section, catalog, isMap(own) ? own : {})] as const;
  }));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Tillpipe pipeline",
    description: "Which orders are read from Sitoo, what is done with them, and where they go",
    ...root,
    properties: { ...mapValues(properties, forEditors), ...lists },
    defaultSnippets: [pipelineSnippet(root, essentialStages(catalog))],
  };
}

/** The stages without which no order gets through: those that have options to fill in, or turn records into others. */
function essentialStages(
  catalog: readonly CatalogEntry[],
): Readonly<Record<Section, readonly CatalogEntry[]>> {
  const [sources, transforms, sinks] = sections.map((section) =>
    catalog.filter(({ kind }) => kind === kindOf[section])
  );
  return {
    sources: sources ?? [],
    transforms:
      transforms?.filter(({ use, takes, gives }) => use === "namespace" || takes !== gives) ?? [],
    sinks: sinks?.slice(0, 1) ?? [],
  };
}

function stageList(
  section: Section,
  catalog: readonly CatalogEntry[],
  own: JsonSchema,
): JsonSchema {
  const entries = catalog.filter(({ kind }) => kind === kindOf[section]);
  return {
    description: own["description"],
    type: "array",
    ...(section === "transforms" ? {} : { minItems: 1 }),
    items: {
      type: "object",
      required: ["use"],
      // Beside the stages, so that an editor offers every name while the options are not written yet.
      properties: {
        use: {
          enum: entries.map(({ use }) => use),
          enumDescriptions: entries.map(({ summary }) => summary),
        },
      },
      defaultSnippets: entries.map(stageSnippet),
      oneOf: entries.map(stage),
    },
  };
}

function stage(entry: CatalogEntry): JsonSchema {
  const options = forEditors(inputSchema(entry.schema));
  const needsOptions = isMap(options) && Array.isArray(options["required"]) &&
    options["required"].length > 0;
  return {
    title: entry.use,
    description: entry.summary,
    markdownDescription: `${entry.summary}\n\n${entry.description}`,
    type: "object",
    properties: {
      use: {
        const: entry.use,
        description: entry.summary,
        markdownDescription: `${entry.summary}\n\n${entry.description}`,
      },
      ...(entry.repeatable === true ? { name: forEditors(inputSchema(stageName())) } : {}),
      with: isMap(options) ? { description: "Options of the stage", ...options } : options,
    },
    required: needsOptions ? ["use", "with"] : ["use"],
    additionalProperties: false,
  };
}

/** The schema as an editor needs it, all the way down. */
function forEditors(schema: unknown): unknown {
  if (!isMap(schema)) return schema;
  const { secret, ...rest } = schema;
  const marked: JsonSchema = secret === true ? { ...rest, writeOnly: true } : rest;
  const inner = Object.fromEntries(
    Object.entries(marked).map(([key, value]) => [key, innerSchema(key, value)] as const),
  );
  return takesAnyText(inner) || !isScalarSchema(inner) ? inner : orVariable(inner);
}

function innerSchema(keyword: string, value: unknown): unknown {
  if (keyword === "properties" || keyword === "patternProperties" || keyword === "definitions") {
    return isMap(value) ? mapValues(value, forEditors) : value;
  }
  if (["anyOf", "oneOf", "allOf"].includes(keyword) && Array.isArray(value)) {
    return value.map(forEditors);
  }
  // Of a map's keys nothing is filled in, so `propertyNames` stays.
  return keyword === "items" || keyword === "additionalProperties" ? forEditors(value) : value;
}

/** What describes the field stays outside; what limits the value goes into one of the alternatives. */
function orVariable(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema);
  const outside = entries.filter(([key]) => annotations.has(key));
  const limits = entries.filter(([key]) => !annotations.has(key));
  return { ...Object.fromEntries(outside), anyOf: [Object.fromEntries(limits), variable] };
}

function isScalarSchema({ type, enum: choices, ...rest }: JsonSchema): boolean {
  return choices !== undefined || "const" in rest ||
    ["string", "number", "integer", "boolean"].includes(String(type));
}

/** Text without limits takes a variable as it is. */
function takesAnyText(schema: JsonSchema): boolean {
  const limits = ["pattern", "format", "enum", "const", "maxLength"];
  return schema["type"] === "string" && !limits.some((limit) => limit in schema);
}

function mapValues(
  map: Readonly<Record<string, unknown>>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
