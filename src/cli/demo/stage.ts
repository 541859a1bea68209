import type { PipelineDefinition } from "../../definition/definition.ts";
import { startInstant } from "../../engine/start_date.ts";
import type { PipelineContext } from "../../runtime/context.ts";
import { type Sandbox, startSandbox, type TruthReport } from "../../sandbox/mod.ts";
import * as z from "zod";
import { compose, type Installation } from "../compose.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { checkPipelines, readPipelineFiles, usablePipelines } from "../pipelines.ts";
import { sandboxOverrides } from "../sandbox_overrides.ts";
import { type Serving, startServing } from "../serving.ts";

/** What a demonstration is set up with. */
export interface StageOptions {
  readonly pipelines: readonly string[];
  readonly orders: number;
  readonly seed: number;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Everything a demonstration plays on. Disposing takes all of it away again. */
export interface DemoStage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly installation: Installation;
  readonly context: PipelineContext;
  readonly serving: Serving;
  /** Holds what arrived against what was sold. */
  compare(): Promise<TruthReport>;
}

/** The key of the demonstration's hashes; nothing in it is worth one that is secret. */
const HASH_KEY = "the-demonstration-has-nothing-to-hide";
/** ms for what is in flight at the end. */
const GRACE = 3000;
/** Retries of the fake Sitoo after seconds rather than minutes. */
const RETRY_SCALE = 0.01;

/** Starts the sandbox, a store in a temporary folder, and a server on this machine. */
export async function setUpDemo(options: StageOptions, host: Host): Promise<DemoStage> {
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.use(
    await startSandbox({
      orders: options.orders,
      seed: options.seed,
      clock: host.clock,
      sender: { scale: RETRY_SCALE },
    }),
  );
  const files = await readPipelineFiles(options.pipelines, host);
  const loaded = checkPipelines(files, {
    env: host.env,
    allowInsecureHosts: true,
    overrides: sandboxOverrides(sandbox, { receipts: true }),
  }, host);
  const folder = await Deno.makeTempDir({ prefix: "tillpipe-demo-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const installation = stack.use(
    await compose(usablePipelines(loaded, host.terminal), {
      store: `${folder}/store.sqlite3`,
      secret: HASH_KEY,
    }, host),
  );
  const [context, another] = installation.contexts;
  if (context === undefined || another !== undefined) {
    throw new CommandError("The demonstration shows one pipeline at a time");
  }
  const serving = startServing(
    installation,
    { hostname: "127.0.0.1", port: options.port, operator: { deploy: false } },
    host,
  );
  stack.defer(() => serving.stop(GRACE));
  stack.defer(() => sandbox.sender.stop());
  const owned = stack.move();
  return {
    sandbox,
    installation,
    context,
    serving,
    compare: () => compare(sandbox, context),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function compare(sandbox: Sandbox, { pipeline }: PipelineContext): Promise<TruthReport> {
  await sandbox.ometria.settled();
  const zone = await pipeline.transform.zone?.(undefined, AbortSignal.timeout(GRACE)) ?? "UTC";
  const { history } = pipeline;
  return sandbox.truth.compare({
    prefix: orderPrefix(pipeline.definition),
    ...(history === undefined ? {} : { startDate: startInstant(history.startDate, zone) }),
  });
}

const namespaceOptions = z.object({
  value: z.string(),
  separator: z.string(),
  apply_to: z.array(z.string()),
});

/** What the pipeline puts before Sitoo's order id. */
function orderPrefix(definition: PipelineDefinition): string {
  for (const { use, options } of definition.transforms) {
    const parsed = use === "namespace" ? namespaceOptions.safeParse(options) : undefined;
    if (parsed?.success === true && parsed.data.apply_to.includes("order")) {
      return parsed.data.value + parsed.data.separator;
    }
  }
  return "";
}
