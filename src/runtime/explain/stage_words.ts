import type { RefundedLine } from "../../records/refund_link.ts";
import { fieldText } from "../desk/changes.ts";
import type { LiveEnd, StageReport } from "./explanation.ts";

/** Changed fields of one stage that are named one by one. */
const changesNamed = 12;

/** What one stage did with an order, in words: one line, or one for each changed field. */
export function stageWords({ outcome, because = "", changes }: StageReport): readonly string[] {
  switch (outcome) {
    case "made":
      return [`made the record: ${changes.length} ${changes.length === 1 ? "field" : "fields"}`];
    case "passed": {
      if (changes.length === 0) return ["passed it on as it was"];
      const named = changes.slice(0, changesNamed).map(({ path, before, after }) =>
        `${fieldText(path)}: ${valueText(before)} → ${valueText(after)}`
      );
      const left = changes.length - named.length;
      return left > 0 ? [...named, `and ${left} more`] : named;
    }
    case "skipped":
      return [`skipped it: ${because}`];
    case "waiting":
      return [`lets it wait: ${because}`];
    case "linked":
      return [`goes ${because}`];
    case "dead":
      return [`dead: ${because}`];
    case "failed":
      return [because];
  }
}

/** What would become of an order now, in words. */
export interface EndWords {
  readonly headline: string;
  readonly notes: readonly string[];
  /** Refunds that could not go into the record. */
  readonly problems: readonly string[];
}

/** Puts into words what would become of an order now. */
export function endWords(end: LiveEnd): EndWords {
  switch (end.kind) {
    case "skip":
      return told(`Skipped by ${end.rule}: ${end.text}`);
    case "wait":
      return told(`Waiting, ${end.rule}: ${end.text}`);
    case "dead":
      return told(`Dead, ${end.rule}: ${end.text}`, end.detail === "" ? [] : [end.detail]);
    case "link":
      return told(end.rule === undefined ? end.text : `${end.rule}: ${end.text}`);
    case "failed":
      return told(`Cannot be said: ${end.detail}`);
    case "send":
      return {
        headline: compared[end.compared],
        notes: end.refunds.length === 0 ? [] : [`With refunds ${end.refunds.join(", ")}`],
        problems: end.unusable.map(({ refund, reason, detail }) =>
          `Without refund ${refund}, ${reason}: ${detail}`
        ),
      };
  }
}

/** What a refund gave back, in words. */
export function refundedWords(lines: readonly RefundedLine[]): string {
  if (lines.length === 0) return "nothing any more";
  return lines.map(({ quantity, sku, amount }) => `${quantity} × ${sku || "?"} for ${amount}`)
    .join(", ");
}

const compared = {
  same: "Just what Ometria accepted last: nothing would be sent",
  changed: "Differs from what Ometria accepted last: it would be sent again",
  new: "Nothing was accepted of it yet: it would be sent",
} as const;

function told(headline: string, notes: readonly string[] = []): EndWords {
  return { headline, notes, problems: [] };
}

function valueText(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
