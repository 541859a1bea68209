import { Decimal } from "../../records/money.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { Cause } from "./report.ts";
import type { Situation } from "./situation.ts";
import type { Counted } from "./tally.ts";

/** ms by which an event or a look of the sweep may be late. */
const slack = 300_000;

/** What is known of one order of Sitoo before it is read whole. */
export interface FirstSight {
  readonly orderId: number;
  /** Unix seconds. */
  readonly orderdate: number;
  /** Sitoo's total. */
  readonly money: Decimal;
  /** Keyed hash of its mark, as the ledger keeps it. */
  readonly mark: string;
  readonly beforeStart: boolean;
  readonly row: LedgerRow | undefined;
}

/** Why the head of an order is not enough. */
export type Doubt = "unknown" | "changed" | "total" | "refund";

/** What an order counts as, why it differs, or why it has to be read whole. */
export type Judgement =
  | { readonly kind: "counts"; readonly as: Counted }
  | {
    readonly kind: "differs";
    readonly cause: Cause;
    /** The reason of a dead order. */
    readonly rule?: string;
    readonly detail?: string;
  }
  | { readonly kind: "look"; readonly doubt: Doubt };

/** Judges an order by its head and by what the store says. Pure. */
export function judgeHead(sight: FirstSight, situation: Situation): Judgement {
  return sight.row === undefined
    ? judgeUnknown(sight, situation)
    : judgeKnown(sight, sight.row, situation);
}

/** An order that the ledger does not know. */
function judgeUnknown(sight: FirstSight, situation: Situation): Judgement {
  const { orderId } = sight;
  const { history, cutOver, holes, keptFrom = 0 } = situation;
  const pending = judgePending(orderId, situation);
  if (pending !== undefined) return pending;
  if (sight.beforeStart) return counts({ bucket: "skipped", rule: "before-start" });
  if (orderId < keptFrom) return counts({ bucket: "skipped", rule: "no-longer-kept" });
  if (holes.some(({ from, to }) => orderId >= from && orderId < to)) {
    return counts({ bucket: "due", rule: "history-hole" });
  }
  if (isHistory(orderId, situation)) {
    if (!history.enabled && cutOver !== undefined) {
      return counts({ bucket: "skipped", rule: "history-off" });
    }
    if (history.running && orderId >= (history.next ?? 0)) {
      return counts({ bucket: "due", rule: "backfill-running" });
    }
  } else if (isYoung(sight, situation)) {
    return counts({ bucket: "due", rule: "not-looked-at-yet" });
  }
  return { kind: "look", doubt: "unknown" };
}

function judgeKnown(sight: FirstSight, row: LedgerRow, situation: Situation): Judgement {
  const { orderId } = sight;
  if (row.mark !== sight.mark) {
    return judgePending(orderId, situation) ?? { kind: "look", doubt: "changed" };
  }
  switch (row.outcome) {
    case "delivered":
      return isSameTotal(row, sight.money)
        ? counts(asDelivered(row))
        : { kind: "look", doubt: "total" };
    case "linked":
      return { kind: "look", doubt: "refund" };
    case "skipped":
      return counts({ bucket: "skipped", rule: row.rule ?? "skipped" });
    case "waiting":
      return counts({ bucket: "waiting" });
    case "dead":
      return judgePending(orderId, situation) ?? judgeDead(orderId, row, situation);
  }
}

/** What a delivered order counts as, by its ledger row. */
export function asDelivered(row: LedgerRow): Counted {
  return {
    bucket: "delivered",
    confirmed: row.confirmedAt !== undefined,
    ...(row.total === undefined ? {} : { sent: Decimal.parse(row.total) }),
  };
}

/** A dead order differs until it is replayed, or let go by an operator. */
export function judgeDead(orderId: number, row: LedgerRow, situation: Situation): Judgement {
  const reason = row.rule ?? "failed";
  const letter = situation.letters.get(orderId);
  if (letter === undefined && situation.lettersComplete) {
    return counts({ bucket: "dead", rule: reason });
  }
  const detail = letter === undefined || letter.detail === ""
    ? reason
    : `${reason}: ${letter.detail}`;
  return { kind: "differs", cause: "dead", rule: reason, detail };
}

/** An order that is to be looked at anyway. */
function judgePending(orderId: number, { pending, now }: Situation): Judgement | undefined {
  const at = pending.get(orderId);
  if (at === undefined) return undefined;
  return counts({ bucket: "due", rule: at <= now ? "due-now" : "due-later" });
}

/** Whose business an order was that nobody looked at. */
export function causeOfUnknown(orderId: number, { live, cutOver }: Situation): Cause {
  const isLive = live && cutOver !== undefined && orderId > cutOver;
  return isLive ? "never-seen" : "history-not-brought";
}

/** Whether an order is yet to be brought by history. */
function isHistory(orderId: number, situation: Situation): boolean {
  const { enabled, next = 0 } = situation.history;
  if (causeOfUnknown(orderId, situation) === "never-seen") return false;
  return !enabled || orderId >= next;
}

/** Too young for an event or the next look of the sweep to be missed. */
function isYoung({ orderId, orderdate }: FirstSight, situation: Situation): boolean {
  const { now, sweep, sweepEvery } = situation;
  if (now < orderdate * 1000 + sweepEvery + slack) return true;
  // Offline tills hand in old orders under new ids: nobody has come to look for them yet.
  return sweep !== undefined && orderId >= sweep.next && now < sweep.newAt + sweepEvery + slack;
}

function isSameTotal(row: LedgerRow, money: Decimal): boolean {
  return row.total !== undefined && Decimal.parse(row.total).equals(money);
}

function counts(as: Counted): Judgement {
  return { kind: "counts", as };
}
