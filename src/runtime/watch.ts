import { getLogger } from "@logtape/logtape";
import { Conditions } from "../engine/conditions.ts";
import { ApiError } from "../http/error.ts";
import type { PipelineContext } from "./context.ts";
import { standingConditions } from "./standing_conditions.ts";
import { sum } from "./status.ts";

const logger = getLogger(["tillpipe", "watch"]);

/** ms between two looks. */
const lookEvery = 30_000;
/** ms between two looks at Ometria's list of errors, which costs a call. */
const errorsEvery = 300_000;
/** Rows that are counted at most. */
const countedRows = 1_000;

/**
 * Looks at what an operator should know of, and tells it once: orders that wait for an hour or miss
 * Ometria's four-hour window, an API that is down or refuses its key, dead orders, receipts whose fate is not known,
 * and new entries in Ometria's list of errors.
 */
export class Watch {
  readonly #context: PipelineContext;
  readonly #conditions = new Conditions();
  #lookedAt = -Infinity;
  #errorsAt = -Infinity;
  #errors: ReadonlyMap<string, number> | undefined;
  #dead: number | undefined;

  constructor(context: PipelineContext) {
    this.#context = context;
  }

  /** Looks if it is time to. Never throws `ApiError`: what cannot be asked now is asked later. */
  async step(signal: AbortSignal): Promise<void> {
    const now = this.#context.clock.monotonic();
    if (now - this.#lookedAt >= lookEvery) {
      this.#lookedAt = now;
      await this.#look();
    }
    if (now - this.#errorsAt >= errorsEvery) {
      this.#errorsAt = now;
      await this.#lookAtErrors(signal);
    }
  }

  async #look(): Promise<void> {
    const { store, clock } = this.#context;
    const [inbox, connections, counters] = await Promise.all([
      store.inboxSummary(countedRows),
      store.connections(),
      store.counters(),
    ]);
    const { raised, cleared } = this.#conditions.update(standingConditions({
      lag: inbox.oldest === undefined ? 0 : clock.now() - inbox.oldest,
      connections,
      unknownReceipts: counters.receipts["unknown"] ?? 0,
    }));
    for (const { text } of raised) this.#tell(text);
    for (const { text } of cleared) this.#tell(`Over: ${text}`);
    const dead = sum(counters.deadBy);
    if (this.#dead !== undefined && dead > this.#dead) {
      const reasons = Object.entries(counters.deadBy).map(([name, orders]) => `${name} ${orders}`);
      this.#tell(
        `${dead - this.#dead} more orders are dead (${reasons.join(", ")}): see the operator page`,
      );
    }
    this.#dead = dead;
  }

  /** The list names no record and may hold other systems' errors: only that it grows can be told. */
  async #lookAtErrors(signal: AbortSignal): Promise<void> {
    try {
      const counted = countOf(await this.#context.ometria.pushErrors(signal));
      const before = this.#errors;
      this.#errors = counted;
      if (before === undefined) return;
      const added = [...counted].flatMap(([text, times]) => {
        const more = times - (before.get(text) ?? 0);
        return more > 0 ? [`${text} (${more})`] : [];
      });
      if (added.length === 0) return;
      this.#tell(
        `Ometria lists new validation errors, of this or another system: ${added.join("; ")}`,
      );
    } catch (error) {
      if (error instanceof ApiError) return;
      throw error;
    }
  }

  #tell(text: string): void {
    const { pipeline, alert } = this.#context;
    const { name } = pipeline.definition;
    logger.warn("{pipeline}: {text}", { pipeline: name, text });
    alert?.(`${name}: ${text}`);
  }
}

function countOf(messages: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1);
  return counts;
}
