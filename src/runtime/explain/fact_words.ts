import type { SitooFacts } from "./explanation.ts";

const states: Readonly<Record<number, string>> = {
  [-1]: "abandoned",
  0: "open",
  10: "closed",
  20: "cancelled",
};
const payments: Readonly<Record<number, string>> = {
  0: "no payment",
  10: "payment pending",
  15: "payment reserved",
  20: "paid",
  30: "payment cancelled",
  40: "payment failed",
};
const types: Readonly<Record<number, string>> = { 10: "order", 100: "booking", 110: "parked" };

/** What Sitoo says of an order, in words. */
export interface FactWords {
  /** `order, closed, paid`. */
  readonly state: string;
  /** `249.00 SEK, 2 lines, a usable email address`. */
  readonly money: string;
  /** `site 1, warehouse 3, at a till, receipt SII50211`. */
  readonly place: string;
}

/** Puts what Sitoo says of an order into words. */
export function factWords(facts: SitooFacts): FactWords {
  const lines = facts.lines === 1 ? "1 line" : `${facts.lines} lines`;
  const email = { usable: "a usable", unusable: "an unusable", none: "no" }[facts.email];
  return {
    state: [
      types[facts.ordertypeid] ?? `ordertypeid ${facts.ordertypeid}`,
      states[facts.orderstateid] ?? `orderstateid ${facts.orderstateid}`,
      payments[facts.paymentstateid] ?? `paymentstateid ${facts.paymentstateid}`,
    ].join(", "),
    money: `${facts.total} ${facts.currency}, ${lines}, ${email} email address`,
    place: [
      `site ${facts.site}`,
      ...(facts.warehouse === undefined ? [] : [`warehouse ${facts.warehouse}`]),
      facts.till ? "at a till" : "without a till",
      ...(facts.receipt === undefined ? [] : [`receipt ${facts.receipt}`]),
    ].join(", "),
  };
}
