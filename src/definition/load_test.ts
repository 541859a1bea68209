import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "../std/assert.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { renderDiagnostics } from "./render.ts";
import { Secret } from "./secret.ts";
import { changed, environment, load, valid } from "./testing.ts";

/** `page_size: 100` → `… missing-value 18:7+9`. */
function brief({ code, span, severity }: Diagnostic): string {
  const mark = severity === "warning" ? "warning " : "";
  return `${mark}${code} ${span.line}:${span.column}+${span.length}`;
}

const mapThenNamespace = `  - use: map
    with:
      web_orders: skip
  - use: namespace
    with:
      value: till
`;

interface Broken {
  readonly name: string;
  readonly text: string;
  /** Code, line, column and length of every diagnostic, in order. */
  readonly expect: readonly string[];
  /** Of the first one. */
  readonly hint?: string;
}

const broken: readonly Broken[] = [
  // The text as YAML
  { name: "an empty file", text: "", expect: ["missing-key 1:1+1"] },
  { name: "only a comment", text: "# nothing\n", expect: ["missing-key 1:1+1"] },
  { name: "text instead of a map", text: "hello", expect: ["wrong-type 1:1+5"] },
  { name: "a list instead of a map", text: "- a", expect: ["wrong-type 1:1+3"] },
  {
    name: "a tab before a list item, which makes all before it a key",
    text: changed("password: ${HOOK_PASSWORD}", "password:\n\t- ${HOOK_PASSWORD}"),
    expect: ["yaml-syntax 15:1+1"],
  },
  {
    name: "tabs on several lines, as one problem",
    text: changed("  - use: map\n    with:", "\t- use: map\n\t\twith:"),
    expect: ["yaml-syntax 20:1+1"],
  },
  {
    name: "a bracket that is never closed, shown where it opens",
    text: changed("value: till", "value: till\n      parts: [a, {b: c"),
    expect: ["yaml-syntax 26:18+1"],
    hint: "Add the closing }",
  },
  {
    name: "a bracket that closes nothing, and a comma too many",
    text: changed("web_orders: skip", "web_orders: [skip]]").replace(
      "value: till",
      "value: {a,, b}",
    ),
    expect: ["yaml-syntax 22:25+1"],
    hint: "Remove it, or put the text in quotes",
  },
  {
    name: "a merge that was not finished",
    text: changed(
      "      web_orders: skip",
      "<<<<<<< HEAD\n      web_orders: skip\n=======\n>>>>>>> x",
    ),
    expect: ["yaml-syntax 22:1+7"],
  },
  {
    name: "a tab as indentation",
    text: changed("  sitoo:", "\tsitoo:"),
    expect: ["yaml-syntax 4:1+1"],
    hint: "YAML allows only spaces: use two for a level",
  },
  {
    name: "a line that is not lined up",
    text: changed("    api_id:", "   api_id:"),
    expect: ["yaml-syntax 6:4+6"],
  },
  {
    name: "a quote that is never closed, shown where it opens",
    text: changed("name: test-pipe", "name: 'test-pipe"),
    expect: ["yaml-syntax 2:7+10"],
  },
  {
    name: "two keys on one line",
    text: changed("web_orders: skip", "web_orders: skip: x"),
    expect: ["yaml-syntax 22:19+1"],
  },
  {
    name: "a line without a colon",
    text: changed("      page_size: 100", "      page_size"),
    expect: ["yaml-syntax 18:7+9"],
  },
  {
    name: "a value that starts with a reserved character",
    text: changed("value: till", "value: @till"),
    expect: ["yaml-syntax 25:14+1"],
    hint: "Put it in quotes",
  },
  {
    name: "two documents",
    text: `${valid}---\nversion: 1\n`,
    expect: ["yaml-syntax 31:1+3"],
  },
  {
    name: "an unknown tag",
    text: changed("value: till", "value: !env till"),
    expect: ["yaml-syntax 25:14+4"],
  },
  {
    name: "two mistakes in YAML, far apart",
    text: changed("  sitoo:", "\tsitoo:").replace("      value: till", "\tvalue: till"),
    expect: ["yaml-syntax 4:1+1", "yaml-syntax 25:1+1"],
  },
  {
    name: "a wrong key before broken YAML, and nothing behind it",
    text: changed("test-pipe", "Test Pipe").replace("web_orders: skip", "web_orders: skip: x")
      .replace("value: till", "valu: till"),
    expect: ["invalid-value 2:7+9", "yaml-syntax 22:19+1"],
  },
  {
    name: "a key twice",
    text: changed("name: test-pipe", "name: test-pipe\nname: other"),
    expect: ["duplicate-key 3:1+4"],
  },
  {
    name: "a key twice in a stage, and a wrong value elsewhere",
    text: changed("page_size: 100", "page_size: 0\n      page_size: 100").replace(
      "web_orders: skip",
      "web_orders: skp",
    ),
    expect: ["duplicate-key 19:7+9", "invalid-value 23:19+3"],
  },
  {
    name: "an alias without its anchor",
    text: changed("web_orders: skip", "web_orders: *skip"),
    expect: ["unknown-alias 22:19+5"],
  },
  {
    name: "an alias with a misspelt name",
    text: changed("username: till", "username: &till till").replace("value: till", "value: *tilll"),
    expect: ["unknown-alias 25:14+6"],
    hint: 'Did you mean "till"?',
  },
  {
    name: "a merge of an unknown anchor",
    text: changed("      web_orders: skip", "      <<: *base"),
    expect: ["unknown-alias 22:11+5"],
  },
  {
    name: "a merge of what is no map",
    text: changed("      web_orders: skip", "      <<: [skip]"),
    expect: ["yaml-syntax 22:12+4"],
  },
  {
    name: "a wrong value that two fields share through an anchor, where it is written",
    text: changed("page_size: 100", "page_size: &size many").replace(
      "  - use: orders\n",
      "  - use: orders\n    with: { batch_size: *size }\n",
    ),
    expect: ["wrong-type 18:24+4", "wrong-type 18:24+4"],
  },
  {
    name: "a wrong key that came through a merge",
    text: changed("    with:\n      web_orders", "    with: &w\n      web_orders").replace(
      "      value: till",
      "      <<: *w\n      value: till",
    ),
    expect: ["unknown-key 22:7+10"],
  },
  {
    name: "an alias within itself",
    text: changed("web_orders: skip", "store: &s { 1: *s }"),
    expect: ["too-large 22:22+2"],
    hint: "Write out what is meant here",
  },
  {
    name: "aliases that unfold without end",
    text: [
      "a: &a [x, x, x, x, x, x, x, x, x, x]",
      "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]",
      "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]",
      "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]",
      "e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]",
    ].join("\n"),
    expect: ["too-large 5:13+2"],
  },
  { name: "endless brackets", text: "[".repeat(50_000), expect: ["yaml-syntax 1:1+1"] },
  { name: "a file that is too large", text: "#".repeat(1_048_577), expect: ["too-large 1:1+1"] },

  // Variables
  {
    name: "a variable that is not set",
    text: changed("${HOOK_PASSWORD}", "${NOT_SET}"),
    expect: ["missing-variable 14:17+10"],
    hint: "Set NOT_SET in the environment or in the file .env",
  },
  {
    name: "two variables that are not set, in one text",
    text: changed("username: till", 'username: "a${NOT_A}-${NOT_B}"'),
    expect: ["missing-variable 13:19+8", "missing-variable 13:28+8"],
  },
  {
    name: "a variable that is set to nothing where a value is needed",
    text: changed("${SITOO_KEY}", "${EMPTY}"),
    expect: ["missing-variable 7:14+8"],
  },
  {
    name: "an unquoted variable in a flow map",
    text: changed(
      "    with:\n      web_orders: skip",
      "    with: { web_orders: ${WORDS}, channel: till }",
    ),
    expect: ["quote-interpolation 21:25+8"],
    hint: 'Quote it: "${WORDS}"',
  },
  {
    name: "unquoted variables in a flow list, and a wrong key behind them",
    text: changed("password: ${HOOK_PASSWORD}", "password: [${A}, x${B:-}]").replace(
      "page_size",
      "page_sise",
    ),
    expect: ["quote-interpolation 14:18+4", "quote-interpolation 14:25+6", "unknown-key 18:7+9"],
  },
  {
    name: "an unquoted variable as the use of a stage",
    text: changed("  - use: orders", "  - { use: ${SINK} }"),
    expect: ["quote-interpolation 27:12+7"],
  },
  {
    name: "an unquoted variable that is not closed either",
    text: changed(
      "    with:\n      web_orders: skip",
      "    with: { web_orders: ${WORDS, channel: x }",
    ),
    expect: ["quote-interpolation 21:25+7"],
    hint: 'Quote it: "${WORDS}"',
  },
  {
    name: "what is no variable",
    text: changed("value: till", "value: a${1st}"),
    expect: ["invalid-interpolation 25:15+6"],
  },
  {
    name: "a variable without an end",
    text: changed("value: till", "value: ${WORDS"),
    expect: ["invalid-interpolation 25:14+7"],
  },
  {
    name: "a variable in a default",
    text: changed("value: till", "value: ${NONE:-${WORDS}}"),
    expect: ["invalid-interpolation 25:14+16"],
  },
  {
    name: "a variable as a key",
    text: changed("web_orders: skip", "${WORDS}: skip"),
    expect: ["unknown-key 22:7+8"],
    hint: "Variables are filled in for values only, not for keys",
  },
  {
    name: "a variable whose value does not fit its field",
    text: changed("page_size: 100", "page_size: ${WORDS}"),
    expect: ["wrong-type 18:18+8"],
  },

  // Keys and values
  {
    name: "another version",
    text: changed("version: 1", "version: 2"),
    expect: ["invalid-value 1:10+1"],
  },
  {
    name: "a version in quotes",
    text: changed("version: 1", "version: '1'"),
    expect: ["invalid-value 1:10+3"],
    hint: "Remove the quotes",
  },
  {
    name: "a name with capitals",
    text: changed("test-pipe", "Test"),
    expect: ["invalid-value 2:7+4"],
  },
  {
    name: "a required key that is misspelt: one cause, said once",
    text: changed("account_url", "acount_url"),
    expect: ["unknown-key 5:5+10"],
    hint: 'Did you mean "account_url"?',
  },
  {
    name: "an unknown key that resembles nothing",
    text: changed("web_orders: skip", "colour: red"),
    expect: ["unknown-key 22:7+6"],
    hint: "Choose from: channel, store, web_orders, currencies",
  },
  {
    name: "missing keys of a connection",
    text: changed("    api_id: 4711-12\n    api_key: ${SITOO_KEY}\n", ""),
    expect: ["missing-key 4:3+5", "missing-key 4:3+5"],
  },
  {
    name: "missing options of a stage without with",
    text: changed("    with:\n      start_date: 2024-01-01\n      page_size: 100\n", ""),
    expect: ["missing-key 15:5+9"],
    hint: "Add start_date: 2024-01-01",
  },
  {
    name: "missing options of a stage with nothing under with",
    text: changed("      value: till\n", ""),
    expect: ["missing-key 24:5+4"],
  },
  {
    name: "a key without a value",
    text: changed("page_size: 100", "page_size:"),
    expect: ["missing-value 18:7+9"],
  },
  {
    name: "text for a number",
    text: changed("page_size: 100", "page_size: many"),
    expect: ["wrong-type 18:18+4"],
  },
  {
    name: "a number in quotes",
    text: changed("page_size: 100", 'page_size: "100"'),
    expect: ["wrong-type 18:18+5"],
    hint: "Remove the quotes",
  },
  {
    name: "a number beyond its limit",
    text: changed("page_size: 100", "page_size: 501"),
    expect: ["invalid-value 18:18+3"],
  },
  {
    name: "yes for true",
    text: changed("page_size: 100", "enabled: yes"),
    expect: ["wrong-type 18:16+3"],
    hint: "Write true or false, without quotes",
  },
  {
    name: "a number for text",
    text: changed("value: till", "value: 4711"),
    expect: ["wrong-type 25:14+4"],
    hint: "Put it in quotes",
  },
  {
    name: "a map for a scalar, cut at the end of its first line",
    text: changed("page_size: 100", "page_size:\n        a: 1\n        b: 2"),
    expect: ["wrong-type 19:9+4"],
  },
  {
    name: "a duration without a unit",
    text: changed("username: till", "username: till\n      linger: 250"),
    expect: ["wrong-type 14:15+3"],
    hint: "Write a number and its unit: 250ms, 60s, 10m, 4h or 7d",
  },
  {
    name: "a duration with an unknown unit, in a nested map",
    text: changed("username: till", "username: till\n      sweep: { new: 10min }"),
    expect: ["invalid-value 14:21+5"],
  },
  {
    name: "a rate that is none",
    text: changed(
      "    api_key: ${OMETRIA_KEY}",
      "    api_key: ${OMETRIA_KEY}\n    push_rate: 3 per s",
    ),
    expect: ["invalid-value 10:16+7"],
  },
  {
    name: "a day that does not exist",
    text: changed("2024-01-01", "2024-02-30"),
    expect: ["invalid-value 17:19+10"],
  },
  {
    name: "a stream with a capital and a space",
    text: changed("stream: receipts", "stream: My receipts"),
    expect: ["invalid-value 30:15+11"],
  },
  {
    name: "a choice that is misspelt",
    text: changed("web_orders: skip", "web_orders: skipp"),
    expect: ["invalid-value 22:19+5"],
    hint: 'Did you mean "skip"?',
  },
  {
    name: "a misspelt choice where a map may stand too",
    text: changed("web_orders: skip", "store: warehouseid"),
    expect: ["invalid-value 22:14+11"],
    hint: 'Did you mean "warehouse-id"?',
  },
  {
    name: "a wrong key of a table",
    text: changed("web_orders: skip", "store:\n        3: Oxford\n        north: Leeds"),
    expect: ["invalid-value 24:9+5"],
  },
  {
    name: "an entry of a list",
    text: changed("web_orders: skip", "currencies: [GBP, EURO]"),
    expect: ["invalid-value 22:25+4"],
  },
  {
    name: "a Sitoo address of another host",
    text: changed("${ACCOUNT_URL}", "https://mysitoo.com.example/v2/accounts/4711"),
    expect: ["invalid-value 5:18+44"],
  },
  {
    name: "a secret with a space around it",
    text: changed("${HOOK_PASSWORD}", "'word '"),
    expect: ["invalid-value 14:17+7", "warning literal-secret 14:17+7"],
  },
  {
    name: "a list of passwords of which none is left",
    text: changed("${HOOK_PASSWORD}", '["${EMPTY}", ""]'),
    expect: ["invalid-value 14:17+16"],
  },

  // Stages
  {
    name: "a stage that is misspelt",
    text: changed("use: map", "use: mapp"),
    expect: ["unknown-stage 20:10+4"],
    hint: 'Did you mean "map"?',
  },
  {
    name: "a stage of another kind",
    text: changed(
      "  - use: past\n    with:",
      "  - use: map\n    with: {}\n  - use: past\n    with:",
    )
      .replace(mapThenNamespace, mapThenNamespace),
    expect: ["wrong-section 15:10+3"],
    hint: 'Move it to "transforms"',
  },
  {
    name: "a stage twice",
    text: changed(
      mapThenNamespace,
      `${mapThenNamespace}  - use: namespace\n    with: { value: x }\n`,
    ),
    expect: ["duplicate-stage 26:10+9"],
  },
  {
    name: "one name for two stages",
    text: changed(
      mapThenNamespace,
      `${mapThenNamespace}${"  - { use: filter, name: same, with: { when: x } }\n".repeat(2)}`,
    ),
    expect: ["duplicate-stage 27:26+4"],
  },
  {
    name: "a name for a stage that stands once",
    text: changed("use: map", "use: map\n    name: mine"),
    expect: ["unknown-key 21:5+4"],
  },
  {
    name: "transforms in the wrong order: one cause, said once",
    text: changed(mapThenNamespace, "  - use: namespace\n    with: { value: x }\n  - use: map\n"),
    expect: ["stage-order 20:10+9"],
    hint: 'Move it below "map"',
  },
  {
    name: "a sink that gets the wrong records",
    text: changed(mapThenNamespace, "  - use: filter\n    with: { when: x }\n"),
    expect: ["warning no-namespace 19:1+10", "stage-order 23:10+6"],
  },
  {
    name: "no source",
    text: valid.replace(/sources:[^]*(?=transforms:)/, "sources: []\n"),
    expect: ["missing-stage 10:1+7"],
  },
  {
    name: "sinks with nothing under them",
    text: valid.replace(/sinks:[^]*/, "sinks:\n"),
    expect: ["missing-stage 26:1+5"],
  },
  {
    name: "no list of sinks at all",
    text: valid.replace(/sinks:[^]*/, ""),
    expect: ["missing-key 1:1+10"],
  },
  {
    name: "a stage that is only a word",
    text: changed("  - use: orders", "  - orders"),
    expect: ["wrong-type 27:5+6"],
  },
  {
    name: "an entry without use",
    text: changed("  - use: orders", "  - with: {}"),
    expect: ["missing-key 27:5+8"],
  },

  // Warnings
  {
    name: "a secret in the file",
    text: changed("${SITOO_KEY}", "letmein"),
    expect: ["warning literal-secret 7:14+7"],
  },
  {
    name: "no namespace",
    text: changed(mapThenNamespace, "  - use: map\n"),
    expect: ["warning no-namespace 19:1+10"],
  },
  {
    name: "a start date in the future",
    text: changed("2024-01-01", "2034-01-01"),
    expect: ["warning future-date 17:19+10"],
  },
  {
    name: "a rate above what Ometria documents",
    text: changed("    api_key: ${OMETRIA_KEY}", "    api_key: ${OMETRIA_KEY}\n    read_rate: off"),
    expect: ["warning rate-above-limit 10:16+3"],
  },
  {
    name: "a key for email without a sink for receipts",
    text: changed("  - use: receipts\n    with:\n      stream: receipts\n", "").replace(
      "    api_key: ${OMETRIA_KEY}",
      "    api_key: ${OMETRIA_KEY}\n    email_api_key: ${SITOO_KEY}",
    ),
    expect: ["warning unused-connection 10:5+13"],
  },
];

