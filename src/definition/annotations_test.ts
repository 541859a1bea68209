import { assertEquals, assertMatch } from "../std/assert.ts";
import fc from "fast-check";
import { toAnnotations } from "./annotations.ts";
import type { Diagnostic } from "./diagnostic.ts";

const one: Diagnostic = {
  code: "unknown-key",
  severity: "error",
  message: 'Unknown key "a,b": 100%',
  hint: 'Did you mean "b"?',
  file: "./till: one, two.yaml",
  span: { line: 3, column: 7, length: 4 },
};

Deno.test("toAnnotations() gives a workflow command with place, title and message on one line", () => {
  assertEquals(
    toAnnotations([one, { ...one, severity: "warning" }])[0],
    [
      "::error file=till%3A one%2C two.yaml,line=3,endLine=3,col=7,endColumn=10,title=unknown-key",
      '::Unknown key "a,b": 100%25%0ADid you mean "b"?%0ASee docs/10_error_codes.md#unknown-key',
    ].join(""),
  );
  assertMatch(toAnnotations([{ ...one, severity: "warning" }])[0] ?? "", /^::warning file=/);
});

Deno.test("toAnnotations() lets no text of a file end its line or start another command", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (message, file) => {
    const [line = ""] = toAnnotations([{ ...one, message, file }]);
    assertMatch(line, /^::error file=[^\r\n]*,title=unknown-key::[^\r\n]*$/);
  }));
});
