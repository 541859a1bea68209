import * as z from "zod";
import { assertEquals } from "../std/assert.ts";
import { diagnosticCodes } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { toSarif } from "./sarif.ts";
import { load, valid } from "./testing.ts";

const text = z.string().min(1);
const position = z.int().min(1);

/** What the published schema of SARIF 2.1.0 demands of the parts that are written; nothing else may be there. */
const log = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.array(z.strictObject({
    tool: z.strictObject({
      driver: z.strictObject({
        name: text,
        version: text,
        semanticVersion: text.regex(/^\d+\.\d+\.\d+/),
        rules: z.array(z.strictObject({
          id: text,
          shortDescription: z.strictObject({ text }),
          help: z.strictObject({ text, markdown: text }),
        })),
      }),
    }),
    columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
    results: z.array(z.strictObject({
      ruleId: text,
      ruleIndex: z.int().min(-1),
      level: z.enum(["none", "note", "warning", "error"]),
      message: z.strictObject({ text }),
      locations: z.array(z.strictObject({
        physicalLocation: z.strictObject({
          artifactLocation: z.strictObject({
            // A URI reference (RFC 3986): no spaces, no backslashes, every % an escape.
            uri: text.regex(/^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-F]{2})+$/),
            uriBaseId: text.optional(),
          }),
          region: z.strictObject({
            startLine: position,
            startColumn: position,
            endLine: position,
            endColumn: position,
          }),
        }),
      })).min(1),
    })),
  })).min(1),
});

function sarif(diagnostics: readonly Diagnostic[]): z.output<typeof log> {
  return log.parse(toSarif(diagnostics, { name: "Tillpipe", version: "1.2.3" }));
}

Deno.test("toSarif() has the form of SARIF 2.1.0 for errors and warnings", () => {
  const broken = valid.replace("page_size: 100", "page_sise: 100")
    .replace("${SITOO_KEY}", "letmein").replace("till\n", "[till]\n");
  const { diagnostics } = load(broken, { now: 0 });
  const [run] = sarif(diagnostics).runs;
  assertEquals(run?.results.length, diagnostics.length);
  for (const [index, result] of (run?.results ?? []).entries()) {
    assertEquals(run?.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
    assertEquals([result.ruleId, result.level], [
      diagnostics[index]?.code,
      diagnostics[index]?.severity,
    ]);
  }
});

Deno.test("toSarif() gives the place with the column behind the end, and the hint", () => {
  const { diagnostics } = load(valid.replace("page_size: 100", "page_sise: 100"), { now: 0 });
  const result = sarif(diagnostics).runs[0]?.results.find(({ ruleId }) => ruleId === "unknown-key");
  assertEquals(
    result?.message.text,
    'Unknown key "page_sise" in the options of "past"\nDid you mean "page_size"?',
  );
  assertEquals(result?.locations[0]?.physicalLocation, {
    artifactLocation: { uri: "pipeline.yaml", uriBaseId: "%SRCROOT%" },
    region: { startLine: 18, startColumn: 7, endLine: 18, endColumn: 16 },
  });
});

Deno.test("toSarif() takes files with any name", () => {
  const [problem] = load("hello").diagnostics;
  const uris = ["./a b%.yaml", "a\\ö.yaml", "/etc/till pipe.yaml"].flatMap((file) =>
    problem === undefined ? [] : sarif([{ ...problem, file }]).runs[0]?.results.map(
      ({ locations }) => locations[0]?.physicalLocation.artifactLocation,
    )
  );
  assertEquals(uris, [
    { uri: "a%20b%25.yaml", uriBaseId: "%SRCROOT%" },
    { uri: "a/%C3%B6.yaml", uriBaseId: "%SRCROOT%" },
    { uri: "file:///etc/till%20pipe.yaml" },
  ]);
});

Deno.test("toSarif() of no problems is a run without results", () => {
  assertEquals(sarif([]).runs[0]?.results, []);
});

Deno.test("every code is told in a line that starts with a capital and has no full stop", () => {
  const wrong = Object.values(diagnosticCodes).filter((line) => !/^[A-Z].*[^.]$/.test(line));
  assertEquals(wrong, []);
});
