import type { CatalogEntry } from "./catalog.ts";
import { inputSchema, type JsonSchema } from "./field_schemas.ts";
import { isMap } from "./plain.ts";

/** A piece of a file that an editor offers to write; `body` holds places to fill in, `${1:till}`. */
export interface Snippet {
  readonly label: string;
  readonly description: string;
  readonly body: unknown;
}

/** A stage with the options that it needs, each with an example to write over. */
export function stageSnippet(entry: CatalogEntry): Snippet {
  const body = stageBody(entry, new Placeholders());
  return { label: `new ${entry.use}`, description: entry.summary, body };
}

function stageBody({ use, schema }: CatalogEntry, places: Placeholders): unknown {
  const options = places.optionsOf(inputSchema(schema));
  return Object.keys(options).length === 0 ? { use } : { use, with: options };
}

/** A whole file: the connections by their variables, and the stages that every pipeline has. */
export function pipelineSnippet(
  root: JsonSchema,
  lists: Readonly<Record<string, readonly CatalogEntry[]>>,
): Snippet {
  const places = new Placeholders();
  const { version, name, connections } = places.optionsOf(root);
  const stages = Object.entries(lists).map(([section, entries]) =>
    [section, entries.map((entry) => stageBody(entry, places))] as const
  );
  return {
    label: "new pipeline",
    description: "A whole pipeline: connections, sources, transforms and sinks",
    body: { version, name, connections, ...Object.fromEntries(stages) },
  };
}

/** Numbers the places of one snippet. */
class Placeholders {
  #last = 0;

  /** What a map needs: its required keys, else those of its own first example. */
  optionsOf(schema: JsonSchema): Readonly<Record<string, unknown>> {
    const properties = isMap(schema["properties"]) ? schema["properties"] : {};
    const [example] = listOf(schema["examples"]);
    const needed = isMap(example) ? Object.keys(example) : listOf(schema["required"]).map(String);
    return Object.fromEntries(needed.map((key) => {
      const own = isMap(properties[key]) ? properties[key] : {};
      return [key, this.#valueOf(own, isMap(example) ? example[key] : undefined)] as const;
    }));
  }

  #valueOf(schema: JsonSchema, given: unknown): unknown {
    if (isMap(schema["properties"]) && given === undefined) return this.optionsOf(schema);
    const value = given ?? schema["const"] ?? listOf(schema["examples"])[0] ?? schema["default"];
    if (typeof value !== "string") return value;
    // A variable stays one: its signs mean something else in a snippet.
    if (value.includes("${")) return value.replaceAll("$", "\\$").replaceAll("}", "\\}");
    return `\${${++this.#last}:${value.replaceAll(/[\\$}]/g, "\\$&")}}`;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
