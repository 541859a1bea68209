import * as z from "zod";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import type { CatalogEntry } from "./catalog.ts";
import { referencePage } from "./reference_page.ts";
import { duration, rate, secret, siteList } from "./scalars.ts";
import { catalog } from "./testing.ts";

const page = referencePage([{
  use: "sample",
  kind: "sink",
  takes: "sitoo-order",
  repeatable: true,
  summary: "Takes what comes",
  description: "What it **guarantees**.",
  schema: z.strictObject({
    key: secret("A key"),
    wait: duration().prefault("10m").meta({ description: "How long" }),
    speed: rate().prefault("3/s").meta({ description: "How fast" }),
    sites: siteList().prefault([]).meta({ description: "Which" }),
    size: z.int().min(1).max(500).default(100).meta({ description: "How many" }),
    template: z.int().optional().meta({ description: "Which one" }),
    on: z.boolean().default(false).meta({ description: "Whether" }),
    by: z.union([z.enum(["sku", "id"]), z.array(z.string())]).default("sku").meta({
      description: "One | or many",
    }),
    body: z.strictObject({ html: z.string().meta({ description: "The text", examples: ["<p>"] }) })
      .optional(),
    must: z.strictObject({ be: z.string().meta({ description: "There" }) }),
  }),
}]);

const rows: Readonly<Record<string, string>> = {
  "a secret": "| `key` | secret | required | A key |",
  "a duration in the file's own words": "| `wait` | duration | `10m` | How long |",
  "a rate": "| `speed` | rate | `3/s` | How fast |",
  "a list": "| `sites` | list of whole numbers | `[]` | Which |",
  "the limits of a number": "| `size` | 1 to 500 | `100` | How many |",
  "a number without limits": "| `template` | whole number |  | Which one |",
  "a switch": "| `on` | `true`, `false` | `false` | Whether |",
  "alternatives, and a bar that would end its cell":
    "| `by` | `sku`, `id` or list of text | `sku` | One \\| or many |",
  "a key that is needed only with its map": "| `body.html` | text, such as `<p>` |  | The text |",
  "a key that is needed with a map that is needed": "| `must.be` | text | required | There |",
};

for (const [what, row] of Object.entries(rows)) {
  Deno.test(`referencePage() shows ${what}`, () => assertStringIncludes(page, row));
}

Deno.test("referencePage() says of a stage what it is for, takes and guarantees", () => {
  const facts = "(takes `sitoo-order`; may stand more than once, each with a `name`)";
  assertStringIncludes(page, `### \`sample\`\n\nTakes what comes ${facts}.\n\n| key`);
  assertStringIncludes(page, "What it **guarantees**.");
});

Deno.test("referencePage() puts stages under their kind, and shows the connections", () => {
  const whole = referencePage(catalog);
  const headings = [...whole.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  const uses = (kind: CatalogEntry["kind"]): readonly string[] =>
    catalog.filter((entry) => entry.kind === kind).map(({ use }) => `\`${use}\``);
  assertEquals(headings, [
    "Reference: stages and options",
    "The file",
    "Connections",
    "`connections.sitoo`",
    "`connections.ometria`",
    "Sources",
    ...uses("source"),
    "Transforms",
    ...uses("transform"),
    "Sinks",
    ...uses("sink"),
  ]);
  assert(/\| `push_rate` \| rate \| `3\/s` \|/.test(whole));
});
