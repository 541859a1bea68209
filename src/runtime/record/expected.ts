import { isMap } from "../../definition/plain.ts";
import type { Actual } from "../pipeline_tests/actual.ts";
import { outcomeValue, receiptValue } from "../pipeline_tests/compare.ts";

/** What came to be, as a test expects it. */
export function expectationOf(actual: Actual): Readonly<Record<string, unknown>> {
  const ends = [...actual.orders].map((
    [id, order],
  ) => [String(id), shortened(outcomeValue(order))]);
  const [only] = ends;
  const outcome = ends.length === 1 && only !== undefined
    ? only[1]
    : { orders: Object.fromEntries(ends) };
  const contacts = actual.contacts.map(({ id: _, ...contact }) => contact);
  const receipts = actual.receipts.map(receiptValue);
  return {
    ...(isMap(outcome) ? outcome : {}),
    ...(contacts.length === 0 ? {} : { contacts }),
    ...(receipts.length === 0 ? {} : { receipts }),
  };
}

/** A dead order's detail may change its wording; its reason is the rule. */
function shortened(outcome: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { dead } = outcome;
  return isMap(dead) ? { ...outcome, dead: dead["reason"] } : outcome;
}
