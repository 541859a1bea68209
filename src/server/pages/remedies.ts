/** What a reason means to an operator, and what helps. The same as in docs/08_operating.md, in a few words more. */
export interface Remedy {
  readonly means: string;
  readonly todo: string;
}

const REFUND = "Correct the sale at Ometria by hand, or the refund at Sitoo, and try again";
const REPORT =
  "Report it: the order's data is unlike what is known. Trying again helps once it is mended";
const EXPRESSION = "Correct the expression or module that the detail names, restart, and try again";

const REMEDIES: Readonly<Record<string, Remedy>> = {
  "money-mismatch": {
    means: "Lines and fees do not add up to Sitoo's total",
    todo:
      "Compare the order at Sitoo with the figures of the detail; try again when it is right there",
  },
  "unexpected-currency": {
    means: "The order has a currency that the pipeline does not take",
    todo: "Add it to currencies of map, restart, and try again; or let go of it",
  },
  "currency-missing": {
    means: "Neither the order nor its site says the currency",
    todo: "Set the site's currency at Sitoo, and try again",
  },
  "bad-date": {
    means: "The order's date cannot be right",
    todo: "Check the till's clock; correct the date at Sitoo, and try again",
  },
  "unknown-order-state": { means: "Sitoo gives a state that is not known here", todo: REPORT },
  "refund-line-unclear": { means: "It is not clear which line was returned", todo: REFUND },
  "refund-of-refund": { means: "It takes back what is a refund itself", todo: REFUND },
  "original-unreadable": { means: "The sale that it belongs to cannot be read", todo: REFUND },
  "set-invalid": { means: "An expression under set gave no usable value", todo: EXPRESSION },
  "filter-failed": { means: "The expression of a filter failed on this order", todo: EXPRESSION },
  "filter-not-boolean": { means: "A filter answered neither true nor false", todo: EXPRESSION },
  "custom-failed": { means: "A module of your own failed on this order", todo: EXPRESSION },
  "unknown-product": {
    means: "Ometria does not know a product of the order",
    todo: "Add the product at Ometria, and try again; or set unknown: send for sku-match",
  },
  "record-too-large": {
    means: "The order is larger than Ometria takes",
    todo: "Leave fields out with unset, restart, and try again",
  },
  "invalid-record": {
    means: "The record is not as Ometria wants it",
    todo: "Leave the field that the detail names out with unset, restart, and try again",
  },
  "rejected-by-ometria": {
    means: "Ometria refused this record",
    todo: "The detail has Ometria's own words; mend what they name, and try again",
  },
  "not-found": {
    means: "Sitoo does not answer this order",
    todo: "Look whether it exists at Sitoo; let go of it if it does not",
  },
  "not-stored": {
    means: "Ometria accepted it twice and does not have it",
    todo: "Ask Ometria, with the order's id and the time; trying again sends it once more",
  },
  "unreadable-order": { means: "What Sitoo answered is no order", todo: REPORT },
  "stage-failed": { means: "A stage of the pipeline failed on this order", todo: REPORT },
  "crashed": { means: "The program ended several times with this order in hand", todo: REPORT },
};

/** What is known of a reason; of one that is not known, that trying again may help. */
export function remedyFor(reason: string): Remedy {
  return REMEDIES[reason] ??
    { means: "This order could not be sent", todo: "See the detail, and try again" };
}

/** Every reason that is explained. */
export const EXPLAINED_REASONS: readonly string[] = Object.keys(REMEDIES);
