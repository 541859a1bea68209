import { getLogger } from "@logtape/logtape";
import { ApiError } from "../../http/error.ts";
import type { ReconcileEstimate } from "../../runtime/reconcile/estimate.ts";
import { reconcile } from "../../runtime/reconcile/reconcile.ts";
import type { ReconcileProgress, ReconcileReport } from "../../runtime/reconcile/report.ts";
import { RefusalError } from "../../runtime/refusal.ts";
import type { ServedPipeline, ServerOptions } from "../environment.ts";
import type { Refused } from "./backfill.ts";

const log = getLogger(["tillpipe", "reconcile"]);

/** What is to be compared; see `ReconcileOptions`. */
export interface ReconcileAsked {
  readonly from?: string;
  readonly to?: string;
  /** Delivered orders that are read back from Ometria. */
  readonly verify?: number;
  readonly fix?: boolean;
}

/** How a comparison stands: under way while there is neither report nor refusal. */
export interface ReconcileRun {
  readonly asked: ReconcileAsked;
  /** Epoch ms. */
  readonly startedAt: number;
  /** What it costs, once that is known. */
  readonly estimate?: ReconcileEstimate;
  readonly progress?: ReconcileProgress;
  readonly report?: ReconcileReport;
  readonly refused?: Refused;
}

/** ms that a request waits for a comparison before it goes on in the background. */
const QUICK = 5_000;
/** ms that a comparison may take on Deno Deploy, where nothing outlives its request. */
const TAKES_ON_DEPLOY = 45_000;

const UNDER_WAY: Refused = {
  reason: "A comparison of this pipeline is under way",
  remedy: "Wait until it is through, or cancel it",
};
const CANCELLED: Refused = {
  reason: "The comparison was cancelled",
  remedy: "No order was made due",
};
const TOO_LONG: Refused = {
  reason: "Comparing so much takes longer than Deno Deploy lets a request last",
  remedy: "Choose fewer days, or use deno task reconcile",
};

interface Entry {
  run: ReconcileRun;
  readonly cancel: AbortController;
  readonly ended: Promise<void>;
}

/**
 * The comparisons that operators ask for on the page: one at a time for each pipeline, beyond the request that began
 * it, until it is through, cancelled, or the server stops. The last result of each is kept in memory. On Deno Deploy
 * a comparison ends with its request.
 */
export class ReconcileRuns {
  readonly #options: Pick<ServerOptions, "clock" | "stopping" | "operator">;
  readonly #entries = new Map<string, Entry>();

  constructor(options: Pick<ServerOptions, "clock" | "stopping" | "operator">) {
    this.#options = options;
  }

  /** The comparison that is under way, else the last one. */
  current(pipeline: string): ReconcileRun | undefined {
    return this.#entries.get(pipeline)?.run;
  }

  /** Changes when an open page has something new to show. */
  mark(): string {
    const runs = [...this.#entries].map((
      [name, { run }],
    ) => [name, run.startedAt, run.progress, isUnderWay(run)]);
    return JSON.stringify(runs);
  }

  /** Begins a comparison, and answers how it stands when it has ended or a moment has passed. */
  async start(served: ServedPipeline, asked: ReconcileAsked): Promise<ReconcileRun | Refused> {
    const { name } = served.pipeline.definition;
    const { clock, stopping, operator } = this.#options;
    const before = this.current(name);
    if (before !== undefined && isUnderWay(before)) return UNDER_WAY;
    const cancel = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { run: { asked, startedAt: clock.now() }, cancel, ended };
    this.#entries.set(name, entry);
    const signal = AbortSignal.any([cancel.signal, stopping]);
    void this.#work(entry, served, signal).then(resolve);
    const isOver = await this.#waitFor(entry, operator.deploy ? TAKES_ON_DEPLOY : QUICK);
    if (!isOver && operator.deploy) {
      cancel.abort(TOO_LONG);
      await ended;
    }
    return entry.run;
  }

  /** Ends the comparison that is under way; what it has found is dropped. False when there is none. */
  async cancel(pipeline: string): Promise<boolean> {
    const entry = this.#entries.get(pipeline);
    if (entry === undefined || !isUnderWay(entry.run)) return false;
    entry.cancel.abort(CANCELLED);
    await entry.ended;
    return true;
  }

  /** Never rejects. */
  async #work(entry: Entry, served: ServedPipeline, signal: AbortSignal): Promise<void> {
    const change = (more: Partial<ReconcileRun>): void =>
      void (entry.run = { ...entry.run, ...more });
    try {
      const report = await reconcile(served, {
        ...entry.run.asked,
        onEstimate: (estimate) => change({ estimate }),
        onProgress: (progress) => change({ progress }),
      }, signal);
      change({ report });
      log.info("A comparison asked for by an operator is through", {
        pipeline: report.pipeline,
        ...(report.fixed === undefined ? {} : { orders: report.fixed }),
      });
    } catch (error) {
      change({ refused: this.#refusalOf(error, entry) });
    }
  }

  #refusalOf(error: unknown, { cancel }: Entry): Refused {
    if (cancel.signal.aborted) return cancel.signal.reason === TOO_LONG ? TOO_LONG : CANCELLED;
    if (this.#options.stopping.aborted) {
      return { reason: "The server was stopped", remedy: "Compare again when it runs" };
    }
    if (error instanceof RefusalError) return { reason: error.message, remedy: error.remedy };
    if (error instanceof ApiError) {
      return { reason: error.message, remedy: "Try again when it answers" };
    }
    log.error("A comparison failed", { error });
    return { reason: "The comparison failed", remedy: "The log says more" };
  }

  async #waitFor({ ended }: Entry, ms: number): Promise<boolean> {
    const over = new AbortController();
    const late = this.#options.clock.sleep(ms, over.signal).then(() => false, () => false);
    const isOver = await Promise.race([ended.then(() => true), late]);
    over.abort();
    return isOver;
  }
}

/** Whether a comparison has not ended yet. */
export function isUnderWay({ report, refused }: ReconcileRun): boolean {
  return report === undefined && refused === undefined;
}
