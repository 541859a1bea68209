/**
 * The operator pages as they are served: the shipped pipeline on a sandbox, behind a real port.
 *
 * @module
 */
import { Secret } from "../../src/definition/secret.ts";
import type { PipelineContext } from "../../src/runtime/context.ts";
import { runBackfill } from "../../src/runtime/backfill.ts";
import { type RunningPipeline, startPipeline } from "../../src/runtime/run_pipeline.ts";
import { createApp } from "../../src/server/app.ts";
import { startServer } from "../../src/server/serve.ts";
import type { BatchCommit } from "../../src/store/store.ts";
import { systemClock } from "../../src/time/clock.ts";
import { startSystem, type System, unlimited } from "../support/system.ts";

/** The operator's password. */
export const password = "an-operator-password";
/** The name of the pipeline. */
export const pipelineName = "sitoo-to-ometria";

/** A served system. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly system: System;
  /** Starts working off what is due. */
  work(): void;
  /** Stops as `serve` does when it is told to; ms that it took. */
  stop(): Promise<number>;
}

/** What is special about it. */
export interface SiteOptions {
  /** Orders of history that have been brought over. @default none */
  readonly history?: number;
  readonly withPassword?: boolean;
}

/** Starts it on any free port. */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const system = stack.use(
    await startSystem({ orders: options.history ?? 0, change: unlimited }),
  );
  if (options.history !== undefined) await bringHistory(system.context);
  const site = stack.use(serve(system, options));
  const owned = stack.move();
  return { ...site, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Brings the history of the sandbox over. */
export async function bringHistory(context: PipelineContext): Promise<void> {
  await runBackfill(context, { onProgress: () => {} }, AbortSignal.timeout(30_000));
}

/** Serves a system on any free port. */
export function serve(system: System, options: Pick<SiteOptions, "withPassword"> = {}): Site {
  const { context, store } = system;
  const stopping = new AbortController();
  const app = createApp({
    pipelines: [context],
    store,
    clock: systemClock,
    operator: {
      deploy: false,
      ...(options.withPassword === true ? { password: new Secret(password) } : {}),
    },
    stopping: stopping.signal,
  });
  const server = startServer(app, { hostname: "127.0.0.1", port: 0 });
  let running: RunningPipeline | undefined;
  const stop = async (): Promise<number> => {
    const start = performance.now();
    stopping.abort(new DOMException("The server is stopping", "AbortError"));
    await Promise.all([server.stop(4_000), running?.stop(4_000)]);
    return performance.now() - start;
  };
  return {
    url: server.url,
    system,
    work: () => {
      running ??= startPipeline(context, { sweep: false });
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      if (!stopping.signal.aborted) await stop();
    },
  };
}

/** Lets orders die, as a batch does that cannot send them. */
export async function bury(
  context: PipelineContext,
  letters: readonly {
    readonly orderId: number;
    readonly reason: string;
    readonly detail: string;
  }[],
): Promise<void> {
  const hold = await context.store.acquireLane("test", context.pipeline.definition.fingerprint);
  if (hold === undefined) throw new Error("The lane is not free");
  const at = context.clock.now();
  const before = await context.store.ledger(letters.map(({ orderId }) => orderId));
  const batch: BatchCommit = {
    before,
    ledger: letters.map(({ orderId, reason, detail }) => ({
      orderId,
      outcome: "dead",
      rule: reason,
      at,
      steps: [{ at, what: "dead", detail: `${reason}: ${detail}` }],
    })),
    dead: letters.map((letter) => ({ ...letter, at, attempts: 1 })),
    links: [],
    pointers: [],
    done: [],
    receipts: [],
    missedWindow: 0,
  };
  await context.store.commit(hold, batch);
  await context.store.releaseLane(hold);
}

/** A sale of a minute ago, as Sitoo's event brings it. */
export async function announce(context: PipelineContext, orderId: number): Promise<void> {
  const now = context.clock.now();
  await context.store.arrive({
    pointers: [{ orderId, origin: "live", dueAt: now, receivedAt: now, attempts: 0 }],
    receipts: [],
    quarantine: [],
  });
}
