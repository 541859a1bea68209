import { assert, assertEquals, assertRejects, assertThrows } from "../std/assert.ts";
import { compilePipeline } from "./compile_pipeline.ts";
import { defineTransform } from "./define_transform.ts";
import { definePipeline, loadedOf, loadPipeline, PipelineError } from "./pipeline.ts";
import type { PipelineInput } from "./pipeline_input.ts";
import { runBatch } from "./run_batch.ts";
import { createServer } from "./server.ts";

const input: PipelineInput = {
  version: 1,
  name: "till",
  connections: {
    sitoo: {
      account_url: "https://api140.mysitoo.com/v2/accounts/4711",
      api_id: "4711-1",
      api_key: "sitoo-secret",
    },
    ometria: { api_key: "${OMETRIA}" },
  },
  sources: [{ use: "sitoo-history", with: { start_date: "2024-01-01" } }],
  transforms: [
    { use: "map" },
    { use: "namespace", with: { value: "till" } },
    { use: "filter", name: "paid", with: { when: "order.grand_total > 0" } },
  ],
  sinks: [{ use: "ometria-orders" }],
};

function env(name: string): string | undefined {
  return name === "OMETRIA" ? "ometria-secret" : undefined;
}

Deno.test("definePipeline() checks a pipeline, fills in its variables and gives no secret away", () => {
  const pipeline = definePipeline(input, { env });
  assertEquals([pipeline.name, pipeline.warnings], ["till", []]);
  assertEquals(JSON.stringify(pipeline).includes("secret"), false);
  const { connections } = loadedOf(pipeline).definition;
  assertEquals(connections.ometria.apiKey.reveal(), "ometria-secret");
});

Deno.test("definePipeline() throws all problems, with their places and without secrets", () => {
  const wrong = { ...input, sinks: [{ use: "ometria-order" }], name: "T" };
  const error = assertThrows(() => definePipeline(wrong, { env: () => undefined }), PipelineError);
  assertEquals(
    error.diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code),
    [
      "invalid-value",
      "missing-variable",
      "unknown-stage",
    ],
  );
  assert(error.message.includes('Did you mean "ometria-orders"?'), error.message);
  assert(!error.message.includes("sitoo-secret"), error.message);
});

Deno.test("loadPipeline() reads a file, by path or URL, and warns of what definePipeline() takes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/pipeline.yaml`;
    await Deno.writeTextFile(file, JSON.stringify(input));
    const pipeline = await loadPipeline(file, { env });
    assertEquals(pipeline.warnings.map(({ code }) => code), ["literal-secret"]);
    const again = await loadPipeline(new URL(`file://${file}`), { env });
    assertEquals(again.fingerprint, pipeline.fingerprint);
    assertEquals(definePipeline(input, { env }).fingerprint, pipeline.fingerprint);
    await Deno.writeTextFile(file, "version: 2");
    await assertRejects(() => loadPipeline(file, { env }), PipelineError);
    await assertRejects(() => loadPipeline(`${folder}/none.yaml`), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("compilePipeline() builds the stages, and tells what they make of orders", async () => {
  await using compiled = await compilePipeline(definePipeline(input, { env }));
  assertEquals(compiled.name, "till");
  assertEquals(compiled.stages, ["start-date", "map", "namespace", "paid"]);
  assertEquals(await compiled.apply([{ orderid: 7 }, "no order"]), [
    { kind: "dead", reason: "unreadable-order", detail: "orderitems is missing" },
    { kind: "dead", reason: "unreadable-order", detail: "The order is no object" },
  ]);
});

Deno.test("what runs pipelines takes only those that were checked, and no short secret", async () => {
  const made = { ...definePipeline(input, { env }) };
  await assertRejects(() => compilePipeline(made), TypeError, "definePipeline()");
  const options = { store: ":memory:", secret: "short" };
  const pipeline = definePipeline(input, { env });
  await assertRejects(() => runBatch(pipeline, options), RangeError, "too short");
  await assertRejects(() => createServer([pipeline], options), RangeError, "too short");
});

Deno.test("defineTransform() gives what it was given", () => {
  const transform = defineTransform({ takes: "sitoo-order", apply: (order) => order });
  assertEquals(transform.takes, "sitoo-order");
});
