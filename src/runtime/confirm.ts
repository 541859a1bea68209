import { getLogger } from "@logtape/logtape";
import { confirmAfter, differenceOf } from "../engine/confirmation.ts";
import { withOutcome } from "../engine/ledger_row.ts";
import { ApiError } from "../http/error.ts";
import type { StoredOrder } from "../ometria/api.ts";
import type { ConfirmRow, DeadLetter, LedgerRow, NewPointer } from "../store/rows.ts";
import { type BatchCommit, emptyCommit } from "../store/store.ts";
import { countDead } from "../telemetry/metrics.ts";
import type { PipelineContext } from "./context.ts";

const logger = getLogger(["tillpipe", "confirm"]);

/** Orders looked at in one round. */
const rowsPerRound = 250;
/** From so many due orders on, the list of what was changed last is read first: 250 orders a call. */
const listFrom = 25;
/** ms between two rounds without anything to do, and after a failure. */
const lookEvery = 15_000;
const afterFailure = 60_000;
/** Times an order is looked for before it is sent again. */
const triesAllowed = 3;
/** The step that says that an order was sent again, since Ometria did not have it. */
const sentAgain = "sent again";

/** An order that was read back, and what is wrong with it. */
interface Finding {
  readonly row: ConfirmRow;
  readonly difference: string | undefined;
}

/**
 * Reads accepted orders back: accepted is not stored, and Ometria does not tell which order of a push it
 * could not use. What is missing or different is sent again, and is dead as `not-stored` after that. Reading goes
 * on beside the lane's work; what was found is written down between two batches.
 */
export class Confirm {
  readonly #context: PipelineContext;
  #findings: readonly Finding[] = [];
  #applied: () => void = () => {};

  constructor(context: PipelineContext) {
    this.#context = context;
  }

  /** Reads until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause = await this.#round(signal);
      await this.#context.clock.sleep(pause, signal).catch(() => {});
    }
  }

  /** Writes down what was found since the last time. */
  async apply(commit: (batch: BatchCommit) => Promise<void>): Promise<void> {
    const findings = this.#findings;
    if (findings.length === 0) return;
    const batch = await this.#commitOf(findings);
    await commit(batch);
    countDead(this.#context.pipeline.definition.name, batch.dead.map(({ reason }) => reason));
    this.#findings = [];
    this.#applied();
  }

  /** ms to wait after it. */
  async #round(signal: AbortSignal): Promise<number> {
    try {
      const rows = await this.#context.store.toConfirm(rowsPerRound);
      if (rows.length === 0) return lookEvery;
      const findings = await this.#read(rows, signal);
      const written = new Promise<void>((resolve) => this.#applied = resolve);
      this.#findings = findings;
      await Promise.race([written, aborted(signal)]);
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof ApiError) {
        logger.info("Could not read orders back: {reason}", { reason });
      } else logger.error("Reading orders back stumbled: {reason}", { reason });
      return afterFailure;
    }
  }

  async #read(rows: readonly ConfirmRow[], signal: AbortSignal): Promise<readonly Finding[]> {
    const { ometria } = this.#context;
    const listed = new Map<string, StoredOrder>();
    if (rows.length >= listFrom) {
      for (const order of await ometria.recentOrders(0, signal)) listed.set(order.id, order);
    }
    const findings: Finding[] = [];
    for (const row of rows) {
      const stored = listed.get(row.sentId) ?? await ometria.readOrder(row.sentId, signal);
      findings.push({ row, difference: differenceOf(row.expected, stored) });
    }
    return findings;
  }

  async #commitOf(findings: readonly Finding[]): Promise<BatchCommit> {
    const { store } = this.#context;
    const before = await store.ledger(findings.map(({ row }) => row.orderId));
    const ledger: LedgerRow[] = [];
    const dead: DeadLetter[] = [];
    const pointers: NewPointer[] = [];
    const confirm: ConfirmRow[] = [];
    const confirmed: number[] = [];
    const now = this.#context.clock.now();
    for (const { row, difference } of findings) {
      const known = before.get(row.orderId);
      // Pushed again since: that push has taken the row's place.
      if (known !== undefined && known.acceptedAt !== row.acceptedAt) continue;
      if (known === undefined) confirmed.push(row.orderId);
      else if (difference === undefined) {
        confirmed.push(row.orderId);
        if (known.confirmedAt === undefined) ledger.push({ ...known, confirmedAt: now });
      } else if (row.tries + 1 < triesAllowed) {
        confirm.push({ ...row, tries: row.tries + 1, dueAt: now + confirmAfter });
      } else if (known.steps.some((step) => step.what === sentAgain)) {
        confirmed.push(row.orderId);
        ledger.push(withOutcome(row.orderId, known, {
          outcome: { outcome: "dead", rule: "not-stored" },
          at: now,
          step: { at: now, what: "dead", detail: "not-stored" },
        }));
        dead.push({
          orderId: row.orderId,
          reason: "not-stored",
          detail: difference,
          at: now,
          attempts: 0,
        });
      } else {
        confirmed.push(row.orderId);
        const { outcome, rule } = known;
        ledger.push(withOutcome(row.orderId, known, {
          outcome: { outcome, ...(rule === undefined ? {} : { rule }) },
          at: now,
          step: { at: now, what: sentAgain, detail: difference },
        }));
        pointers.push(again(row.orderId, now));
        logger.warn("Order {orderId} is sent again: {difference}", {
          orderId: row.orderId,
          difference,
        });
      }
    }
    return { ...emptyCommit, before, ledger, dead, pointers, confirm, confirmed };
  }
}

function again(orderId: number, now: number): NewPointer {
  return { orderId, origin: "sweep", receivedAt: now, dueAt: now, attempts: 0, force: true };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
