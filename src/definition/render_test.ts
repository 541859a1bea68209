import stringWidth from "string-width";
import fc from "fast-check";
import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "../std/assert.ts";
import { codeFrame } from "./code_frame.ts";
import { maskSecrets } from "./mask.ts";
import { renderDiagnostics, summarize, toJson } from "./render.ts";
import { changed, load } from "./testing.ts";

function rendered(text: string, color = false): string {
  const sources = new Map([["pipeline.yaml", text]]);
  return renderDiagnostics(load(text, { now: 0 }).diagnostics, sources, { color })
    .replace(/\n?pipeline\.yaml:\d+:\d+ warning future-date[^]*?\n\n/, "");
}

Deno.test("renderDiagnostics() shows place, code, line, carets and hint", () => {
  assertEquals(
    rendered(changed("page_size: 100", "page_sise: 100").replace("2024-01-01", "1960-01-01")),
    [
      'pipeline.yaml:18:7 error unknown-key: Unknown key "page_sise" in the options of "past"',
      "18 |       page_sise: 100",
      "   |       ^^^^^^^^^",
      '   = hint: Did you mean "page_size"?',
      "   = docs: docs/10_error_codes.md#unknown-key",
      "",
      "1 error",
    ].join("\n"),
  );
});

Deno.test("renderDiagnostics() counts errors and warnings", () => {
  const text = changed("${SITOO_KEY}", "letmein").replace("stream: receipts", "stream: A B")
    .replace("version: 1", "version: 3").replace("2024-01-01", "1960-01-01");
  assertEquals(rendered(text).split("\n").at(-1), "2 errors, 1 warning");
  assertEquals(summarize([]), "No problems");
});

Deno.test("renderDiagnostics() puts carets under wide characters", () => {
  const text = changed("web_orders: skip", "{ channel: 店, web_orders: 店舗 }").replace(
    "2024-01-01",
    "1960-01-01",
  );
  const lines = rendered(text).split("\n");
  assertEquals(lines[1], "22 |       { channel: 店, web_orders: 店舗 }");
  // The first sign stands two columns wide, and so does each of the marked ones.
  assertEquals(lines[2], `   | ${" ".repeat(33)}^^^^`);
});

Deno.test("renderDiagnostics() covers every secret that stands on a line it shows", () => {
  const text = changed(
    "    api_id: 4711-12\n    api_key: ${SITOO_KEY}",
    '    { api_id: 4711-12, api_key: top-secret, gap: 5, "account_url": x }',
  ).replace("    account_url: ${ACCOUNT_URL}\n", "");
  const shown = rendered(text);
  assertStringIncludes(shown, "api_key: **********, gap: 5");
  assertNotMatch(shown, /top-secret|4711-12/);
});

Deno.test("renderDiagnostics() obeys no control characters of the file", () => {
  const shown = rendered(changed("web_orders: skip", "web_orders: '\u001b[2J\u202e\u0007'"));
  assertNotMatch(shown.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
});

Deno.test("renderDiagnostics() colours only when asked to", () => {
  const text = changed("page_size: 100", "page_size: x");
  assertEquals(rendered(text).includes("\u001b["), false);
  if (!Deno.noColor) assertEquals(rendered(text, true).includes("\u001b[31m"), true);
});

Deno.test("renderDiagnostics() does without the text of a file", () => {
  const { diagnostics } = load("hello");
  assertEquals(
    renderDiagnostics(diagnostics, new Map(), { color: false }).split("\n")[0],
    "pipeline.yaml:1:1 error wrong-type: The file has to be a map of keys and values",
  );
  assertEquals(renderDiagnostics([], new Map(), { color: false }), "");
});

Deno.test("toJson() is flat", () => {
  assertEquals(toJson(load(changed("page_size: 100", "page_size: 501")).diagnostics), [{
    file: "pipeline.yaml",
    line: 18,
    column: 18,
    length: 3,
    severity: "error",
    code: "invalid-value",
    message: 'Invalid value 501 for "page_size": expected at most 500',
    docs: "docs/10_error_codes.md#invalid-value",
  }]);
});

Deno.test("codeFrame() shows 80 columns around the place of a long line", () => {
  const text = `${"a".repeat(200)}KEY${"b".repeat(200)}`;
  const { code, carets } = codeFrame(text, { line: 1, column: 201, length: 3 });
  assertEquals(code, `…${"a".repeat(39)}KEY${"b".repeat(38)}…`);
  assertEquals(carets, `${" ".repeat(40)}^^^`);
});

Deno.test("codeFrame() turns tabs into spaces and marks at least one column", () => {
  assertEquals(codeFrame("\tkey: x", { line: 1, column: 2, length: 3 }), {
    code: "  key: x",
    carets: "  ^^^",
  });
  assertEquals(codeFrame("a\r\nb\r\n", { line: 2, column: 2, length: 1 }), {
    code: "b",
    carets: " ^",
  });
});

Deno.test("codeFrame() keeps the marked text above the carets, whatever the line", () => {
  const parts = fc.tuple(
    fc.string({ unit: "grapheme", maxLength: 150 }),
    fc.string({ unit: fc.constantFrom("a", "é", "店", "👩‍🚀"), minLength: 1, maxLength: 20 }),
    fc.string({ unit: "grapheme", maxLength: 150 }),
  );
  fc.assert(fc.property(parts, ([before, marked, after]) => {
    const clean = (text: string): string => text.replaceAll(/[\r\n]/g, "");
    const [front, behind] = [`${clean(before)} `, ` ${clean(after)}`];
    const span = { line: 1, column: front.length + 1, length: marked.length };
    const { code, carets } = codeFrame(front + marked + behind, span);
    assert(stringWidth(code) <= 82);
    assertEquals(carets.trimStart().length, stringWidth(marked));
    const at = code.indexOf(` ${marked} `);
    assert(at !== -1, code);
    assertEquals(carets.length - carets.trimStart().length, stringWidth(code.slice(0, at + 1)));
  }));
});

Deno.test("maskSecrets() covers secrets in maps, lists and broken files, and moves nothing", () => {
  const text = [
    "api_key: abc # why",
    "password: [one, 'two', \"${THREE}\"]",
    "deep:",
    "  token:",
    "    - four",
    "name: open",
    "client_secret: |",
    "  five",
    "  six",
  ].join("\n");
  assertEquals(maskSecrets(text).split("\n"), [
    "api_key: *** # why",
    'password: [***, *****, "${THREE}"]',
    "deep:",
    "  token:",
    "    - ****",
    "name: open",
    "client_secret: *",
    "  ****",
    "  ***",
  ]);
  assertEquals(maskSecrets("a: [\napi_key: abc\n"), "a: [\napi_key: ***\n");
  fc.assert(fc.property(fc.string(), (any) => {
    assertEquals(maskSecrets(`x: ${any}`).length, `x: ${any}`.length);
  }));
});