for (const { name, text, expect, hint } of broken) {
  Deno.test(`loadDefinition() finds ${name}`, () => {
    const { definition, diagnostics } = load(text, { now: Date.UTC(2026, 0, 1) });
    assertEquals(diagnostics.map(brief), expect);
    if (hint !== undefined) assertEquals(diagnostics[0]?.hint, hint);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    assertEquals(definition === undefined, errors.length > 0);
    for (const { message } of diagnostics) {
      assert(/^["A-Z]/.test(message) && !message.endsWith("."), message);
    }
  });
}

Deno.test("loadDefinition() finds all problems in one run, in the order of the file", () => {
  const text = valid.replace("test-pipe", "Test").replace("api_id:", "api_idd:")
    .replace("${HOOK_PASSWORD}", "${NOT_SET}").replace("2024-01-01", "soon")
    .replace("use: map", "use: mapp").replace("stream: receipts", "stream: A B");
  assertEquals(load(text).diagnostics.map(({ code, span }) => `${span.line} ${code}`), [
    "2 invalid-value",
    "6 unknown-key",
    "14 missing-variable",
    "17 invalid-value",
    "20 unknown-stage",
    "30 invalid-value",
  ]);
});

Deno.test("loadDefinition() takes a file without a fault", () => {
  const { definition, diagnostics } = load(valid);
  assertEquals(diagnostics, []);
  assert(definition !== undefined);
  assertEquals(definition.name, "test-pipe");
  assertEquals(definition.connections.sitoo.accountId, "4711");
  assertEquals(definition.connections.sitoo.gap, 250);
  assertEquals(definition.connections.ometria.pushRate, 3);
  assertEquals(definition.connections.ometria.emailApiKey.reveal(), "ometria-secret-2");
  assertEquals(definition.transforms.map(({ use, path }) => [use, ...path]), [
    ["map", "transforms", 0],
    ["namespace", "transforms", 1],
  ]);
  assertEquals(definition.sinks[0]?.options, {});
});

Deno.test("loadDefinition() reads Windows line ends and a byte order mark", () => {
  const text = `\ufeff${valid.replaceAll("\n", "\r\n")}`;
  assertEquals(load(text).diagnostics, []);
  const wrong = text.replace("page_size: 100", "page_size: many");
  assertEquals(load(wrong).diagnostics.map(brief), ["wrong-type 18:18+4"]);
});

Deno.test("loadDefinition() unfolds anchors and merges, own keys first", () => {
  const text = changed(
    "      value: till\n",
    "      <<: [*a, *b]\n      value: till\n",
  ).replace("    api_id: 4711-12", "    api_id: 4711-12").replace(
    "      web_orders: skip",
    "      channel: &word hello",
  ).replace("value: till\n", "separator: *word\n      value: till\n")
    .replace("      <<: [*a, *b]\n", "");
  assertEquals(load(text).definition?.transforms[1]?.options, {
    separator: "hello",
    value: "till",
  });
  const merged = changed("username: till", "username: till\n      linger: 1s").replace(
    "    with:\n      username",
    "    with: &hook\n      username",
  ).replace("sinks:", "tests:\n  - <<: *hook\n    username: other\nsinks:");
  assertEquals(load(merged).tests[0]?.value, {
    username: "other",
    linger: "1s",
    password: "${HOOK_PASSWORD}",
  });
});

Deno.test("loadDefinition() keeps secrets of options from being printed", () => {
  const { definition } = load(changed("${HOOK_PASSWORD}", '["${HOOK_PASSWORD}", "${EMPTY}"]'));
  const text = Deno.inspect(definition, { depth: 20 }) + JSON.stringify(definition);
  assertNotMatch(text, /secret-\d/);
  const options = definition?.sources[0]?.options;
  assert(typeof options === "object" && options !== null && "password" in options);
  assert(Array.isArray(options.password) && options.password[0] instanceof Secret);
});

Deno.test("loadDefinition() prints no value that came from a variable, and no secret of the file", () => {
  const texts = [
    changed("page_size: 100", "page_size: ${SITOO_KEY}"),
    changed("web_orders: skip", "web_orders: ${SITOO_KEY}"),
    changed("use: map", "use: ${SITOO_KEY}"),
    changed(
      mapThenNamespace,
      "  - { use: filter, name: &n '${SITOO_KEY}', with: { when: x } }\n".repeat(2),
    ),
    changed("${ACCOUNT_URL}", "${SITOO_KEY}"),
    changed("4711-12", "'sitoo-secret-1: '"),
    changed("${HOOK_PASSWORD}", "{ sitoo-secret-1: sitoo-secret-1 }"),
    changed("${HOOK_PASSWORD}", "[' sitoo-secret-1']"),
    `${valid}alerts:\n  url: sitoo-secret-1\n`,
  ];
  for (const text of texts) {
    const { diagnostics } = load(text);
    assert(diagnostics.some(({ severity }) => severity === "error"), text);
    assertNotMatch(JSON.stringify(diagnostics), /sitoo-secret-1/);
  }
});

Deno.test("loadDefinition() names the variable that a wrong value came from", () => {
  const [diagnostic] = load(changed("page_size: 100", "page_size: ${WORDS}")).diagnostics;
  assertStringIncludes(diagnostic?.message ?? "", 'the variable "WORDS"');
});

Deno.test("loadDefinition() takes any host of a Sitoo account only when told so", () => {
  const text = changed("${ACCOUNT_URL}", "http://127.0.0.1:8100/v2/accounts/90001/");
  assertEquals(load(text).definition, undefined);
  const { definition } = load(text, { allowInsecureHosts: true });
  assertEquals(definition?.connections.sitoo.accountUrl, "http://127.0.0.1:8100/v2/accounts/90001");
  assertEquals(definition?.connections.sitoo.accountId, "90001");
});

Deno.test("loadDefinition() applies overrides before it looks for variables", () => {
  const overrides = (tree: unknown): unknown => {
    assert(typeof tree === "object" && tree !== null && "connections" in tree);
    return {
      ...tree,
      connections: {
        sitoo: { account_url: "https://api.mysitoo.com/v2/accounts/1", api_id: "1", api_key: "x" },
        ometria: { api_key: new Secret("y"), push_rate: "off" },
      },
    };
  };
  const env = (name: string): string | undefined => name === "HOOK_PASSWORD" ? "z" : undefined;
  const { definition, diagnostics } = load(valid, { overrides, env });
  assertEquals(diagnostics, []);
  assertEquals(definition?.connections.ometria.pushRate, Number.POSITIVE_INFINITY);
  assertEquals(definition?.connections.ometria.apiKey.reveal(), "y");
});

Deno.test("loadDefinition() hands out tests as written, with their places", () => {
  const text = `${valid}tests:\n  - name: one\n    order: { id: "\${NOT_SET}" }\n  - name: two\n`;
  const { tests, diagnostics, locate } = load(text);
  assertEquals(diagnostics, []);
  assertEquals(tests.map(({ value }) => value), [
    { name: "one", order: { id: "${NOT_SET}" } },
    { name: "two" },
  ]);
  assertEquals(tests.map(({ span }) => [span.line, span.column]), [[32, 5], [34, 5]]);
  assertEquals(locate(["tests", 0, "order"], "key"), { line: 33, column: 5, length: 5 });
  assertEquals(locate(["tests", 0, "order", "nothing"]), { line: 33, column: 5, length: 5 });
});

Deno.test("loadDefinition() takes lists and maps whose lines are all commented out", () => {
  const text = `${
    valid.replace(/transforms:[^]*(?=sinks:)/, "transforms:\n").replace(
      "  - use: orders\n",
      "",
    ).replace("      stream:", "      enabled: true\n      stream:")
  }alerts:\n  # url: x\ntests:\n`;
  const { definition, diagnostics } = load(text);
  assertEquals(diagnostics, []);
  assertEquals(definition?.transforms, []);
  assertEquals(definition?.alerts, {});
});

Deno.test("loadDefinition() is fooled by no key of Object's own", () => {
  const keys = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  for (const key of keys) {
    const { diagnostics } = load(changed("web_orders: skip", `${key}: skip`));
    assertEquals(diagnostics.map(brief), [`unknown-key 22:7+${key.length}`], key);
    const stage = load(changed("use: map", `use: ${key}`)).diagnostics;
    assertEquals(stage.map(brief), [`unknown-stage 20:10+${key.length}`], key);
  }
  assertEquals(Object.keys(environment).length, 8);
});

Deno.test("loadDefinition() knows the secrets of a stage whose name came from a variable", () => {
  const env = (name: string): string | undefined => name === "STAGE" ? "hook" : environment[name];
  const { definition } = load(changed("use: hook", "use: ${STAGE}"), { env });
  assertNotMatch(JSON.stringify(definition), /secret-\d/);
});

Deno.test("loadDefinition() takes no long time over a hostile file", () => {
  const size = 100_000;
  const hostile = [
    `[${"${,".repeat(size / 3)}`,
    `a: [\nb: ${"a".repeat(size)}`,
    "a: b: c\n".repeat(size / 8),
    "\ta: 1\n".repeat(size / 6),
    `${"a".repeat(size)}: ${"- ".repeat(1000)}`,
    `x: "${"${A}".repeat(size / 4)}"`,
    "&a ".repeat(size / 3),
  ];
  for (const text of hostile) {
    const before = performance.now();
    const { diagnostics } = load(text);
    renderDiagnostics(diagnostics.slice(0, 50), new Map([["pipeline.yaml", text]]), {
      color: false,
    });
    const took = performance.now() - before;
    assert(diagnostics.length > 0);
    assert(took < 10_000, `${Math.round(took)} ms for ${text.slice(0, 20)}`);
  }
});
