import type { FieldPath, PipelineDefinition } from "../../definition/definition.ts";
import type { Diagnostic, Span } from "../../definition/diagnostic.ts";
import type { PipelineSource } from "../../definition/load.ts";
import { resolveFrom } from "../../definition/module_url.ts";
import { parsePipelineTests, type PipelineTest } from "../../definition/pipeline_tests.ts";
import { collectActual } from "./actual.ts";
import { compare, type Difference } from "./compare.ts";
import { placedAt, type ReadBeside, wholeOrders } from "./raw_orders.ts";
import { problemsForTests, testDefinition, TestSetupError } from "./test_definition.ts";
import { TestWorld } from "./test_world.ts";
import { type Correction, updateExpectations } from "./update.ts";

/** A file, and where it lies: relative names in it start from there. */
export interface TestSource extends PipelineSource {
  /** A `file:` URL. */
  readonly url: URL;
}

/** A pipeline with the files that hold its tests. */
export interface TestSuite {
  readonly pipeline: TestSource;
  /** Files beside it, such as `NAME_test.yaml`; what stands under `tests:` of the pipeline counts anyway. */
  readonly tests: readonly TestSource[];
}

/** What running tests needs from outside. */
export interface RunTestsOptions {
  /** Variables that the pipeline's own options name; connections and credentials are made up. */
  readonly env: (name: string) => string | undefined;
  readonly readFile: (url: URL) => Promise<string>;
}

/** What did not hold at one point of a test. */
export interface TestFailure {
  /** Where the expectation stands in the file. */
  readonly at: FieldPath;
  readonly differences: readonly Difference[];
}

/** How one test went. */
export interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly span: Span;
  readonly ok: boolean;
  readonly failures: readonly TestFailure[];
  /** Why it could not be run at all. */
  readonly error?: string;
}

/** How all tests went. */
export interface TestsReport {
  readonly ok: boolean;
  /** What is wrong with the pipeline, which then is not run, or with its test files. */
  readonly diagnostics: readonly Diagnostic[];
  readonly results: readonly TestResult[];
  /** By file name: its text with every expectation as it came to be. Only files that change. */
  readonly updated: ReadonlyMap<string, string>;
}

/** Epoch ms at which a test without a dated order takes place. */
const SOME_TIME = Date.UTC(2026, 0, 15, 12);

/**
 * Runs a pipeline's tests: its real stages, batches, refund joins and receipts, between a Sitoo, an Ometria and a
 * store in memory, on a clock of their own. Reads no `.env` and reaches nobody.
 */
export async function runPipelineTests(
  suite: TestSuite,
  options: RunTestsOptions,
  signal: AbortSignal,
): Promise<TestsReport> {
  const diagnostics = [...problemsForTests(suite.pipeline, options.env)];
  if (diagnostics.length > 0) return { ok: false, diagnostics, results: [], updated: new Map() };
  const results: TestResult[] = [];
  const updated = new Map<string, string>();
  const definitions = new Definitions(suite.pipeline, options.env);
  for (const source of [suite.pipeline, ...suite.tests]) {
    const within = source === suite.pipeline ? "pipeline" : "file";
    const parsed = parsePipelineTests(source, within);
    diagnostics.push(...parsed.diagnostics);
    const own: TestResult[] = [];
    for (const test of parsed.tests) {
      const read: ReadBeside = (name) => options.readFile(new URL(name, source.url));
      own.push(await runTest(test, { suite, definitions, read }, signal));
    }
    results.push(...own);
    const corrections = own.flatMap(({ failures }): readonly Correction[] => failures);
    if (corrections.length > 0) {
      updated.set(source.file, updateExpectations(source.text, corrections).text);
    }
  }
  const ok = diagnostics.every(({ severity }) => severity !== "error") &&
    results.every((result) => result.ok);
  return { ok, diagnostics, results, updated };
}

interface TestContext {
  readonly suite: TestSuite;
  readonly definitions: Definitions;
  readonly read: ReadBeside;
}

async function runTest(
  test: PipelineTest,
  context: TestContext,
  signal: AbortSignal,
): Promise<TestResult> {
  const { file, name, span } = test;
  const about = { file, name, span };
  try {
    const failures = await failuresOf(test, context, signal);
    return { ...about, ok: failures.length === 0, failures };
  } catch (error) {
    signal.throwIfAborted();
    return { ...about, ok: false, failures: [], error: messageOf(error) };
  }
}

async function failuresOf(
  test: PipelineTest,
  { suite, definitions, read }: TestContext,
  signal: AbortSignal,
): Promise<readonly TestFailure[]> {
  const definition = definitions.of(test);
  const known = await wholeOrders(test.sitoo?.orders ?? [], read);
  const arrivals = await Promise.all(test.steps.map((step) => wholeOrders(step.orders, read)));
  const [first = []] = arrivals;
  const dates = [...known, ...first].flatMap((order) => placedAt(order) ?? []);
  const newest = dates.length === 0 ? SOME_TIME : Math.max(...dates) + 60_000;
  const now = test.now === undefined ? newest : Date.parse(test.now);
  const resolve = resolveFrom(suite.pipeline.url);
  await using world = await TestWorld.create({ definition, test, now, resolve }, signal);
  world.put(known);
  const failures: TestFailure[] = [];
  for (const [index, step] of test.steps.entries()) {
    await world.step(step, arrivals[index] ?? [], signal);
    if (step.expect === undefined) continue;
    const differences = compare(step.expect, await collectActual(world));
    if (differences.length > 0) failures.push({ at: step.expectPath, differences });
  }
  return failures;
}

/** Loading a pipeline takes longer than most tests, and most tests change nothing in it. */
class Definitions {
  readonly #pipeline: PipelineSource;
  readonly #env: RunTestsOptions["env"];
  readonly #loaded = new Map<string, PipelineDefinition>();

  constructor(pipeline: PipelineSource, env: RunTestsOptions["env"]) {
    this.#pipeline = pipeline;
    this.#env = env;
  }

  of(test: PipelineTest): PipelineDefinition {
    const key = JSON.stringify([test.options, test.transforms]);
    const known = this.#loaded.get(key) ?? testDefinition(this.#pipeline, test, this.#env);
    this.#loaded.set(key, known);
    return known;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof TestSetupError) return error.message;
  if (error instanceof Deno.errors.NotFound) return "A file that the test names is not there";
  return error instanceof Error ? error.message : String(error);
}
