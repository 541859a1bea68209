import { parseDocument } from "yaml";
import * as z from "zod";
import { freePort, isReady } from "../../tests/support/waiting.ts";
import type { Accounts } from "./sandbox.ts";
import { type Child, start } from "./child.ts";
import type { Target } from "./load.ts";

/** Where a product runs from, and on what. */
export interface Installation {
  /** The checkout: this one, or another revision's. */
  readonly tree: URL;
  /** A folder of its own, for the pipeline and the store. */
  readonly folder: string;
  readonly accounts: Accounts;
}

/** A server that is ready. */
export interface Server {
  readonly child: Child;
  readonly target: Target;
  /** ms from the start of the process until `/readyz` said yes. */
  readonly readyAfter: number;
}

const name = "sitoo-to-ometria";
const webhook = { username: "till", password: "a-long-webhook-password" };
/** ms that a server may take to be ready. */
const readyWithin = 30_000;

/** Writes the shipped pipeline without waits: the APIs' limits are not what is measured. */
export async function writePipeline(
  { tree, folder }: Installation,
  options: { readonly settle: string },
): Promise<void> {
  const document = parseDocument(await Deno.readTextFile(new URL("pipeline.yaml", tree)));
  document.setIn(["connections", "sitoo", "gap"], "0ms");
  for (const rate of ["push_rate", "read_rate", "email_rate"]) {
    document.setIn(["connections", "ometria", rate], "off");
  }
  document.setIn(["sinks", 0, "with"], { settle: options.settle });
  await Deno.writeTextFile(`${folder}/pipeline.yaml`, document.toString());
}

/** Runs a command of the product in a process of its own, which can reach nothing but this machine. */
export function run(
  installation: Installation,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const flags = heapFlags(installation.tree, command);
  return start({
    args: ["run", "-q", "-P=loopback", ...flags, ...profiling(), "src/cli/main.ts", ...command],
    cwd: installation.tree,
    env: { ...environment(installation), ...env },
  });
}

/** As the checkout's own task of that name starts it: with what keeps its memory small, if it has that. */
function heapFlags(tree: URL, [name = ""]: readonly string[]): readonly string[] {
  const { tasks } = settings.parse(JSON.parse(Deno.readTextFileSync(new URL("deno.json", tree))));
  return /--v8-flags=\S+/.exec(tasks[name]?.command ?? "") ?? [];
}

const settings = z.object({ tasks: z.record(z.string(), z.object({ command: z.string() })) });

/** `TILLPIPE_BENCH_PROFILE=FOLDER` takes a CPU profile of every process of the product. */
function profiling(): readonly string[] {
  const folder = Deno.env.get("TILLPIPE_BENCH_PROFILE");
  return folder === undefined || folder === "" ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

/** Starts a server, and waits until it is ready. */
export async function serve(installation: Installation): Promise<Server> {
  const port = freePort();
  const began = performance.now();
  const child = run(installation, ["serve", "--pipeline", `${installation.folder}/pipeline.yaml`], {
    PORT: String(port),
  });
  let end: string | undefined;
  child.ended.then(({ complaints }) => end = complaints);
  while (!await isReady(`http://127.0.0.1:${port}`)) {
    const waited = performance.now() - began;
    if (end !== undefined || waited > readyWithin) {
      await child.stop();
      throw new Error(`The server did not get ready: ${end ?? "no answer"}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return {
    child,
    readyAfter: performance.now() - began,
    target: {
      port,
      path: `/hooks/${name}/events`,
      accountId: installation.accounts.sitoo.accountId,
      ...webhook,
    },
  };
}

function environment({ folder, accounts }: Installation): Record<string, string> {
  return {
    SITOO_ACCOUNT_URL: accounts.sitoo.accountUrl,
    SITOO_API_ID: accounts.sitoo.apiId,
    SITOO_API_KEY: accounts.sitoo.apiKey,
    OMETRIA_API_URL: accounts.ometria.apiUrl,
    OMETRIA_API_KEY: accounts.ometria.apiKey,
    OMETRIA_EMAIL_API_KEY: accounts.ometria.emailApiKey,
    WEBHOOK_USERNAME: webhook.username,
    WEBHOOK_PASSWORD: webhook.password,
    TILLPIPE_ALLOW_INSECURE_HOSTS: "1",
    TILLPIPE_SECRET: "a-secret-that-only-benchmarks-know-of-00",
    TILLPIPE_STORE: `${folder}/store.sqlite3`,
  };
}
