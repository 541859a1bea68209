import type { LiveEnd, LiveOrder, StandingName, StoredOrder } from "./explanation.ts";

/** What there is to be said about. */
export interface AdviceInput {
  readonly orderId: number;
  readonly name: StandingName;
  readonly stored: StoredOrder;
  readonly now: LiveOrder | undefined;
}

/** What can be done about an order, most important first. Sentences without full stops. */
export function adviceFor(input: AdviceInput): readonly string[] {
  const advice = [...fromNow(input), ...fromStore(input), ...fromReceipts(input.stored)];
  return [...new Set(advice)];
}

function fromStore({ orderId, name, stored, now }: AdviceInput): readonly string[] {
  if (name === "dead") {
    const remedy = stored.dead?.remedy;
    const again = `Then deno task replay --id ${orderId} tries it again`;
    const end = now?.kind === "read" ? now.end.kind : undefined;
    if (end === "send" && stored.due.length === 0) {
      return [`It can be sent by now: deno task replay --id ${orderId}`];
    }
    if (stored.dead === undefined) {
      return ["Its dead letter was let go of; an event from Sitoo makes it due again"];
    }
    return remedy === undefined ? [again] : [remedy, again];
  }
  if (name === "unknown" && now === undefined) {
    return [
      "Leave --offline out: whether Sitoo has the order is only known there",
      "See whether the number is Sitoo's orderid, and whether --pipeline names the right file",
    ];
  }
  return [];
}

function fromNow({ orderId, name, stored, now }: AdviceInput): readonly string[] {
  if (now === undefined) return [];
  switch (now.kind) {
    case "failed":
      return ["Try again when Sitoo answers; deno task status shows how the connections stand"];
    case "unreadable":
      return ["Report it, with the detail: Sitoo's answer is unlike any order that is known"];
    case "missing":
      return name === "unknown"
        ? [
          "See whether the number is Sitoo's orderid; a receipt number or Ometria's id will do too",
          "See whether --pipeline names the account that the order is in, and whether the API user may read its site",
        ]
        : [
          "See at Sitoo whether the order is still there, and whether the API user may read its site",
        ];
    case "read":
      return [
        ...fromEnd(now.end, { orderId, name, stored }),
        ...(now.unlinked === undefined || now.unlinked.length === 0 ? [] : [
          `Sitoo has refunds of it that are not linked here yet: ${now.unlinked.join(", ")}; ` +
          "deno task explain with their ids says why",
        ]),
      ];
  }
}

function fromEnd(
  end: LiveEnd,
  { orderId, name, stored }: Omit<AdviceInput, "now">,
): readonly string[] {
  const isDue = stored.due.length > 0;
  switch (end.kind) {
    case "send":
      if (end.compared === "same" || name === "dead") return [];
      if (stored.pruned) {
        return [`Nothing: whether it was delivered, Ometria knows under ${end.id}`];
      }
      if (isDue) return ["Nothing: it is due, and a running server or deno task backfill sends it"];
      return end.compared === "new"
        ? [
          "It would be sent, but nothing has told this pipeline of it: the next sweep finds new orders, " +
          `and deno task backfill --from ${orderId} --to ${orderId + 1} reads it at once`,
        ]
        : [
          "What would be sent differs from what Ometria accepted last: an event from Sitoo or " +
          `deno task backfill --restart --from ${orderId} --to ${orderId + 1} sends it again`,
        ];
    case "failed":
      return ["Try again when the API answers; a running server does so by itself"];
    default: {
      const sameAsStored = stored.ledger?.rule === ("rule" in end ? end.rule : undefined);
      const remedy = name === "dead" && sameAsStored ? undefined : end.remedy;
      return remedy === undefined ? [] : [remedy];
    }
  }
}

function fromReceipts({ receipts }: StoredOrder): readonly string[] {
  return receipts.some(({ state }) => state === "unknown")
    ? [
      "A receipt may or may not have been sent: ask the customer or Ometria, then settle it with deno task receipts",
    ]
    : [];
}
