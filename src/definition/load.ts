import type { CatalogEntry } from "./catalog.ts";
import type { FieldPath, PipelineDefinition, StageUse } from "./definition.ts";
import type { Diagnostic, DiagnosticCode, Span } from "./diagnostic.ts";
import { nearest } from "./did_you_mean.ts";
import { parseSource } from "./document.ts";
import { expectation } from "./expectation.ts";
import { FieldSchemas, isSection, sections } from "./field_schemas.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Filled, interpolate } from "./interpolate.ts";
import { type IssueContext, reportIssues } from "./issues.ts";
import { isMap, mapScalars, valueAt } from "./plain.ts";
import type { Places } from "./places.ts";
import { ProblemList, type Report } from "./report.ts";
import { type RootFile, rootSchema } from "./root_schema.ts";
import { Secret } from "./secret.ts";
import { checkStages, findStages, type FoundStage } from "./stage_checks.ts";
import { reportWarnings } from "./warnings.ts";

/** The text of a pipeline file, and what it is called in messages. */
export interface PipelineSource {
  readonly file: string;
  readonly text: string;
}

/** What a file is checked against. */
export interface LoadOptions {
  /** Every stage there is. */
  readonly catalog: readonly CatalogEntry[];
  /** The value of an environment variable. */
  readonly env: (name: string) => string | undefined;
  /** Takes http and any host, for the sandbox and tests. @default false */
  readonly allowInsecureHosts?: boolean;
  /** Epoch ms, to warn of dates in the future; without it there is no such warning. */
  readonly now?: number;
  /**
   * Changes the file's plain values before variables are filled in and anything is checked. Called only
   * with a map. Must not change what it is given.
   */
  readonly overrides?: (tree: unknown) => unknown;
}

/** One entry of `tests:`, as written: variables in it are not filled in. */
export interface LoadedTest {
  readonly value: unknown;
  readonly path: FieldPath;
  readonly span: Span;
}

/** What became of a file. */
export interface LoadResult {
  /** Absent if there is an error. */
  readonly definition?: PipelineDefinition;
  /** Errors and warnings in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  readonly tests: readonly LoadedTest[];
  /** Where a path of the file stands, or its nearest ancestor: for problems that are found later. */
  readonly locate: (path: FieldPath, part?: "key" | "value") => Span;
}

/**
 * Reads a pipeline file: YAML, then variables, then the schemas. All problems are found in one run, and
 * none is thrown: whatever the text is, the answer is a value.
 */
export function loadDefinition(source: PipelineSource, options: LoadOptions): LoadResult {
  const problems = new ProblemList(source.file);
  const { tree, places, unquoted, failed, brokenFrom } = parseSource(source.text, problems.add);
  const sure = whereSure(failed, tree, problems.add);
  const report = before(brokenFrom, sure);
  const locate = places.span.bind(places);
  if (!isMap(tree)) {
    if (brokenFrom === Number.POSITIVE_INFINITY) reportNoMap(tree, places, report);
    return { diagnostics: problems.sorted(), tests: [], locate };
  }
  const changed = options.overrides?.(tree) ?? tree;
  const root = rootSchema({ allowInsecureHosts: options.allowInsecureHosts ?? false });
  const { env, catalog } = options;
  const unfilled = new FieldSchemas(root, catalog, changed);
  const filled = interpolate(changed, { env, places, fields: unfilled, report, unquoted, failed });
  // Anew, as what stands under `use` may have come from a variable.
  const fields = new FieldSchemas(root, catalog, filled.tree);
  const context = { filled, places, fields, report };

  const parsed = root.safeParse(filled.tree, { error: expectation });
  if (!parsed.success) reportIssues(parsed.error.issues, [], context);
  const stages = findStages(filled.tree, catalog);
  checkStages(stages, { ...context, catalog });
  for (const stage of stages) checkOptions(stage, context);
  reportWarnings({ ...context, ...options, source: tree, tree: filled.tree, stages });

  const diagnostics = problems.sorted();
  const tests = loadedTests(filled.tree, places);
  const wrong = diagnostics.some(({ severity }) => severity === "error");
  if (wrong || !parsed.success) return { diagnostics, tests, locate };
  const definition = define(parsed.data, stages, filled, fields);
  return { definition, diagnostics, tests, locate };
}

