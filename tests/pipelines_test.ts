import { loadDefinition } from "../src/definition/load.ts";
import { renderDiagnostics } from "../src/definition/render.ts";
import { renderResults } from "../src/runtime/pipeline_tests/render.ts";
import { runPipelineTests, type TestSource } from "../src/runtime/pipeline_tests/run_tests.ts";
import { registry } from "../src/stages/registry.ts";
import { assert, assertEquals } from "../src/std/assert.ts";

const folder = new URL("../pipelines/", import.meta.url);

const variables: Readonly<Record<string, string>> = {
  SITOO_ACCOUNT_URL: "https://api140.mysitoo.com/v2/accounts/4711",
  SITOO_API_ID: "4711-1",
  SITOO_API_KEY: "sitoo-key",
  OMETRIA_API_KEY: "ometria-key",
  OMETRIA_API_KEY_ONE: "ometria-key-one",
  OMETRIA_API_KEY_TWO: "ometria-key-two",
  WEBHOOK_USERNAME: "sitoo",
  WEBHOOK_PASSWORD: "webhook-password",
};

async function read(name: string): Promise<TestSource> {
  const url = new URL(name, folder);
  return { file: `pipelines/${name}`, text: await Deno.readTextFile(url), url };
}

async function names(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".yaml") && !name.endsWith("_test.yaml")) found.push(name);
  }
  return found.toSorted();
}

const pipelines = await names();

for (const name of pipelines) {
  Deno.test(`pipelines/${name} is valid and gives no warning`, async () => {
    const source = await read(name);
    const loaded = loadDefinition(source, { catalog: registry, env: (key) => variables[key] });
    const texts = new Map([[source.file, source.text]]);
    assertEquals(renderDiagnostics(loaded.diagnostics, texts, { color: false }), "");
  });

  Deno.test(`pipelines/${name} passes its own tests`, async () => {
    const suite = {
      pipeline: await read(name),
      tests: [await read(name.replace(".yaml", "_test.yaml"))],
    };
    const report = await runPipelineTests(
      suite,
      { env: () => undefined, readFile: (url) => Deno.readTextFile(url) },
      AbortSignal.timeout(60_000),
    );
    const texts = new Map(suite.tests.map(({ file, text }) => [file, text]));
    assertEquals(renderDiagnostics(report.diagnostics, texts, { color: false }), "");
    assert(report.ok, `\n${renderResults(report.results, { color: false })}`);
    assert(report.results.length >= 3, "too few tests");
  });
}

Deno.test("every pipeline in pipelines/ has a name of its own", async () => {
  const texts = await Promise.all(pipelines.map(read));
  const found = texts.map(({ text }) => /^name: (.*)$/m.exec(text)?.[1]);
  assertEquals(new Set(found).size, pipelines.length);
});
