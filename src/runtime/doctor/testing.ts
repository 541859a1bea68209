import { keyedHash } from "../../crypto/keyed_hash.ts";
import type { PipelineDefinition } from "../../definition/definition.ts";
import { loadDefinition } from "../../definition/load.ts";
import { renderDiagnostics } from "../../definition/render.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/mod.ts";
import { registry } from "../../stages/registry.ts";
import { openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import { type Clock, systemClock } from "../../time/clock.ts";
import { Bench } from "./bench.ts";
import { examine, type ExamineOptions } from "./doctor.ts";
import type { Finding } from "./finding.ts";

/** What is different from a sound installation. */
export interface PatientOptions {
  readonly sandbox?: SandboxOptions;
  /** Changes the shipped pipeline's text. */
  readonly change?: (text: string) => string;
  readonly clock?: Clock;
}

/** The shipped pipeline on a sandbox that answers without limits, with a store in memory. */
export interface Patient extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly bench: Bench;
  /** All findings by their checks. */
  examine(options?: ExamineOptions): Promise<ReadonlyMap<string, Finding>>;
}

/** Puts a patient together. */
export async function admit(options: PatientOptions = {}): Promise<Patient> {
  await using stack = new AsyncDisposableStack();
  const { clock = systemClock } = options;
  const sandbox = stack.use(
    await startSandbox({ orders: 120, seed: 7, rates: { read: Infinity }, ...options.sandbox }),
  );
  const store = stack.use(await openStore(":memory:", { clock, random: () => 0.5 }));
  const definition = await definitionOn(sandbox, options.change ?? ((text) => text));
  const bench = new Bench({
    definition,
    clock,
    store,
    keyedHash: (text) => keyedHash("a key that only tests know of", text),
    resolve: (specifier) => specifier,
    timeout: 2_000,
    readRate: Infinity,
  });
  const owned = stack.move();
  return {
    sandbox,
    store,
    bench,
    examine: async (told = {}) => {
      const findings = await Array.fromAsync(examine(bench, told, new AbortController().signal));
      return new Map(findings.map((finding) => [finding.check, finding]));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function definitionOn(
  { sitoo, ometria }: Sandbox,
  change: (text: string) => string,
): Promise<PipelineDefinition> {
  const file = "pipeline.yaml";
  const shipped = await Deno.readTextFile(new URL(`../../../${file}`, import.meta.url));
  const text = change(
    shipped.replace("gap: 250ms", "gap: 0ms").replace("read_rate: 2/s", "read_rate: off")
      .replace("by: sku ", "by: catalogue "),
  );
  const variables: Readonly<Record<string, string>> = {
    SITOO_ACCOUNT_URL: sitoo.accountUrl,
    SITOO_API_ID: sitoo.apiId,
    SITOO_API_KEY: sitoo.apiKey,
    OMETRIA_API_URL: ometria.apiUrl,
    OMETRIA_API_KEY: ometria.apiKey,
    OMETRIA_EMAIL_API_KEY: ometria.emailApiKey,
    WEBHOOK_USERNAME: "till",
    WEBHOOK_PASSWORD: "webhook-password",
  };
  const { definition, diagnostics } = loadDefinition({ file, text }, {
    catalog: registry,
    env: (name) => variables[name],
    allowInsecureHosts: true,
  });
  if (definition === undefined) {
    throw new Error(renderDiagnostics(diagnostics, new Map([[file, text]]), { color: false }));
  }
  return definition;
}
