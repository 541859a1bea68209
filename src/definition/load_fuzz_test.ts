import fc from "fast-check";
import { assert, assertEquals } from "../std/assert.ts";
import { renderDiagnostics } from "./render.ts";
import { load, valid } from "./testing.ts";

/** Whatever the text: an answer, with places inside the file, that can be shown. */
function holds(text: string): void {
  const { definition, diagnostics, locate } = load(text, { now: 0 });
  const lines = text.split("\n");
  for (const { span, message, code } of diagnostics) {
    const line = lines[span.line - 1];
    assert(line !== undefined, `${code} at line ${span.line} of ${lines.length}`);
    assert(span.column >= 1 && span.column <= line.length + 1 && span.length >= 1, code);
    assert(message.length > 0 && !message.includes("undefined"), message);
  }
  assertEquals(definition === undefined, diagnostics.some(({ severity }) => severity === "error"));
  renderDiagnostics(diagnostics, new Map([["pipeline.yaml", text]]), { color: false });
  locate(["sources", 0, "with"]);
}

Deno.test("loadDefinition() answers any text", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200, unit: "binary" }), holds), { numRuns: 300 });
});

Deno.test("loadDefinition() answers any bytes", () => {
  const decoder = new TextDecoder();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => holds(decoder.decode(bytes))),
    { numRuns: 300 },
  );
});

Deno.test("loadDefinition() answers text made of YAML's own characters", () => {
  const bit = fc.constantFrom(
    ..."{}[]:,-?&*!|>'\"%@`#~<=$ \n\t\r",
    "${A}",
    "${",
    "<<: ",
    "*a",
    "&a ",
  );
  const word = fc.constantFrom("sources", "use", "with", "name", "connections", "map", "1", "x");
  const text = fc.array(fc.oneof(bit, word), { maxLength: 60 }).map((bits) => bits.join(""));
  fc.assert(fc.property(text, holds), { numRuns: 500 });
});

Deno.test("loadDefinition() answers the valid file with a piece cut out, doubled or replaced", () => {
  const at = fc.nat({ max: valid.length });
  const filling = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom(
      "\n",
      "  ",
      "\t",
      ":",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "'",
      '"',
      "${",
      "*x",
      "&x ",
      "|",
    ),
  );
  fc.assert(
    fc.property(at, fc.nat({ max: 20 }), filling, fc.boolean(), (from, length, text, twice) => {
      const piece = valid.slice(from, from + length);
      holds(valid.slice(0, from) + (twice ? piece + piece : text) + valid.slice(from + length));
    }),
    { numRuns: 500 },
  );
});

Deno.test("loadDefinition() answers the valid file with any value in place of one of its own", () => {
  const values = [...valid.matchAll(/: (\S+)$/gm)].map(({ index, 1: value = "" }) =>
    [index + 2, value.length] as const
  );
  fc.assert(
    fc.property(fc.constantFrom(...values), fc.json({ maxDepth: 3 }), ([at, length], json) => {
      holds(valid.slice(0, at) + json + valid.slice(at + length));
    }),
    { numRuns: 300 },
  );
});

Deno.test("loadDefinition() gives the same answer again", () => {
  fc.assert(
    fc.property(fc.nat({ max: valid.length }), (end) => {
      const text = valid.slice(0, end);
      assertEquals(load(text).diagnostics, load(text).diagnostics);
    }),
    { numRuns: 50 },
  );
});
