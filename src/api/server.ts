import { type RunningPipeline, startPipeline } from "../runtime/run_pipeline.ts";
import { type PipelineStatus, readStatus } from "../runtime/status.ts";
import { Secret } from "../definition/secret.ts";
import { createAlert } from "../server/alert.ts";
import { createApp } from "../server/app.ts";
import { type RunningServer, startServer } from "../server/serve.ts";
import { systemClock } from "../time/clock.ts";
import { checkAccounts, install, type RunOptions } from "./installation.ts";
import type { Pipeline } from "./pipeline.ts";

/** How a server is made. */
export interface CreateServerOptions extends RunOptions {
  /** Password of the operator pages; without one they answer only on this machine. */
  readonly adminPassword?: string;
  /** The address under which Sitoo reaches the server: `https://hooks.example.com`. */
  readonly publicUrl?: string;
}

/** Where a server listens. */
export interface ListenOptions {
  /** The address to listen on. @default "127.0.0.1" */
  readonly hostname?: string;
  /** 0 takes any free port. @default 8000 */
  readonly port?: number;
}

/** How a pipeline stands. */
export interface PipelineFigures {
  /** Orders that are due now. */
  readonly due: number;
  /** Orders of the batch that is being read and pushed. */
  readonly inFlight: number;
  /** Orders that are still open at the till. */
  readonly waiting: number;
  /** Orders that Ometria has accepted. */
  readonly delivered: number;
  /** Orders that were read back from Ometria. */
  readonly confirmed: number;
  /** Refunds that went into their sale. */
  readonly linked: number;
  /** Orders that cannot be sent. */
  readonly dead: number;
  /** Orders left out, by rule. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Dead orders, by reason. */
  readonly deadBy: Readonly<Record<string, number>>;
  /** Age of the oldest event that is due, in whole seconds. */
  readonly lagSeconds: number;
  /** Receipts, by state. */
  readonly receipts: Readonly<Record<string, number>>;
  /** How lines matched Ometria's products on the last day that had any; `null` unless they are looked up. */
  readonly products: ProductFigures | null;
}

/** How the lines of one day's orders matched the products of the Ometria account. */
export interface ProductFigures {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Lines whose SKU the account has. */
  readonly matched: number;
  /** Lines whose SKU it does not have. */
  readonly missed: number;
  /** Their SKUs, each once; the first 50. */
  readonly unmatched: readonly string[];
}

/** Pipelines with their webhooks, operator pages and everything that runs in the background. */
export interface PipelineServer extends AsyncDisposable {
  /**
   * Answers one request: `POST /hooks/{pipeline}/events`, `/healthz`, `/readyz`, `/status.json`, the operator
   * pages. For a server of your own; `listen` needs it not.
   *
   * @param peer the address of whoever is at the other end of the connection
   */
  fetch(request: Request, peer?: string): Promise<Response>;
  /** Listens, and gives the address: `http://127.0.0.1:8000`. Throws what `Deno.serve` throws. */
  listen(options?: ListenOptions): string;
  /** Begins to deliver. Until then events are only kept. */
  start(): void;
  /** How the pipelines stand, by name. */
  status(): Promise<Readonly<Record<string, PipelineFigures>>>;
  /** Rejects when a pipeline has ended by itself, which is a fault; never resolves. */
  readonly failed: Promise<never>;
  /** Takes no more events, lets what is in flight end for `graceMs`, closes the store. @default 4000 */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Makes a server of pipelines, as the command `serve` does: webhooks are answered once their events are
 * committed, and orders, receipts and the sweep run until `stop()`. Disposing stops it.
 *
 * @throws {RefusalError} where somebody has to decide; its `remedy` says what
 * @throws {StoreUnusableError} when the store cannot be opened
 */
export async function createServer(
  pipelines: readonly Pipeline[],
  options: CreateServerOptions,
): Promise<PipelineServer> {
  await using stack = new AsyncDisposableStack();
  const installation = stack.use(await install(pipelines, options));
  await checkAccounts(installation, options);
  const { contexts, store } = installation;
  const stopping = new AbortController();
  const failure = Promise.withResolvers<never>();
  // Whoever does not look at it is not to be ended by it.
  failure.promise.catch(() => {});
  const { adminPassword, publicUrl } = options;
  const app = createApp({
    pipelines: contexts,
    store,
    clock: systemClock,
    operator: {
      deploy: false,
      ...(adminPassword === undefined ? {} : { password: new Secret(adminPassword) }),
      ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, "") }),
    },
    stopping: stopping.signal,
    alert: createAlert(contexts.map(({ pipeline }) => pipeline)),
  });
  let listening: RunningServer | undefined;
  let running: readonly RunningPipeline[] = [];
  let ended: Promise<void> | undefined;
  const owned = stack.move();
  options.signal?.addEventListener("abort", () => void stop(), { once: true });
  return {
    fetch,
    listen,
    start,
    status,
    failed: failure.promise,
    stop,
    [Symbol.asyncDispose]: stop,
  };

  async function fetch(request: Request, peer?: string): Promise<Response> {
    return await app.fetch(request, peer === undefined ? {} : { peer });
  }

  function listen({ hostname = "127.0.0.1", port = 8000 }: ListenOptions = {}): string {
    listening ??= startServer(app, { hostname, port });
    return listening.url;
  }

  function start(): void {
    if (running.length > 0 || ended !== undefined) return;
    running = contexts.map((context) => {
      const pipeline = startPipeline(context);
      pipeline.finished.catch(failure.reject);
      return pipeline;
    });
  }

  async function status(): Promise<Readonly<Record<string, PipelineFigures>>> {
    const { pipelines } = await readStatus(contexts);
    return Object.fromEntries(
      Object.entries(pipelines).map(([name, one]) => [name, figuresOf(one)] as const),
    );
  }

  function stop(graceMs = 4_000): Promise<void> {
    return ended ??= end(graceMs);
  }

  async function end(graceMs: number): Promise<void> {
    stopping.abort(new DOMException("The server is stopping", "AbortError"));
    await Promise.all([listening?.stop(graceMs), ...running.map((one) => one.stop(graceMs))]);
    await owned.disposeAsync();
  }
}

function figuresOf(status: PipelineStatus): PipelineFigures {
  const { due, inFlight, waiting, delivered, confirmed, linked, dead } = status;
  const { skipped, deadBy, lagSeconds, receipts, products } = status;
  const counts = { due, inFlight, waiting, delivered, confirmed, linked, dead };
  return { ...counts, skipped, deadBy, lagSeconds, receipts, products };
}
