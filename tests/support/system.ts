import { parseDocument } from "yaml";
import { sandboxOverrides } from "../../src/cli/sandbox_overrides.ts";
import { loadDefinition } from "../../src/definition/load.ts";
import { renderDiagnostics } from "../../src/definition/render.ts";
import type { PipelineContext } from "../../src/runtime/context.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/mod.ts";
import { type ComposeOptions, composePipelines } from "../../src/server/compose.ts";
import { registry } from "../../src/stages/registry.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/time/clock.ts";

export { eventually, freePort, isReady } from "./waiting.ts";

/** The project's folder. */
export const root = new URL("../../", import.meta.url);

/** What a system under test is made of. */
export interface SystemOptions extends SandboxOptions {
  /** Path of the store. @default in memory */
  readonly store?: string;
  /** Changes the shipped pipeline, after the sandbox has been put in place of the real accounts. */
  readonly change?: (tree: Tree) => Tree;
}

/** A plain YAML tree. */
export type Tree = Readonly<Record<string, unknown>>;

/** The shipped pipeline on a sandbox, in this process. */
export interface System extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly context: PipelineContext;
}

/** Connections without waits: the limits of the APIs are not what is under test. */
export function unlimited(tree: Tree): Tree {
  const { sitoo, ometria } = asTrees(tree["connections"]);
  return {
    ...tree,
    connections: {
      sitoo: { ...sitoo, gap: "0ms" },
      ometria: { ...ometria, push_rate: "off", read_rate: "off", email_rate: "off" },
    },
  };
}

/** The tree with other options for one stage. */
export function withOption(tree: Tree, use: string, options: Tree): Tree {
  const change = (list: unknown): unknown =>
    Array.isArray(list)
      ? list.map((entry: unknown) => {
        const stage = asTree(entry);
        return stage["use"] === use
          ? { ...stage, with: { ...asTree(stage["with"]), ...options } }
          : entry;
      })
      : list;
  return {
    ...tree,
    sources: change(tree["sources"]),
    transforms: change(tree["transforms"]),
    sinks: change(tree["sinks"]),
  };
}

/** Starts a sandbox, and composes the shipped pipeline on it. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.use(await startSandbox(options));
  const store = stack.use(
    await openStore(options.store ?? ":memory:", { clock: systemClock, random: Math.random }),
  );
  const context = await composeOn(sandbox, store, options.change);
  const owned = stack.move();
  return { sandbox, store, context, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Composes the shipped pipeline on a sandbox and a store. */
export function composeOn(
  sandbox: Sandbox,
  store: Store,
  change: (tree: Tree) => Tree = (tree) => tree,
): Promise<PipelineContext> {
  return composeWith({ sandbox, store, change });
}

/** Composes the shipped pipeline with something in the place of its store or its Ometria. */
export async function composeWith(
  { sandbox, store, change, ...replace }:
    & { readonly sandbox: Sandbox; readonly store: Store; readonly change: (tree: Tree) => Tree }
    & Pick<ComposeOptions, "pipelineStore" | "pipelineOmetria">,
): Promise<PipelineContext> {
  const file = "pipeline.yaml";
  const url = new URL(file, root);
  const text = await Deno.readTextFile(url);
  const toSandbox = sandboxOverrides(sandbox, { receipts: true });
  const { definition, diagnostics } = loadDefinition({ file, text }, {
    catalog: registry,
    env: () => undefined,
    allowInsecureHosts: true,
    overrides: (tree) => change(asTree(toSandbox(tree))),
  });
  if (definition === undefined) {
    throw new Error(renderDiagnostics(diagnostics, new Map([[file, text]]), { color: false }));
  }
  const [context] = await composePipelines([{ definition, url }], {
    store,
    secret: "a-key-that-only-tests-know-of-0000000000",
    clock: systemClock,
    random: Math.random,
    hide: () => {},
    ...replace,
  });
  if (context === undefined) throw new Error("The pipeline was not put together");
  return context;
}

/** The environment of a command that runs in a process of its own, on a sandbox. */
export function commandEnv(
  sandbox: Sandbox,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = ["PATH", "HOME", "DENO_DIR", "TMPDIR"].flatMap((name): [string, string][] => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(kept),
    NO_COLOR: "1",
    SITOO_ACCOUNT_URL: sandbox.sitoo.accountUrl,
    SITOO_API_ID: sandbox.sitoo.apiId,
    SITOO_API_KEY: sandbox.sitoo.apiKey,
    OMETRIA_API_URL: sandbox.ometria.apiUrl,
    OMETRIA_API_KEY: sandbox.ometria.apiKey,
    OMETRIA_EMAIL_API_KEY: sandbox.ometria.emailApiKey,
    WEBHOOK_USERNAME: "till",
    WEBHOOK_PASSWORD: "a-long-webhook-password",
    TILLPIPE_ALLOW_INSECURE_HOSTS: "1",
    ...more,
  };
}

/** A command of Tillpipe in a process of its own, which may reach nothing but this machine. */
export function command(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=loopback", "src/cli/main.ts", ...args],
    cwd: root,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Writes the shipped pipeline with other options for the orders sink into a folder. */
export async function pipelineFile(folder: string, options: Tree): Promise<string> {
  const document = parseDocument(await Deno.readTextFile(new URL("pipeline.yaml", root)));
  document.setIn(["sinks", 0, "with"], options);
  const path = `${folder}/pipeline.yaml`;
  await Deno.writeTextFile(path, document.toString());
  return path;
}

function asTree(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function asTrees(value: unknown): Record<string, Tree> {
  return Object.fromEntries(
    Object.entries(asTree(value)).map(([key, part]) => [key, asTree(part)]),
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