/** Codes for something that is not there: said only when the whole file could be read. */
const absences: ReadonlySet<DiagnosticCode> = new Set([
  "missing-key",
  "missing-value",
  "missing-stage",
  "no-effect",
  "no-namespace",
  "unused-connection",
]);

/** Where YAML is broken, what follows is a guess; only what stands before it can be trusted. */
function before(line: number, report: Report): Report {
  if (line === Number.POSITIVE_INFINITY) return report;
  return (problem) => {
    if (problem.span.line < line && !absences.has(problem.code)) report(problem);
  };
}

/** Of a list that stands in the file twice, or under a misspelt name, nobody knows which stages are meant. */
function whereSure(failed: readonly FieldPath[], tree: unknown, report: Report): Report {
  if (!failed.some((path) => path.length === 1) && !misspellsSection(tree)) return report;
  return (problem) => {
    if (!ofWholeLists.has(problem.code)) report(problem);
  };
}

const ofWholeLists: ReadonlySet<DiagnosticCode> = new Set([
  "stage-order",
  "missing-stage",
  "no-effect",
  "no-namespace",
  "unused-connection",
]);

/** Whether a list of stages stands under a key that was probably meant for it. */
function misspellsSection(tree: unknown): boolean {
  if (!isMap(tree)) return false;
  const lacking = sections.filter((section) => tree[section] === undefined);
  return Object.keys(tree).some((key) =>
    Array.isArray(tree[key]) && !isSection(key) && nearest(key, lacking) !== undefined
  );
}

function reportNoMap(tree: unknown, places: Places, report: Report): void {
  const empty = tree === null || tree === undefined;
  report({
    code: empty ? "missing-key" : "wrong-type",
    message: empty ? "The file is empty" : "The file has to be a map of keys and values",
    hint: "Start with version: 1 and name:, or run deno task init",
    span: places.span([]),
  });
}

function checkOptions({ entry, path }: FoundStage, context: IssueContext): void {
  if (entry === undefined) return;
  const base = [...path, "with"];
  // A `with:` whose lines are all commented out means no options.
  const given = valueAt(context.filled.tree, base) ?? {};
  const result = entry.schema.safeParse(given, { error: expectation });
  if (!result.success) reportIssues(result.error.issues, base, context);
}

function loadedTests(tree: unknown, places: Places): readonly LoadedTest[] {
  const tests = valueAt(tree, ["tests"]);
  if (!Array.isArray(tests)) return [];
  return tests.map((value: unknown, index) => {
    const path = ["tests", index];
    return { value, path, span: places.span(path) };
  });
}

function define(
  root: RootFile,
  stages: readonly FoundStage[],
  filled: Filled,
  fields: FieldSchemas,
): PipelineDefinition {
  const uses = (section: FoundStage["section"]): readonly StageUse[] =>
    stages.filter((stage) => stage.section === section).map(({ use, name, path }) => ({
      use,
      ...(name === undefined ? {} : { name }),
      options: withSecrets(filled.tree, [...path, "with"], fields),
      path,
    }));
  const definition = {
    version: root.version,
    name: root.name,
    connections: root.connections,
    sources: uses("sources"),
    transforms: uses("transforms"),
    sinks: uses("sinks"),
    alerts: root.alerts.url === undefined ? {} : { url: root.alerts.url },
  };
  return { ...definition, fingerprint: fingerprint(definition) };
}

/** The options as written and filled in, except that no secret in them can be printed any more. */
function withSecrets(tree: unknown, path: FieldPath, fields: FieldSchemas): unknown {
  return mapScalars(
    valueAt(tree, path) ?? {},
    (value, at) => typeof value === "string" && fields.isSecret(at) ? new Secret(value) : value,
    path,
  );
}
