import { getLogger, withContext } from "@logtape/logtape";
import { type ConnectionObserver, Connections } from "./connections.ts";
import type { PipelineContext } from "./context.ts";
import { runDrain } from "./drain.ts";
import type { DrainOptions } from "./drain.ts";
import { runReceipts } from "./receipts/run_receipts.ts";

const logger = getLogger(["tillpipe", "pipeline"]);

/** Which parts of a pipeline to run; by default what a server runs. */
export interface StartOptions {
  /** Look for what lost events left behind. @default true */
  readonly sweep?: boolean;
  /** Send receipts. @default true */
  readonly receipts?: boolean;
  readonly onBatch?: DrainOptions["onBatch"];
  /** Is told how calls of Sitoo and Ometria went. */
  readonly observer?: ConnectionObserver;
  readonly onUnwritable?: DrainOptions["onUnwritable"];
}

/** A pipeline at work. */
export interface RunningPipeline {
  /** Names this process as the holder of the lane. */
  readonly holder: string;
  /** Settles when everything has ended; rejects only on a fault of the program. */
  readonly finished: Promise<void>;
  /**
   * Begins nothing new, lets what is in flight finish for up to `graceMs`, then breaks it off. What was broken
   * off stays due.
   */
  stop(graceMs: number): Promise<void>;
}

/** Starts working off a pipeline's orders and receipts, until it is stopped. */
export function startPipeline(
  context: PipelineContext,
  options: StartOptions = {},
): RunningPipeline {
  const stop = new AbortController();
  const abort = new AbortController();
  const signals = { stop: stop.signal, abort: abort.signal };
  const holder = holderName(context.random);
  const { name } = context.pipeline.definition;
  const finished = withContext({ pipeline: name, run: holder }, run);
  return { holder, finished, stop: stopWithin };

  async function run(): Promise<void> {
    const { observer } = options;
    const connections = new Connections({
      ...context,
      ...(observer === undefined ? {} : { observer }),
    });
    await connections.load();
    const { receipts } = context.pipeline;
    const drain = runDrain(context, {
      holder,
      connections,
      sweep: options.sweep ?? true,
      ...(options.onBatch === undefined ? {} : { onBatch: options.onBatch }),
      ...(options.onUnwritable === undefined ? {} : { onUnwritable: options.onUnwritable }),
    }, signals);
    await Promise.all([
      drain,
      receipts === undefined || options.receipts === false
        ? undefined
        : runReceipts(context, { sink: receipts, connections }, signals),
    ]);
  }

  async function stopWithin(graceMs: number): Promise<void> {
    stop.abort(new Error("The pipeline is being stopped"));
    const over = new AbortController();
    const grace = context.clock.sleep(graceMs, over.signal).then(() => {
      logger.warn("Breaks off what is in flight; it stays due");
      abort.abort(new Error("The pipeline has to stop now"));
    }, ignore);
    try {
      await finished;
    } finally {
      over.abort();
      await grace;
    }
  }
}

/** A name that no other process has. */
function holderName(random: () => number): string {
  const part = (): string => Math.floor(random() * 2 ** 32).toString(36);
  return `${part()}-${part()}`;
}

function ignore(): void {}
