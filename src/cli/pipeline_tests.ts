import type { Diagnostic } from "../definition/diagnostic.ts";
import { renderDiagnostics, toJson } from "../definition/render.ts";
import { renderResults } from "../runtime/pipeline_tests/render.ts";
import {
  runPipelineTests,
  type TestResult,
  type TestSource,
} from "../runtime/pipeline_tests/run_tests.ts";
import { toFileUrl } from "../std/path.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { type PipelineFile, readPipelineFiles } from "./pipelines.ts";

/** How the tests of all named pipelines went. */
interface Summary {
  readonly diagnostics: readonly Diagnostic[];
  readonly results: readonly TestResult[];
  /** Files whose expectations were rewritten. */
  readonly updated: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * `validate --tests`: runs the tests of pipelines, those under `tests:` and those in `NAME_test.yaml` beside. Reads
 * no `.env`; connections, credentials and store are the tests' own.
 */
export async function validateWithTests(options: Options, host: Host): Promise<number> {
  // What a test makes happen on purpose is no news.
  host.logging.only("fatal");
  const files = await readPipelineFiles(options.list("pipeline"), host);
  const summary = await runAll(files, options.flag("update"), host);
  if (options.flag("json")) host.terminal.data(jsonOf(summary));
  else show(summary, host);
  if (summary.diagnostics.length > 0) return 2;
  return summary.results.every((result) => isSettled(result, summary)) ? 0 : 1;
}

async function runAll(
  files: readonly PipelineFile[],
  update: boolean,
  host: Host,
): Promise<Summary> {
  const diagnostics: Diagnostic[] = [];
  const results: TestResult[] = [];
  const updated: string[] = [];
  const texts = new Map<string, string>();
  for (const pipeline of files) {
    const beside = await testsBeside(pipeline, host);
    const all = [pipeline, ...beside];
    for (const { file, text } of all) texts.set(file, text);
    const report = await runPipelineTests(
      { pipeline: sourceOf(pipeline), tests: beside.map(sourceOf) },
      { env: host.env, readFile: (url) => Deno.readTextFile(url) },
      host.stopSignal(),
    );
    diagnostics.push(...report.diagnostics);
    results.push(...report.results);
    for (const { file, path } of update ? all : []) {
      const text = report.updated.get(file);
      if (text === undefined) continue;
      await Deno.writeTextFile(path, text);
      updated.push(file);
    }
  }
  return { diagnostics, results, updated, texts };
}

async function testsBeside(
  { file }: PipelineFile,
  host: Pick<Host, "readFile">,
): Promise<readonly PipelineFile[]> {
  const name = file.replace(/\.(ya?ml)$/, "_test.$1");
  const found = name === file ? undefined : await host.readFile(name);
  return found === undefined ? [] : [{ file: name, ...found }];
}

function sourceOf({ file, path, text }: PipelineFile): TestSource {
  return { file, text, url: toFileUrl(path) };
}

/** A test that holds, or one whose expectations have just been rewritten. */
function isSettled({ ok, error, file }: TestResult, { updated }: Summary): boolean {
  return ok || (error === undefined && updated.includes(file));
}

function jsonOf({ diagnostics, results, updated }: Summary): unknown {
  return {
    valid: diagnostics.length === 0,
    diagnostics: toJson(diagnostics),
    tests: results.map(({ file, name, span, ok, error, failures }) => ({
      file,
      line: span.line,
      name,
      ok,
      ...(error === undefined ? {} : { error }),
      differences: failures.flatMap(({ at, differences }) =>
        differences.map(({ path, expected, actual }) => ({
          path: [...at, ...path],
          ...(expected === undefined ? {} : { expected }),
          ...(actual === undefined ? {} : { actual }),
        }))
      ),
    })),
    updated,
  };
}

function show({ diagnostics, results, updated, texts }: Summary, { terminal }: Host): void {
  const color = terminal.outColor;
  if (diagnostics.length > 0) terminal.print(renderDiagnostics(diagnostics, texts, { color }));
  if (results.length > 0) terminal.print(renderResults(results, { color, all: true }));
  else if (diagnostics.length === 0) {
    terminal.print("There are no tests: write them under tests: or into NAME_test.yaml beside");
  }
  for (const file of updated) terminal.print(`${terminal.style.good("Updated:")} ${file}`);
}
