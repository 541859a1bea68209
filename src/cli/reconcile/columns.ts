import type { Bucket } from "../../runtime/reconcile/report.ts";

/** What each bucket means, for those who read a report for the first time. */
export const bucketMeanings: Readonly<Record<Bucket, string>> = {
  delivered: "Ometria accepted the order",
  linked: "a refund that went into its sale",
  skipped: "left out by a rule",
  waiting: "still open at the till",
  due: "will be looked at",
  dead: "could not be sent",
  unexplained: "not where it should be",
};

/** Headings of the tables that tell rules and reasons. */
export const ruleTitles = {
  skipped: "Skipped by rule",
  due: "Due",
  dead: "Dead by reason",
} as const;

/** Adds the counts of several records up, by key. */
export function countsOf(
  records: readonly Readonly<Record<string, { readonly orders: number }>>[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [key, { orders }] of records.flatMap((record) => Object.entries(record))) {
    counts[key] = (counts[key] ?? 0) + orders;
  }
  return counts;
}
