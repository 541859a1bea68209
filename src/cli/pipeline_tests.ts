import type { Diagnostic } from "../definition/diagnostic.ts";
import { renderDiagnostics, toJson } from "../definition/render.ts";
import { lowerFirst } from "../definition/wording.ts";
import { describeDifference, renderResults } from "../runtime/pipeline_tests/render.ts";
import {
  runPipelineTests,
  type TestResult,
  type TestSource,
} from "../runtime/pipeline_tests/run_tests.ts";
import { toFileUrl } from "../std/path.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { printForHost, readFormat } from "./output_format.ts";
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
  const format = readFormat(options);
  const files = await readPipelineFiles(options.list("pipeline"), host);
  const summary = await runAll(files, options.flag("update"), host);
  if (format === "json") host.terminal.data(jsonOf(summary));
  else if (format === "text") show(summary, host);
  else printForHost(format, allProblems(summary), host.terminal);
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

/** What is wrong with the files, and every test that fails, each where it stands. */
function allProblems(summary: Summary): readonly Diagnostic[] {
  const failed = summary.results.filter((result) => !isSettled(result, summary));
  return [...summary.diagnostics, ...failed.map(failedTest)];
}

function failedTest({ file, name, span, error, failures }: TestResult): Diagnostic {
  const [first, ...others] = failures.flatMap(({ differences }) => differences);
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  const reason = first === undefined
    ? error ?? "It could not be run"
    : `${describeDifference(first)}${more}`;
  return {
    code: "test-failed",
    severity: "error",
    message: `Test "${name}" failed: ${lowerFirst(reason)}`,
    hint: "See all with deno task validate --tests; rewrite what is expected with --update",
    file,
    span,
  };
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
    terminal.print(
      "These pipelines have no tests yet. Write them under tests: in the pipeline or into NAME_test.yaml beside it; deno task record ORDERID makes one of a real order",
    );
  }
  for (const file of updated) terminal.print(`${terminal.style.good("Updated:")} ${file}`);
}
