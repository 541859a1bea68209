import { assert, assertEquals, assertNotEquals } from "../../std/assert.ts";
import { createStyle } from "../style.ts";
import { SHIPPED } from "./answers.ts";
import { closingText } from "./closing.ts";
import { changeEnv, readEnv } from "./env_file.ts";
import { envChanges, pipelineAnswers, type PlanOptions } from "./plan.ts";

const real = new Map([
  ["sitoo-account-url", "https://api140.mysitoo.com/v2/accounts/4711"],
  ["sitoo-api-id", "4711-1"],
  ["sitoo-api-key", "sitoo-key"],
  ["start-date", "2024-01-31"],
  ["ometria-api-key", "ometria-key"],
  ["ometria-email-api-key", ""],
]);
const sandbox = new Map([...real, ["sitoo-account-url", "http://127.0.0.1:8701/v2/accounts/4711"]]);

function plan(more: Partial<PlanOptions> = {}): PlanOptions {
  let turn = 0;
  return {
    name: "sitoo-to-ometria",
    prefix: "",
    account: "default",
    file: new Map(),
    env: () => undefined,
    random: (bytes) => `${turn++}`.repeat(bytes * 2),
    ...more,
  };
}

function envAfter(
  given: ReadonlyMap<string, string>,
  before = "",
  more: Partial<PlanOptions> = {},
): ReadonlyMap<string, string> {
  const options = plan({ file: readEnv(before), ...more });
  return readEnv(changeEnv(before, envChanges(given, options)));
}

Deno.test("pipelineAnswers() takes what was not asked from the shipped file", () => {
  assertEquals(pipelineAnswers(new Map(), plan()), SHIPPED);
  const given = new Map([["history", "no"], ["email", "yes"], ["template-id", "12"]]);
  const { history, email } = pipelineAnswers(given, plan());
  assertEquals([history, email.enabled, email.templateId], [false, true, 12]);
});

Deno.test("envChanges() makes a secret and webhook credentials of full length once", () => {
  const first = envAfter(real);
  assertEquals(first.get("TILLPIPE_SECRET")?.length, 64);
  assert((first.get("WEBHOOK_PASSWORD")?.length ?? 0) >= 32);
  assertNotEquals(first.get("TILLPIPE_SECRET"), first.get("WEBHOOK_PASSWORD"));
  assert(!first.has("PUBLIC_URL") && !first.has("TILLPIPE_ADMIN_PASSWORD"));
  const kept = "TILLPIPE_SECRET=mine-and-long-enough-for-everything\nWEBHOOK_PASSWORD=mine\n";
  const again = envAfter(real, kept);
  assertEquals([again.get("TILLPIPE_SECRET"), again.get("WEBHOOK_PASSWORD")], [
    "mine-and-long-enough-for-everything",
    "mine",
  ]);
});

Deno.test("envChanges() writes no secret into .env that the environment has", () => {
  const env = (name: string): string | undefined => name === "TILLPIPE_SECRET" ? "x" : undefined;
  assert(!envAfter(real, "", { env }).has("TILLPIPE_SECRET"));
});

Deno.test("envChanges() closes the operator page with a password once the server is public", () => {
  const given = new Map([...real, ["public-url", "https://hooks.example.com/"]]);
  const after = envAfter(given);
  assertEquals(after.get("PUBLIC_URL"), "https://hooks.example.com");
  assert((after.get("TILLPIPE_ADMIN_PASSWORD")?.length ?? 0) >= 32);
});

Deno.test("envChanges() gives the sandbox a store of its own, and takes all of it back for real accounts", () => {
  const first = envAfter(sandbox);
  assertEquals(first.get("TILLPIPE_STORE"), ".tillpipe/sandbox.sqlite3");
  assertEquals(first.get("TILLPIPE_ALLOW_INSECURE_HOSTS"), "1");
  const text = [...first].map(([name, value]) => `${name}=${value}`).join("\n");
  const after = envAfter(real, text);
  assert(!after.has("TILLPIPE_STORE") && !after.has("TILLPIPE_ALLOW_INSECURE_HOSTS"));
  assertNotEquals(after.get("WEBHOOK_PASSWORD"), first.get("WEBHOOK_PASSWORD"));
  assertEquals(after.get("TILLPIPE_SECRET"), first.get("TILLPIPE_SECRET"));
});

Deno.test("envChanges() keeps a further pipeline's variables apart", () => {
  const before = "SITOO_API_KEY=first\nWEBHOOK_PASSWORD=first\nTILLPIPE_SECRET=s\n";
  const after = envAfter(real, before, { prefix: "OUTLET_" });
  assertEquals([after.get("SITOO_API_KEY"), after.get("OUTLET_SITOO_API_KEY")], [
    "first",
    "sitoo-key",
  ]);
  assertNotEquals(after.get("OUTLET_WEBHOOK_PASSWORD"), undefined);
  assertEquals(after.get("TILLPIPE_SECRET"), "s");
});

Deno.test("closingText() has the base_url in both forms, and the next commands", () => {
  const options = {
    name: "outlet",
    file: "pipelines/outlet.yaml",
    publicUrl: "https://hooks.example.com",
    username: "sitoo-1",
    password: "p/1",
    passwordVariable: "OUTLET_WEBHOOK_PASSWORD",
    sandbox: false,
    history: true,
    style: createStyle(false),
  };
  const text = closingText(options);
  for (
    const part of [
      '{"base_url":"https://hooks.example.com/hooks/outlet"}',
      '{"base_url":"https://hooks.example.com/hooks/outlet/p%2F1"}',
      "sitoo-1 and what .env has as OUTLET_WEBHOOK_PASSWORD",
      "deno task doctor --pipeline pipelines/outlet.yaml",
      "deno task backfill --pipeline pipelines/outlet.yaml",
    ]
  ) assert(text.includes(part), text);
  const hidden = closingText({ ...options, publicUrl: undefined, password: undefined });
  assert(hidden.includes("https://YOUR-HOST/hooks/outlet/PASSWORD") && !hidden.includes("p%2F1"));
  const own = { ...options, publicUrl: undefined, sandbox: true, history: false };
  const onSandbox = closingText(own);
  const base = "http://127.0.0.1:8000/hooks/outlet";
  assert(onSandbox.includes(`{"base_url":"${base}"}`), onSandbox);
  assert(onSandbox.includes(`deno task sandbox --webhook ${base}`), onSandbox);
  assert(!onSandbox.includes("backfill") && !onSandbox.includes("YOUR-HOST"), onSandbox);
});
