import fc from "fast-check";
import { assert, assertEquals } from "../std/assert.ts";
import { changed, load } from "./testing.ts";
import { isTemplate, parseTemplate } from "./template.ts";

/** The value that `namespace.value`, a text field, gets; `undefined` if it is not set. */
function textOf(source: string, env: Readonly<Record<string, string>> = {}): unknown {
  const base: Readonly<Record<string, string>> = {
    ACCOUNT_URL: "https://api.mysitoo.com/v2/accounts/1",
    SITOO_KEY: "a",
    OMETRIA_KEY: "b",
    HOOK_PASSWORD: "c",
  };
  const text = changed("      value: till", `      value: ${JSON.stringify(source)}`);
  const { definition, diagnostics } = load(text, { env: (name) => env[name] ?? base[name] });
  assert(definition !== undefined, JSON.stringify(diagnostics));
  const options = definition.transforms[1]?.options;
  assert(typeof options === "object" && options !== null && "value" in options);
  return options.value;
}

/** The value that a number, a boolean and a field of both number and text get from a variable. */
function optionOf(line: string, env: Readonly<Record<string, string>>): unknown {
  const text = changed("      stream: receipts", `      ${line}`);
  const base = load(text, { env: (name) => env[name] ?? "https://api.mysitoo.com/v2/accounts/1" });
  const options = base.definition?.sinks[1]?.options;
  assert(typeof options === "object" && options !== null, JSON.stringify(base.diagnostics));
  return Object.values(options)[0];
}

Deno.test("${NAME} is replaced wherever it stands in a text, as often as it stands there", () => {
  assertEquals(textOf("${A}", { A: "x" }), "x");
  assertEquals(textOf("a ${A}-${B}/${A} z", { A: "1", B: "2" }), "a 1-2/1 z");
});

Deno.test("${NAME:-default} takes the default when the variable is unset or empty", () => {
  assertEquals(textOf("${A:-x y}"), "x y");
  assertEquals(textOf("${A:-x}", { A: "" }), "x");
  assertEquals(textOf("${A:-x}", { A: "set" }), "set");
  assertEquals(textOf("${A:-https://a.example/b?c=d}"), "https://a.example/b?c=d");
  assertEquals(textOf("z${A:-}"), "z");
});

Deno.test("$${ stands for ${ itself", () => {
  assertEquals(textOf("$${A}"), "${A}");
  assertEquals(textOf("a$${A}b${B}", { B: "1" }), "a${A}b1");
});

Deno.test("a variable's value is taken as it is, and nothing in it is filled in", () => {
  assertEquals(textOf("${A}", { A: "${B}", B: "x" }), "${B}");
  assertEquals(textOf("${A}", { A: "a: [b] # c" }), "a: [b] # c");
});

Deno.test("a value from a variable takes its field's type", () => {
  assertEquals(optionOf("enabled: ${V}", { V: "true" }), true);
  assertEquals(optionOf('enabled: "${V}"', { V: "false" }), false);
  assertEquals(textOf("${V}", { V: "8" }), "8");
  assertEquals(textOf("${V}", { V: "true" }), "true");
  const number = load(changed("page_size: 100", 'page_size: "${EIGHT}0"')).definition;
  assertEquals(number?.sources[1]?.options, { start_date: "2024-01-01", page_size: 80 });
  const date = load(changed("2024-01-01", "${WHEN:-2024-06-01}")).definition;
  assertEquals(date?.sources[1]?.options, { start_date: "2024-06-01", page_size: 100 });
});

Deno.test("where a number or a text may stand, quotes decide what a variable gives", () => {
  assertEquals(optionOf("template_id: ${V}", { V: "1567" }), 1567);
  assertEquals(optionOf('template_id: "${V}"', { V: "1567" }), "1567");
  assertEquals(optionOf("template_id: ${V}", { V: "welcome" }), "welcome");
});

Deno.test("an empty value counts as not set", () => {
  const { definition, diagnostics } = load(changed("page_size: 100", "page_size: ${NONE:-}"));
  assertEquals(diagnostics, []);
  assertEquals(definition?.sources[1]?.options, { start_date: "2024-01-01" });
});

Deno.test("an empty email_api_key means the other key, an empty alert address means none", () => {
  const text = changed(
    "    api_key: ${OMETRIA_KEY}",
    [
      "    api_key: ${OMETRIA_KEY}",
      "    email_api_key: ${NONE:-}",
    ].join("\n"),
  ) + "alerts:\n  url: ${EMPTY}\n";
  const { definition } = load(text);
  assertEquals(definition?.connections.ometria.emailApiKey.reveal(), "ometria-secret-2");
  assertEquals(definition?.alerts, {});
});

Deno.test("block scalars are filled in, comments and keys are not", () => {
  const text = changed(
    "      value: till",
    "      # ${NOT_SET}\n      value: |-\n        a ${WORDS}",
  );
  assertEquals(load(text).definition?.transforms[1]?.options, { value: "a some words" });
});

const plainText = fc.string().filter((text) => !text.includes("$") && text !== "");
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/);

Deno.test("parseTemplate() gives back what was put together", () => {
  const piece = fc.oneof(
    plainText.map((text) => ({ source: text, part: { text } })),
    name.map((variable) => ({
      source: `\${${variable}}`,
      part: { variable, source: `\${${variable}}` },
    })),
    fc.tuple(name, plainText.filter((text) => !text.includes("}"))).map(([variable, fallback]) => {
      const source = `\${${variable}:-${fallback}}`;
      return { source, part: { variable, source, fallback } };
    }),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
    const parsed = parseTemplate(pieces.map(({ source }) => source).join(""));
    assert("parts" in parsed);
    const joined = (parts: readonly object[]): string =>
      parts.map((part) => "text" in part ? part.text : JSON.stringify(part)).join("");
    assertEquals(joined(parsed.parts), joined(pieces.map(({ part }) => part)));
  }));
});

Deno.test("parseTemplate() leaves text without variables alone, and undoes the escape", () => {
  const bits = fc.array(fc.constantFrom("$", "{", "}", "${", "a", ":-"), { maxLength: 8 });
  fc.assert(fc.property(bits.map((each) => each.join("")), (text) => {
    const escaped = text.replaceAll("${", () => "$${");
    const parsed = parseTemplate(escaped);
    assert("parts" in parsed);
    const back = parsed.parts.map((part) => "text" in part ? part.text : "?").join("");
    assertEquals(back, text);
    assertEquals(isTemplate(escaped), text.includes("${"));
  }));
});
