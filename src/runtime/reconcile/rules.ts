import { explainReason } from "../../engine/reasons.ts";

/** Rules of the comparison alone: nothing of the kind stands in the ledger. */
const ownRules: Readonly<Record<string, string>> = {
  "history-off": "From before live began, and history is not brought",
  "no-longer-kept": "From before what the store keeps, so it is not known here what became of it",
};

/** What an order that is due waits for. */
const dueReasons: Readonly<Record<string, string>> = {
  "due-now": "In the inbox, to be looked at as soon as it is its turn",
  "due-later": "In the inbox for later: too young for history, tried again, or looked at every day",
  "backfill-running": "A backfill is under way and has not come to it",
  "history-hole": "Sitoo gave no usable answer when history came to it; it is tried again",
  "not-looked-at-yet": "So new that its event, or the next look of the sweep, may still come",
  "changed-meanwhile": "Became due or was sent while this was compared",
};

/** What the rule of a skipped order, the reason of a dead or of a due one means, without a full stop. */
export function ruleText(bucket: "skipped" | "due" | "dead", rule: string): string {
  const known = bucket === "due" ? dueReasons : bucket === "skipped" ? ownRules : {};
  if (Object.hasOwn(known, rule)) return known[rule] ?? rule;
  return bucket === "due" ? rule : explainReason(bucket, rule).text;
}
