import type { EncodedOrder } from "../stages/contract.ts";
import type { LedgerRow, OutcomeName, Step } from "../store/rows.ts";

/** Steps of an order's story that are kept. */
const stepsKept = 8;

/** A new outcome, as far as it differs from order to order. */
export interface Outcome {
  readonly outcome: OutcomeName;
  readonly rule?: string;
  /** Waiting orders only. */
  readonly since?: number;
  readonly nextLookAt?: number;
}

/** What a push adds to the ledger. */
export interface Acceptance {
  readonly encoded: EncodedOrder;
  readonly hash: string;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * The row of an order after a new outcome. What Ometria holds (hash, id, money, when) stays until a
 * push replaces it, whatever became of the order since.
 */
export function withOutcome(
  orderId: number,
  before: LedgerRow | undefined,
  change: { readonly outcome: Outcome; readonly at: number; readonly step?: Step },
): LedgerRow {
  const { since: _since, nextLookAt: _look, rule: _rule, ...kept } = before ?? { steps: [] };
  return {
    ...kept,
    ...change.outcome,
    orderId,
    at: change.at,
    steps: change.step === undefined ? kept.steps : [...kept.steps, change.step].slice(-stepsKept),
  };
}

/** The row of an order that Ometria has just accepted. */
export function withAcceptance(row: LedgerRow, accepted: Acceptance): LedgerRow {
  const { confirmedAt: _confirmed, ...kept } = row;
  const { encoded, hash, at } = accepted;
  return {
    ...kept,
    hash,
    sentId: encoded.id,
    total: encoded.total,
    currency: encoded.currency,
    store: encoded.store,
    day: encoded.day,
    acceptedAt: at,
  };
}

/** Whether two rows say the same of how an order stands. */
export function sameOutcome(before: LedgerRow | undefined, outcome: Outcome): boolean {
  return before !== undefined && before.outcome === outcome.outcome && before.rule === outcome.rule;
}
