import type { RefundLink } from "../records/refund_link.ts";
import type { UnusableRefund, Verdict } from "../stages/contract.ts";
import type { CompiledPipeline, CompiledStep } from "./compiled.ts";
import { decisionOf, factsOf } from "./decide.ts";
import type { Decision, Item } from "./work.ts";

/** What one stage was given, and what it made of it. */
export interface TraceStep {
  readonly step: Pick<CompiledStep, "use" | "name">;
  readonly given: unknown;
  readonly verdict: Verdict<unknown>;
}

/** An order's way through the stages. */
export interface Trace {
  /** Those that the order came to, in their order. */
  readonly steps: readonly TraceStep[];
  /** Set where a stage failed as a whole, for instance because an API did not answer. */
  readonly failed?: { readonly step: Pick<CompiledStep, "use" | "name">; readonly error: unknown };
  /** As the engine would decide; absent when a stage failed. */
  readonly decision?: Decision;
}

/**
 * Takes one order through the stages one by one, and keeps what each of them made of it. Decides as
 * `decide` does for an order that is alone in its batch. Rejects only when aborted.
 */
export async function traceOrder(
  item: Item,
  pipeline: CompiledPipeline,
  signal: AbortSignal,
): Promise<Trace> {
  const { reading, links } = item;
  if (reading.kind !== "order") {
    return { steps: [], decision: decisionOf(item, undefined, pipeline.orders) };
  }
  const facts = factsOf(item, links);
  const steps: TraceStep[] = [];
  const found: RefundLink[] = [];
  const unusable: UnusableRefund[] = [];
  let record: unknown = reading.order;
  for (const { transform, ...step } of pipeline.steps) {
    let verdict: Verdict<unknown> | undefined;
    try {
      [verdict] = await transform.apply([{ record, facts }], signal);
      if (verdict === undefined) throw new TypeError("The stage answered no order");
    } catch (error) {
      signal.throwIfAborted();
      return { steps, failed: { step, error } };
    }
    steps.push({ step, given: record, verdict });
    if (verdict.kind !== "pass") {
      return { steps, decision: decisionOf(item, verdict, pipeline.orders) };
    }
    found.push(...verdict.links ?? []);
    unusable.push(...verdict.unusable ?? []);
    record = verdict.record;
  }
  const end: Verdict<unknown> = { kind: "pass", record, links: found, unusable };
  return { steps, decision: decisionOf(item, end, pipeline.orders) };
}
