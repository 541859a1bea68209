import { keyedHash } from "../crypto/keyed_hash.ts";
import type { PipelineDefinition } from "../definition/definition.ts";
import { fieldsToRead } from "../engine/compile.ts";
import { createMemoryOmetria } from "../ometria/memory.ts";
import { testDefinition, TestSetupError } from "../runtime/pipeline_tests/test_definition.ts";
import { chooseOrders, type OrderChoice, type OrderSource } from "../runtime/plan/orders.ts";
import type { PlanOptions } from "../runtime/plan/plan.ts";
import { startSandbox } from "../sandbox/mod.ts";
import { type LoadedPipeline, openSitoo } from "../server/compose.ts";
import { createMemorySitoo } from "../sitoo/memory.ts";
import { registry } from "../stages/registry.ts";
import { toFileUrl } from "../std/path.ts";
import { compose } from "./compose.ts";
import { environmentWithFile } from "./environment.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import {
  checkPipelines,
  type PipelineFile,
  type PipelineSettings,
  usablePipelines,
} from "./pipelines.ts";
import { inPages, readInput } from "./plan_input.ts";
import { sandboxOverrides } from "./sandbox_overrides.ts";
import { allowsInsecureHosts, configuredSecret, storeIsThere, storeLocation } from "./settings.ts";

/** The two files, and what they are compared over. */
export interface PlanRequest {
  readonly before: PipelineFile;
  readonly after: PipelineFile;
  readonly over:
    | { readonly kind: "sitoo" | "sandbox"; readonly choice: OrderChoice }
    | { readonly kind: "input"; readonly file: string; readonly text: string };
}

/** Everything that a plan is made from. Disposing closes it. */
export interface PlanSetting
  extends AsyncDisposable, Pick<PlanOptions, "before" | "after" | "world" | "facts" | "pages"> {
  readonly total: number;
}

/** The key of hashes where none has to be kept. */
const HASH_KEY = "a-plan-keeps-nothing-and-needs-no-secret";
/** Orders of the sandbox; more where more are to be looked at. */
const SANDBOX_ORDERS = 500;

/** Prepares a comparison on real accounts, on the sandbox, or over a file of orders. */
export async function preparePlan(
  request: PlanRequest,
  host: Host,
  signal: AbortSignal,
): Promise<PlanSetting> {
  if (request.over.kind === "input") return overInput(request, request.over, host);
  const { choice } = request.over;
  return request.over.kind === "sandbox"
    ? await overSandbox(request, { choice, signal }, host)
    : await overSitoo(request, { choice, signal }, host);
}

interface Reading {
  readonly choice: OrderChoice;
  readonly signal: AbortSignal;
}

async function overSitoo(
  request: PlanRequest,
  reading: Reading,
  host: Host,
): Promise<PlanSetting> {
  const env = await environmentWithFile(host);
  const settings = { env, allowInsecureHosts: allowsInsecureHosts(env) };
  const location = storeLocation(env);
  return await onAccounts(request, { ...reading, settings }, {
    store: await storeIsThere(location) ? location : ":memory:",
    secret: configuredSecret(env),
  }, host);
}

async function overSandbox(
  request: PlanRequest,
  reading: Reading,
  host: Host,
): Promise<PlanSetting> {
  await using stack = new AsyncDisposableStack();
  const { choice } = reading;
  const orders = Math.max(SANDBOX_ORDERS, "last" in choice ? choice.last : 0);
  const sandbox = stack.use(await startSandbox({ orders, clock: host.clock }));
  const onSandbox = sandboxOverrides(sandbox, { receipts: true });
  const settings: PipelineSettings = {
    env: host.env,
    allowInsecureHosts: true,
    // Receipts stay as each file has them, since they are compared.
    overrides: (tree) => ({ ...asTree(onSandbox(tree)), sinks: asTree(tree)["sinks"] }),
  };
  const store = { store: ":memory:", secret: HASH_KEY };
  const setting = stack.use(await onAccounts(request, { ...reading, settings }, store, host));
  const owned = stack.move();
  return { ...setting, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function onAccounts(
  request: PlanRequest,
  { choice, signal, settings }: Reading & { readonly settings: PipelineSettings },
  store: { readonly store: string; readonly secret: string | undefined },
  host: Host,
): Promise<PlanSetting> {
  const before = load(request.before, settings, host);
  const after = load(request.after, settings, host);
  await using stack = new AsyncDisposableStack();
  const installation = stack.use(await compose([after], store, host));
  const [context] = installation.contexts;
  if (context === undefined) throw new CommandError("No pipeline was loaded");
  const { clock } = host;
  const fields = unionOfFields(before.definition, after.definition);
  const { sitoo: connection } = after.definition.connections;
  const sitoo = openSitoo(connection, { clock, store: installation.store }, fields);
  const source: OrderSource = await chooseOrders(sitoo, choice, signal);
  const { name, connections } = before.definition;
  const facts = installation.store.pipeline(name, connections.ometria.account);
  const owned = stack.move();
  return {
    before,
    after,
    world: {
      sitoo,
      ometria: context.ometria,
      cache: facts.cache,
      forgotten: (hashes) => installation.store.forgotten(hashes),
      keyedHash: context.keyedHash,
      now: () => clock.now(),
    },
    facts,
    pages: source.pages,
    total: source.total,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Needs no account: whatever a stage looks up beside the orders is not there. */
function overInput(
  request: PlanRequest,
  { file, text }: { readonly file: string; readonly text: string },
  host: Host,
): PlanSetting {
  const definitionOf = (source: PipelineFile): PipelineDefinition => {
    try {
      return testDefinition(source, {}, host.env);
    } catch (cause) {
      if (cause instanceof TestSetupError) throw new CommandError(cause.message, { cause });
      throw cause;
    }
  };
  const before = { definition: definitionOf(request.before), url: toFileUrl(request.before.path) };
  const after = { definition: definitionOf(request.after), url: toFileUrl(request.after.path) };
  const fields = unionOfFields(before.definition, after.definition);
  const orders = readInput(text, { file, fields });
  const sitoo = createMemorySitoo(orders.flatMap((read) => read.ok ? [read.order] : []));
  return {
    before,
    after,
    world: {
      sitoo,
      ometria: createMemoryOmetria(),
      cache: { get: () => Promise.resolve(undefined) },
      forgotten: () => Promise.resolve(new Set<string>()),
      keyedHash: (value) => keyedHash(HASH_KEY, value),
      now: () => host.clock.now(),
    },
    facts: {
      ledger: () => Promise.resolve(new Map()),
      links: () => Promise.resolve(new Map()),
    },
    pages: inPages(orders),
    total: orders.length,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function load(source: PipelineFile, settings: PipelineSettings, host: Host): LoadedPipeline {
  const [loaded] = usablePipelines(checkPipelines([source], settings, host), host.terminal);
  if (loaded === undefined) throw new CommandError(`Cannot use "${source.file}"`);
  return loaded;
}

function unionOfFields(...definitions: readonly PipelineDefinition[]): readonly string[] {
  return [...new Set(definitions.flatMap((definition) => fieldsToRead(definition, registry)))];
}

function asTree(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
