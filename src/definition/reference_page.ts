import { stringify } from "yaml";
import type * as z from "zod";
import type { CatalogEntry } from "./catalog.ts";
import { inputSchema, type JsonSchema, kindOf, sections } from "./field_schemas.ts";
import { isMap } from "./plain.ts";
import { rootSchema } from "./root_schema.ts";
import { duration, rate } from "./scalars.ts";

/** What a reader of the page calls each section, with its kind of stage. */
const headings = { sources: "Sources", transforms: "Transforms", sinks: "Sinks" } as const;

const introduction = `<!-- deno-fmt-ignore-file -->
<!-- Made from the schemas of the stages: change those, not this page. -->

# Reference: stages and options

Every key of a pipeline file. How a file is put together: [pipeline.yaml](02_pipeline_yaml.md). A key with neither a
default nor "required" may be left out. A duration is a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`, as in \`10m\`; a rate
is calls a second, as in \`3/s\`, or \`off\`.`;

/**
 * The reference page of a pipeline file, in Markdown: connections, and every stage with its options, made of the
 * schemas that files are checked with.
 */
export function referencePage(catalog: readonly CatalogEntry[]): string {
  const stages = sections.map((section) => {
    const entries = catalog.filter(({ kind }) => kind === kindOf[section]);
    return [`## ${headings[section]}`, ...entries.map(stage)].join("\n\n");
  });
  return `${[introduction, file(), ...stages].join("\n\n")}\n`;
}

function file(): string {
  const root = inputSchema(rootSchema());
  const connections = mapAt(mapAt(root, "properties"), "connections");
  const own = mapAt(connections, "properties");
  return [
    "## The file",
    table(root, { leaveOut: ["connections"] }),
    "## Connections",
    "### `connections.sitoo`",
    table(mapAt(own, "sitoo")),
    "### `connections.ometria`",
    table(mapAt(own, "ometria")),
  ].join("\n\n");
}

function stage(entry: CatalogEntry): string {
  const facts = [
    entry.takes === undefined ? undefined : `takes \`${entry.takes}\``,
    entry.gives === undefined ? undefined : `gives \`${entry.gives}\``,
    entry.repeatable === true ? "may stand more than once, each with a `name`" : undefined,
  ].filter((fact) => fact !== undefined).join("; ");
  return [
    `### \`${entry.use}\``,
    `${entry.summary}${facts === "" ? "" : ` (${facts})`}.`,
    table(inputSchema(entry.schema)),
    entry.description,
  ].join("\n\n");
}

interface TableOptions {
  /** Keys that have a table of their own. */
  readonly leaveOut?: readonly string[];
}

function table(schema: JsonSchema, { leaveOut = [] }: TableOptions = {}): string {
  const rows = rowsOf(schema, "").filter(({ path }) =>
    !leaveOut.some((key) => path === key || path.startsWith(`${key}.`))
  );
  const lines = rows.map(({ path, field, required }) => {
    const fallback = required ? "required" : valueOf(field["default"]);
    return `| ${[`\`${path}\``, typeOf(field), fallback, textOf(field)].map(cell).join(" | ")} |`;
  });
  return ["| key | values | default | |", "|---|---|---|---|", ...lines].join("\n");
}

interface Row {
  readonly path: string;
  readonly field: JsonSchema;
  readonly required: boolean;
}

/** Every option, those within maps of options by their path: `sweep.new`. */
function rowsOf(schema: JsonSchema, before: string): readonly Row[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(mapAt(schema, "properties")).flatMap(([key, field]) => {
    if (!isMap(field)) return [];
    const path = `${before}${key}`;
    const needed = required.includes(key);
    const inner = rowsOf(field, `${path}.`);
    if (inner.length === 0) return [{ path, field, required: needed }];
    // What a map needs is needed only where the map itself is.
    return inner.map((row) => ({ ...row, required: needed && row.required }));
  });
}

/** What may be written, as short as it can be said. */
function typeOf(field: JsonSchema): string {
  const { type, items } = field;
  const choices = field["enum"];
  const alternatives = field["anyOf"];
  if (field["secret"] === true) return "secret";
  if (Array.isArray(alternatives)) return alternatives.filter(isMap).map(typeOf).join(" or ");
  if ("const" in field) return valueOf(field["const"]);
  if (Array.isArray(choices)) return choices.map(valueOf).join(", ");
  if (type === "array") return isMap(items) ? listOf(items) : "list";
  if (type === "object") return "map";
  if (type === "integer") return integerOf(field);
  return type === "boolean" ? "`true`, `false`" : scalarOf(field);
}

function listOf(items: JsonSchema): string {
  if (items["type"] === "object") return "list";
  if (items["type"] === "integer") return "list of whole numbers";
  return `list of ${typeOf(items)}`;
}

function integerOf({ minimum, maximum }: JsonSchema): string {
  return isLimit(minimum) && isLimit(maximum) ? `${minimum} to ${maximum}` : "whole number";
}

/** zod gives every whole number JavaScript's own limits. */
function isLimit(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}

function scalarOf({ pattern, examples }: JsonSchema): string {
  if (pattern === patternOf(duration())) return "duration";
  if (pattern === patternOf(rate())) return "rate";
  return Array.isArray(examples) ? `text, such as ${exampleOf({ examples })}` : "text";
}

function patternOf(schema: z.ZodType): unknown {
  return inputSchema(schema)["pattern"];
}

function exampleOf({ examples }: JsonSchema): string {
  return Array.isArray(examples) ? examples.slice(0, 2).map(valueOf).join(" or ") : "";
}

function textOf({ description }: JsonSchema): string {
  return typeof description === "string" ? description : "";
}

/** A value as a file has it. */
function valueOf(value: unknown): string {
  if (value === undefined) return "";
  const text = stringify(value, {
    collectionStyle: "flow",
    lineWidth: 0,
    flowCollectionPadding: false,
  });
  return `\`${text.trim()}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function mapAt(map: JsonSchema, key: string): JsonSchema {
  const value = map[key];
  return isMap(value) ? value : {};
}
