import { explainReason } from "../../engine/reasons.ts";
import type { Trace, TraceStep } from "../../engine/trace.ts";
import { mappedOrderType } from "../../records/ometria_order.ts";
import { changesOf } from "../desk/changes.ts";
import type { Mask } from "../desk/mask.ts";
import type { StageReport } from "./explanation.ts";

/** What each stage made of an order, for people. */
export function stageReports(trace: Trace, mask: Mask): readonly StageReport[] {
  const reports = trace.steps.map((step) => report(step, mask));
  const { failed } = trace;
  if (failed === undefined) return reports;
  return [...reports, {
    stage: failed.step.use,
    ...named(failed.step),
    outcome: "failed",
    because: maskText(messageOf(failed.error), mask),
    changes: [],
  }];
}

function report({ step, given, verdict }: TraceStep, mask: Mask): StageReport {
  const about = { stage: step.use, ...named(step) };
  switch (verdict.kind) {
    case "pass": {
      const isMade = mappedOrderType.is(verdict.record) && !mappedOrderType.is(given);
      const changes = changesOf(isMade ? {} : visible(given), visible(verdict.record))
        .map(({ path, ...values }) => ({
          path,
          ...("before" in values ? { before: mask(values.before, path) } : {}),
          ...("after" in values ? { after: mask(values.after, path) } : {}),
        }));
      return { ...about, outcome: isMade ? "made" : "passed", changes };
    }
    case "skip":
      return { ...about, outcome: "skipped", because: verdict.rule, changes: [] };
    case "wait":
      return { ...about, outcome: "waiting", because: verdict.reason, changes: [] };
    case "link": {
      const originals = verdict.links.map((link) => link.original).join(", ");
      return { ...about, outcome: "linked", because: `into ${originals}`, changes: [] };
    }
    case "dead":
      return { ...about, outcome: "dead", because: verdict.reason, changes: [] };
  }
}

/** What of a record is to be seen: the order that is sent, its contact, or the order as it was read. */
function visible(record: unknown): unknown {
  if (!mappedOrderType.is(record)) return record;
  const { order, unlinkedReturn, contact } = record;
  return {
    ...order,
    ...(unlinkedReturn === undefined ? {} : { unlinkedReturn }),
    ...(contact === undefined ? {} : { contact }),
  };
}

/** A rule or reason with what it means. */
export function withMeaning<const Outcome extends "skipped" | "waiting" | "dead">(
  outcome: Outcome,
  rule: string,
): { readonly rule: string; readonly text: string; readonly remedy?: string } {
  return { rule, ...explainReason(outcome, rule) };
}

/** A message with whoever it may quote covered. */
export function maskText(text: string, mask: Mask): string {
  const masked = mask(text);
  return typeof masked === "string" ? masked : "";
}

/** What went wrong. A stage's own message may quote the order: see `maskText`. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "Something that is no error was thrown";
}

function named({ name }: { readonly name?: string }): { readonly name?: string } {
  return name === undefined ? {} : { name };
}
