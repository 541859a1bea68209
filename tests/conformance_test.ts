import { renderDiagnostics } from "../src/definition/render.ts";
import { parsePipelineTests } from "../src/definition/pipeline_tests.ts";
import { renderResults } from "../src/runtime/pipeline_tests/render.ts";
import { runPipelineTests, type TestSource } from "../src/runtime/pipeline_tests/run_tests.ts";
import { assert, assertEquals } from "../src/std/assert.ts";

const folder = new URL("conformance/", import.meta.url);

async function read(name: string): Promise<TestSource> {
  const url = new URL(name, folder);
  return { file: `tests/conformance/${name}`, text: await Deno.readTextFile(url), url };
}

async function cases(): Promise<readonly TestSource[]> {
  const found: TestSource[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".yaml") && name !== "pipeline.yaml") found.push(await read(name));
  }
  return found.toSorted((a, b) => a.file.localeCompare(b.file));
}

const sources = await cases();
const pipeline = await read("pipeline.yaml");

for (const source of sources) {
  const name = source.file.slice("tests/conformance/".length, -".yaml".length).replaceAll("_", " ");
  Deno.test(`conformance: ${name}`, async () => {
    const report = await runPipelineTests(
      { pipeline, tests: [source] },
      { env: () => undefined, readFile: (url) => Deno.readTextFile(url) },
      AbortSignal.timeout(60_000),
    );
    const texts = new Map([[source.file, source.text]]);
    assert(
      report.diagnostics.length === 0,
      renderDiagnostics(report.diagnostics, texts, { color: false }),
    );
    assert(report.ok, `\n${renderResults(report.results, { color: false })}`);
    assertEquals(report.results.length, 1, "a case is one file");
  });
}

Deno.test("every conformance case says what it rests on and which rule it shows", () => {
  const silent = sources.filter((source) => {
    const [test] = parsePipelineTests(source, "file").tests;
    return test?.reference === undefined || test.why === undefined;
  });
  assertEquals(silent.map(({ file }) => file), []);
  assert(sources.length >= 80, `There are only ${sources.length} cases`);
});
