/** What a rule or reason means to the people who run a pipeline. */
export interface Reason {
  /** What is the matter, as a sentence without a full stop. */
  readonly text: string;
  /** What can be done; absent where nothing has to be. */
  readonly remedy?: string;
}

/** Outcomes that name a rule or reason. */
export type ReasonedOutcome = "skipped" | "waiting" | "dead";

/** Every rule by which an order is skipped. Named filters and custom stages add their own. */
export const skipReasons = {
  parked: { text: "Parked at the till, which is no sale; the sale has an order of its own" },
  booking: { text: "A booking, which is no sale; the sale has an order of its own" },
  "not-an-order": { text: "Neither an order nor a booking, by its ordertypeid" },
  abandoned: { text: "Abandoned at the till before it was closed" },
  "web-copy": {
    text: "Taken without a till, so it is a copy of an order from the web shop",
    remedy: "If the web shop does not send it to Ometria itself: web_orders: send of map",
  },
  cancelled: { text: "Cancelled before it was ever delivered" },
  "unlinked-refund": {
    text: "A refund that names no sale",
    remedy: "To send such refunds with negative amounts: unlinked_refunds: negative-order of map",
  },
  anonymous: {
    text: "Has no usable email address",
    remedy: "To send such orders without a person: anonymous: send of map",
  },
  "empty-order": {
    text: "Nothing is left to send, for instance because it sells gift cards alone",
    remedy: "To send lines that sell gift cards: gift_cards: send of map",
  },
  "before-start": {
    text: "Placed before the pipeline's start_date",
    remedy: "An earlier start_date of sitoo-history, then deno task backfill --restart",
  },
  "open-expired": {
    text: "Was open at the till for 90 days and is looked at no more",
    remedy: "When it is closed, Sitoo's event makes it due again",
  },
  "no-order-sink": { text: "The pipeline has no ometria-orders, so it sends no orders" },
} as const satisfies Readonly<Record<string, Reason>>;

/** Every reason for which an order is looked at again later. */
export const waitReasons = {
  open: {
    text: "Not closed at the till yet; it is read again every day for 90 days, and on every event",
    remedy: "Close it at the till, or open_orders: send-pending of map",
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Every reason for which an order is dead. */
export const deadReasons = {
  "money-mismatch": {
    text: "Lines and fees do not add up to Sitoo's total",
    remedy: "Compare the order with its receipt at Sitoo; the detail has both sums",
  },
  "unexpected-currency": {
    text: "Its currency is none of those that the pipeline expects",
    remedy: "Add it to currencies of map, or correct the order at Sitoo",
  },
  "currency-missing": {
    text: "Neither the order nor its site names a currency",
    remedy: "Set the site's currency at Sitoo, and let the API user read the site's settings",
  },
  "bad-date": {
    text: "Its date is before 2000 or more than two days ahead",
    remedy: "Set the till's clock",
  },
  "unknown-order-state": {
    text: "Its orderstateid is none that Sitoo documents",
    remedy: "Report it, with the state",
  },
  "refund-line-unclear": {
    text: "It cannot be told which line of the sale the refund gives back",
    remedy: "Correct the sale at Ometria by hand; it goes on without this refund",
  },
  "refund-of-refund": {
    text: "The order it credits is a refund itself",
    remedy: "Correct the sale at Ometria by hand",
  },
  "original-unreadable": {
    text: "Sitoo does not answer the sale it credits, and Ometria never had it",
    remedy: "Nothing, if the sale is gone for good; else deno task replay when Sitoo has it again",
  },
  "set-invalid": {
    text: "An expression under set failed, or gave what does not fit the field",
    remedy: "Correct the expression that the detail names",
  },
  "filter-failed": {
    text: "The expression of a filter failed on this order",
    remedy: "Correct the expression of the filter that the detail names",
  },
  "filter-not-boolean": {
    text: "The expression of a filter gave neither true nor false",
    remedy: "Make the filter that the detail names compare, for instance with = or in",
  },
  "custom-failed": {
    text: "The module of a custom transform failed on this order",
    remedy: "Correct the module; the detail has its message",
  },
  "unknown-product": {
    text: "Ometria's catalogue does not have one of its products",
    remedy: "Add the product at Ometria, or unknown: send of sku-match",
  },
  "record-too-large": {
    text: "Its record is over Ometria's limit of 60 KB",
    remedy: "Leave fields out with unset of map",
  },
  "invalid-record": {
    text: "Ometria could not take its record",
    remedy: "The detail names the field: correct what sets it, or leave it out with unset of map",
  },
  "rejected-by-ometria": {
    text: "Ometria refused its record",
    remedy: "The detail has Ometria's own words",
  },
  "not-found": {
    text: "Sitoo does not answer this order",
    remedy: "See whether it is still there at Sitoo, and whether the API user may read its site",
  },
  "not-readable": {
    text: "Sitoo fails each time it is asked for this order, and gives others",
    remedy: "Open it at Sitoo, and report it to Sitoo; deno task replay tries it again",
  },
  "not-stored": {
    text: "Ometria accepted it twice, and does not give back what was sent",
    remedy: "Ask Ometria, with the order's id there and the time",
  },
  "unreadable-order": {
    text: "Sitoo's answer for it is unlike any order that is known",
    remedy: "Report it, with the detail",
  },
  "stage-failed": {
    text: "A stage stumbled over this order",
    remedy: "Report it, with the detail",
  },
  crashed: {
    text: "The program ended several times while it had this order in hand",
    remedy: "Report it; deno task replay tries it once more",
  },
  "unreadable-row": {
    text: "Its dead letter in the store cannot be read",
    remedy: "deno task replay looks at the order anew",
  },
} as const satisfies Readonly<Record<string, Reason>>;

const tables: Readonly<Record<ReasonedOutcome, Readonly<Record<string, Reason>>>> = {
  skipped: skipReasons,
  waiting: waitReasons,
  dead: deadReasons,
};

/** What a rule or reason means; always something, since filters and custom stages have rules of their own. */
export function explainReason(outcome: ReasonedOutcome, rule: string): Reason {
  const table = tables[outcome];
  const known = Object.hasOwn(table, rule) ? table[rule] : undefined;
  if (known !== undefined) return known;
  if (outcome === "skipped" && rule.startsWith("refund-of-")) {
    const { text } = explainReason("skipped", rule.slice("refund-of-".length));
    return { text: `A refund of a sale that is skipped itself: ${lowerFirst(text)}` };
  }
  if (outcome === "skipped") {
    return { text: `Left out by the pipeline's own rule "${rule}"` };
  }
  return { text: `The pipeline's own reason "${rule}"` };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
