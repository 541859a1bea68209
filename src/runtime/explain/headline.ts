import { explainReason } from "../../engine/reasons.ts";
import type { StandingName, StoredOrder } from "./explanation.ts";

/** How an order stands, in one sentence without a full stop. */
export function headlineOf(name: StandingName, { ledger, credits, pruned }: StoredOrder): string {
  const rule = ledger?.rule ?? "";
  switch (name) {
    case "unknown":
      return pruned
        ? "Nothing is kept any more of orders as old as this one"
        : "This pipeline has never looked at the order";
    case "due":
      return "Due: it has not been looked at yet";
    case "delivered": {
      const sum = ledger?.total === undefined ? "" : `, ${ledger.total} ${ledger.currency ?? ""}`;
      const id = ledger?.sentId === undefined ? "" : ` as ${ledger.sentId}`;
      const isSure = ledger?.confirmedAt !== undefined;
      return `Delivered${id}${sum.trimEnd()}${isSure ? ", and read back from Ometria" : ""}`;
    }
    case "linked": {
      const originals = credits.map((link) => link.original).join(", ");
      return originals === ""
        ? "A refund that went into its sale"
        : `A refund, gone into ${originals}`;
    }
    case "skipped":
      return `Skipped by ${rule}: ${lowerFirst(explainReason("skipped", rule).text)}`;
    case "waiting":
      return `Waiting: ${lowerFirst(explainReason("waiting", rule).text)}`;
    case "dead":
      return `Dead, ${rule}: ${lowerFirst(explainReason("dead", rule).text)}`;
  }
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) && !/^(Sitoo|Ometria)/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}
