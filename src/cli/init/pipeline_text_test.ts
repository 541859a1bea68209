import { loadDefinition } from "../../definition/load.ts";
import { registry } from "../../stages/registry.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import fc from "fast-check";
import { type PipelineAnswers, SHIPPED } from "./answers.ts";
import { isShipped, pipelineText } from "./pipeline_text.ts";
import { answersIn, namesIn } from "./present.ts";

const shipped = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));

function variable(name: string): string | undefined {
  if (name.endsWith("SITOO_ACCOUNT_URL")) return "https://api140.mysitoo.com/v2/accounts/4711";
  return /API_URL$|ALERT_URL$/.test(name) ? undefined : "value";
}

function load(text: string): ReturnType<typeof loadDefinition> {
  return loadDefinition({ file: "pipeline.yaml", text }, {
    catalog: registry,
    env: variable,
    now: Date.UTC(2026, 0, 15),
  });
}

Deno.test("pipelineText() gives the shipped pipeline for the answers it was made from", () => {
  assertEquals(pipelineText(SHIPPED), shipped);
});

Deno.test("isShipped() knows the shipped file with any line ends, and no other", () => {
  assert(isShipped(shipped) && isShipped(shipped.replaceAll("\n", "\r\n")));
  assert(isShipped(shipped.trimEnd()));
  assert(!isShipped(shipped.replace("250ms", "300ms")) && !isShipped(""));
});

const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/);
const answers: fc.Arbitrary<PipelineAnswers> = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
  prefix: fc.constantFrom("", "OUTLET_"),
  account: fc.constantFrom("default", "staging", "12", "true"),
  startDate: fc.constantFrom("2024-01-01", "2024-02-29T00:00:00Z"),
  history: fc.boolean(),
  optIn: fc.boolean(),
  namespace: fc.constantFrom("till", "12", "yes", "a:b", "null", "1e3", "0x1f"),
  skuMatch: fc.constantFrom("sku", "product-id", "catalogue"),
  email: fc.record({
    enabled: fc.boolean(),
    fromName: fc.oneof(
      fc.constantFrom("-\u00a0", "a\u2003b", "?", "- x"),
      fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.trim() !== ""),
    ),
    fromAddress: word.map((name) => `${name}@example.com`),
    subject: fc.constantFrom("Your receipt!", "# ${ORDER}: {{ details.receiptNumber }}", "- a: b"),
    stream: fc.oneof(word, fc.constantFrom("12", "null", "true")),
    templateId: fc.integer({ min: 1, max: 9_999_999 }),
  }),
});

Deno.test("pipelineText() loads without a warning, and means what was answered", () => {
  fc.assert(fc.property(answers, (given) => {
    const { definition, diagnostics } = load(pipelineText(given));
    assertEquals(diagnostics, []);
    assertEquals([definition?.name, definition?.connections.ometria.account], [
      given.name,
      given.account,
    ]);
    const options = (use: string): unknown =>
      [...definition?.transforms ?? [], ...definition?.sinks ?? []]
        .find((stage) => stage.use === use)?.options;
    assertEquals(options("namespace"), {
      value: given.namespace,
      separator: "-",
      apply_to: ["order"],
    });
    assertEquals(options("ometria-email"), {
      enabled: given.email.enabled,
      on: "receipt-requested",
      from_name: given.email.fromName,
      from_address: given.email.fromAddress,
      subject: given.email.subject,
      stream: given.email.stream,
      template_id: given.email.templateId,
    });
  }));
});

Deno.test("pipelineText() names its own variables by the prefix, and another schema", () => {
  const text = pipelineText({ ...SHIPPED, prefix: "OUTLET_" }, {
    schema: "../pipeline.schema.json",
  });
  assertStringIncludes(text, "$schema=../pipeline.schema.json\n");
  const names = [...text.matchAll(/^[^#]*\$\{(\w+)/gm)].map(([, name]) => name ?? "");
  assertEquals(names.filter((name) => !name.startsWith("OUTLET_")), []);
});

Deno.test("answersIn() offers what an edited file says, and nothing of the shipped one", () => {
  assertEquals(answersIn(shipped), new Map());
  assertEquals(answersIn("a: [broken"), new Map());
  const email = { ...SHIPPED.email, enabled: true, fromName: "Shop", templateId: 12 };
  const edited = pipelineText({ ...SHIPPED, namespace: "pos", optIn: true, email });
  assertEquals(
    answersIn(edited),
    new Map([
      ["start-date", "2024-01-01"],
      ["history", "yes"],
      ["opt-in", "yes"],
      ["namespace", "pos"],
      ["sku-match", "sku"],
      ["email", "yes"],
      ["from-name", "Shop"],
      ["from-address", "receipts@example.com"],
      ["subject", "Your receipt!"],
      ["stream", "receipts"],
      ["template-id", "12"],
    ]),
  );
  assertEquals(namesIn(edited), { name: "sitoo-to-ometria", account: "default" });
  assertEquals(namesIn("- a list"), {});
});
