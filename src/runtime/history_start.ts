import { getLogger } from "@logtape/logtape";
import { backoff } from "../engine/backoff.ts";
import { ApiError } from "../http/error.ts";
import type { PageQuery } from "../sitoo/api.ts";
import type { Checkpoint } from "../store/rows.ts";
import type { PipelineContext } from "./context.ts";
import { sitooWorks } from "./sitoo_probe.ts";

const logger = getLogger(["tillpipe", "history"]);

/** Times that a run is measured in vain before it counts as failed; more where it may be the network. */
const triesAllowed = 4;
const triesOfNetwork = 10;
/** ms between two tries, at first and at most. */
const firstWait = 2_000;
const longestWait = 60_000;

/** Where a run begins and ends, or why it is not known. */
export type StartAnswer =
  | {
    readonly kind: "measured";
    readonly count: number;
    readonly first?: number;
    readonly last?: number;
  }
  /** To be asked again later. */
  | { readonly kind: "later" }
  | { readonly kind: "failed"; readonly error: string };

/**
 * Measures a run of history before it begins. Where Sitoo does not answer that question alone, only history waits,
 * and fails in the end: live orders go on. An outage's error is thrown.
 */
export class HistoryStart {
  readonly #context: PipelineContext;
  /** The run that could not be measured, by when it was asked for, how often, and when it is due again. */
  #run = -1;
  #failures = 0;
  #dueAt = -Infinity;

  constructor(context: PipelineContext) {
    this.#context = context;
  }

  /** Throws `ApiError` where Sitoo as a whole is the matter. */
  async measure(
    asked: Pick<Checkpoint, "startedAt">,
    query: Omit<PageQuery, "size">,
    signal: AbortSignal,
  ): Promise<StartAnswer> {
    const { sitoo, clock } = this.#context;
    if (this.#run !== asked.startedAt) {
      this.#run = asked.startedAt;
      this.#failures = 0;
      this.#dueAt = -Infinity;
    }
    if (clock.monotonic() < this.#dueAt) return { kind: "later" };
    try {
      return { kind: "measured", ...await sitoo.measure(query, signal) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind === "throttled") throw error;
      if (!await sitooWorks(sitoo, query.sites, signal)) throw error;
      return this.#failed(error);
    }
  }

  #failed(error: ApiError): StartAnswer {
    const { clock, random, alert, pipeline } = this.#context;
    this.#failures++;
    const allowed = error.kind === "unavailable" ? triesOfNetwork : triesAllowed;
    if (this.#failures < allowed) {
      const wait = backoff(this.#failures, { first: firstWait, longest: longestWait, random });
      this.#dueAt = clock.monotonic() + wait;
      logger.warn("The backfill cannot begin yet: {reason}", { reason: error.message });
      return { kind: "later" };
    }
    const text =
      `${error.message}. Sitoo answers other questions: run backfill again, with another --from or --to if these are odd, or with --restart to begin at start_date`;
    logger.error("The backfill failed: {reason}", { reason: text });
    alert?.(`${pipeline.definition.name}: the backfill failed: ${text}`);
    return { kind: "failed", error: text };
  }
}
