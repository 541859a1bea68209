import type { PipelineContext } from "../runtime/context.ts";
import { type RunningPipeline, startPipeline } from "../runtime/run_pipeline.ts";
import { createAlert } from "../server/alert.ts";
import { createApp } from "../server/app.ts";
import type { OperatorRule } from "../server/environment.ts";
import { type RunningServer, startServer } from "../server/serve.ts";
import { observePipelines } from "../server/standing.ts";
import type { Installation } from "./compose.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";

/** How an installation is served. */
export interface ServingOptions {
  readonly hostname: string;
  readonly port: number;
  readonly operator: OperatorRule;
}

/** A server with its pipelines. */
export interface Serving {
  /** Where it listens. */
  readonly url: string;
  /** Starts working off what arrived; until then events are only kept. */
  startPipelines(): void;
  /** Settles, with the error, when a pipeline has ended by itself: that is a fault. */
  readonly failed: Promise<never>;
  /** Takes no more events, lets what is in flight end for `graceMs`, then breaks it off. */
  stop(graceMs: number): Promise<void>;
}

/** Listens for webhooks and operators. Throws `CommandError` when the address cannot be taken. */
export function startServing(
  installation: Installation,
  options: ServingOptions,
  host: Host,
): Serving {
  const stopping = new AbortController();
  const app = createApp({
    pipelines: installation.contexts,
    store: installation.store,
    clock: host.clock,
    operator: options.operator,
    stopping: stopping.signal,
    alert: createAlert(installation.contexts.map(({ pipeline }) => pipeline)),
  });
  const server = listen(() => startServer(app, options), options);
  const endFigures = observePipelines(installation.contexts);
  const failure = Promise.withResolvers<never>();
  let running: readonly RunningPipeline[] = [];
  return {
    url: server.url,
    startPipelines(): void {
      if (running.length === 0) running = installation.contexts.map(start);
    },
    failed: failure.promise,
    async stop(graceMs): Promise<void> {
      stopping.abort(new DOMException("The server is stopping", "AbortError"));
      endFigures();
      await Promise.all([server.stop(graceMs), ...running.map((one) => one.stop(graceMs))]);
    },
  };

  function start(context: PipelineContext): RunningPipeline {
    const pipeline = startPipeline(context);
    pipeline.finished.catch(failure.reject);
    return pipeline;
  }
}

function listen(start: () => RunningServer, options: ServingOptions): RunningServer {
  const place = `${options.hostname}:${options.port}`;
  try {
    return start();
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new CommandError(`Cannot listen on ${place}: the port is taken`, {
        hint: "Stop what uses it, or set PORT to another one",
        cause,
      });
    }
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`Cannot listen on ${place}: ${detail}`, {
      hint: "Set HOST to an address of this machine and PORT to a port that may be used",
      cause,
    });
  }
}
