import type { PipelineDefinition } from "../../definition/definition.ts";
import type { Diagnostic } from "../../definition/diagnostic.ts";
import { loadDefinition } from "../../definition/load.ts";
import type { PipelineSource } from "../../definition/load.ts";
import type { PipelineTest } from "../../definition/pipeline_tests.ts";
import { isMap } from "../../definition/plain.ts";
import { registry } from "../../stages/registry.ts";

/** The account number that tests run under; events have to name it. */
export const TEST_ACCOUNT = 4711;

/** A pipeline cannot be tested like this: it, or what the test changes in it, is wrong. */
export class TestSetupError extends Error {
  override readonly name = "TestSetupError";
}

type Tree = Readonly<Record<string, unknown>>;

/** What a test changes in its pipeline. */
export type TestChanges = Pick<PipelineTest, "options" | "transforms">;

/** The value of an environment variable. */
type Environment = (name: string) => string | undefined;

/**
 * Loads a pipeline for a test: every connection and credential is replaced by one that leads nowhere, whatever
 * the file and the environment say.
 *
 * @throws {TestSetupError} when the pipeline, with the test's changes, is not valid
 */
export function testDefinition(
  pipeline: PipelineSource,
  changes: TestChanges,
  env: Environment,
): PipelineDefinition {
  const unused = new Set(Object.keys(changes.options ?? {}));
  const loaded = loadDefinition(pipeline, {
    catalog: registry,
    env,
    overrides: (tree) => inMemory(tree, changes, unused),
  });
  const [missing] = unused;
  if (missing !== undefined) {
    throw new TestSetupError(
      `Cannot change options of "${missing}": the pipeline has no such stage`,
    );
  }
  if (loaded.definition === undefined) {
    const [first] = loaded.diagnostics.filter(isError);
    throw new TestSetupError(
      `Cannot use the pipeline ${pipeline.file}: ${first?.message ?? "it is not valid"}`,
    );
  }
  return loaded.definition;
}

/** What is wrong with a pipeline apart from its connections and credentials, which tests do without. */
export function problemsForTests(
  pipeline: PipelineSource,
  env: Environment,
): readonly Diagnostic[] {
  const overrides = (tree: unknown): unknown => inMemory(tree, {}, new Set());
  return loadDefinition(pipeline, { catalog: registry, env, overrides })
    .diagnostics.filter(isError);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

function inMemory(tree: unknown, changes: Partial<TestChanges>, unused: Set<string>): unknown {
  if (!isMap(tree)) return tree;
  const change = (list: unknown): unknown => changeStages(list, changes.options ?? {}, unused);
  return {
    ...tree,
    connections,
    alerts: {},
    tests: [],
    sources: withCredentials(change(tree["sources"])),
    transforms: change(changes.transforms ?? tree["transforms"]),
    sinks: change(tree["sinks"]),
  };
}

const connections = {
  sitoo: {
    account_url: `https://api.mysitoo.com/v2/accounts/${TEST_ACCOUNT}`,
    api_id: "tests",
    api_key: "tests",
  },
  ometria: { api_key: "tests" },
} as const;

function changeStages(
  list: unknown,
  changes: Readonly<Record<string, Tree>>,
  unused: Set<string>,
): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((entry: unknown) => {
    if (!isMap(entry)) return entry;
    const key = [entry["name"], entry["use"]].find((name) =>
      typeof name === "string" && Object.hasOwn(changes, name)
    );
    if (typeof key !== "string") return entry;
    unused.delete(key);
    return { ...entry, with: { ...(isMap(entry["with"]) ? entry["with"] : {}), ...changes[key] } };
  });
}

function withCredentials(list: unknown): unknown {
  const credentials = { "sitoo-webhook": { username: "tests", password: "tests" } };
  return changeStages(list, credentials, new Set());
}
