import { sameLinks } from "../../engine/refund_outcome.ts";
import type { Decision } from "../../engine/work.ts";
import { Decimal } from "../../records/money.ts";
import type { RefundLink } from "../../records/refund_link.ts";
import type { LedgerRow } from "../../store/rows.ts";
import { asDelivered, causeOfUnknown, type Doubt, judgeDead, type Judgement } from "./judge.ts";
import type { Situation } from "./situation.ts";

/** What is known of an order that was read whole and went through the stages as they are now. */
export interface WholeSight {
  readonly orderId: number;
  readonly doubt: Exclude<Doubt, "refund">;
  readonly row: LedgerRow | undefined;
  readonly decision: Decision;
  /** Whether what would be sent is what Ometria last accepted. */
  readonly unchanged: boolean;
  /** What the order, being a refund, had linked before. */
  readonly linkedBefore: readonly RefundLink[];
}

/** Judges an order by what the stages make of it now. Pure. */
export function judgeWhole(sight: WholeSight, situation: Situation): Judgement {
  const { row, decision, orderId } = sight;
  if (decision.kind === "missing") return { kind: "differs", cause: "not-answered" };
  if (row === undefined) return judgeUnknown(orderId, decision, situation);
  return sight.doubt === "total" ? judgeTotal(row, decision) : judgeChanged(sight, row, situation);
}

/** Nobody looked at it; where nothing would have come of that, nothing is missing. */
function judgeUnknown(orderId: number, decision: Decision, situation: Situation): Judgement {
  if (decision.kind === "skip") {
    return { kind: "counts", as: { bucket: "skipped", rule: decision.rule } };
  }
  if (decision.kind === "wait") return { kind: "counts", as: { bucket: "waiting" } };
  const cause = causeOfUnknown(orderId, situation);
  if (decision.kind !== "dead") return { kind: "differs", cause };
  return { kind: "differs", cause, detail: `It would be dead as ${decision.reason}` };
}

function judgeTotal(row: LedgerRow, decision: Decision): Judgement {
  const sent = row.total ?? "nothing";
  if (decision.kind !== "send") {
    const now = decision.kind === "skip" ? `skipped as ${decision.rule}` : "not sent";
    return {
      kind: "differs",
      cause: "money-differs",
      detail: `${sent} was sent; now it is ${now}`,
    };
  }
  const { total } = decision.encoded;
  if (row.total !== undefined && Decimal.parse(total).equals(Decimal.parse(row.total))) {
    return { kind: "counts", as: asDelivered(row) };
  }
  return {
    kind: "differs",
    cause: "money-differs",
    detail: `${sent} was sent; now it is ${total}`,
  };
}

/** It has changed at Sitoo; where nothing comes of that, nothing is missing. */
function judgeChanged(sight: WholeSight, row: LedgerRow, situation: Situation): Judgement {
  const { decision, unchanged, linkedBefore, orderId } = sight;
  switch (decision.kind) {
    case "send":
      if (unchanged && row.outcome === "delivered") return { kind: "counts", as: asDelivered(row) };
      break;
    case "skip":
      if (row.outcome === "skipped" && row.acceptedAt === undefined) {
        return { kind: "counts", as: { bucket: "skipped", rule: decision.rule } };
      }
      break;
    case "wait":
      if (row.outcome === "waiting") return { kind: "counts", as: { bucket: "waiting" } };
      break;
    case "link":
      if (row.outcome !== "delivered" && sameLinks(linkedBefore, decision.links)) {
        return asItStands(orderId, row, situation);
      }
      break;
    case "dead":
      if (row.outcome === "dead" && row.rule === decision.reason) {
        return judgeDead(orderId, row, situation);
      }
      break;
    case "missing":
      return { kind: "differs", cause: "not-answered" };
  }
  const was = row.rule === undefined ? row.outcome : `${row.outcome} as ${row.rule}`;
  return { kind: "differs", cause: "changed-since", detail: `It was ${was} then` };
}

/** A refund whose links are as they were stands as it did. */
function asItStands(orderId: number, row: LedgerRow, situation: Situation): Judgement {
  switch (row.outcome) {
    case "linked":
      return { kind: "look", doubt: "refund" };
    case "skipped":
      return { kind: "counts", as: { bucket: "skipped", rule: row.rule ?? "skipped" } };
    case "dead":
      return judgeDead(orderId, row, situation);
    default:
      return { kind: "differs", cause: "changed-since" };
  }
}
