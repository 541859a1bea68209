import type { DecimalString } from "../../records/sitoo_order.ts";

/** How many orders, and Sitoo's money of them. */
export interface Sum {
  readonly orders: number;
  /** Decimal text in the group's currency. */
  readonly money: DecimalString;
}

/** What an order is counted as; every order of Sitoo is counted once. */
export type Bucket =
  | "delivered"
  | "linked"
  | "skipped"
  | "waiting"
  | "due"
  | "dead"
  | "unexplained";

/** All buckets, in the order in which reports show them. */
export const buckets: readonly Bucket[] = [
  "delivered",
  "linked",
  "skipped",
  "waiting",
  "due",
  "dead",
  "unexplained",
];

/** What was sold, and what became of it. `sitoo` is the sum of all buckets, in orders and in money. */
export interface Figures extends Readonly<Record<Bucket, Sum>> {
  readonly sitoo: Sum;
  /** Those delivered orders that were read back and found as they were sent. */
  readonly confirmed: Sum;
  /** The delivered orders' money as it was sent. */
  readonly sent: DecimalString;
  /** What of the delivered orders' money was not sent in them: gift cards, lines that came back. */
  readonly notSent: DecimalString;
  /** Orders that Ometria has and Sitoo answers no longer; in no other figure. `money` as sent. */
  readonly gone: Sum;
  /** By rule, by reason, and by what is being waited for. */
  readonly skippedBy: Readonly<Record<string, Sum>>;
  readonly deadBy: Readonly<Record<string, Sum>>;
  readonly dueBy: Readonly<Record<string, Sum>>;
}

/** The figures of one store, business day and currency. */
export interface Group extends Figures {
  readonly store: string;
  /** Local day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly currency: string;
}

/** The figures of a store in one currency over all days. */
export interface StoreTotal extends Figures {
  readonly store: string;
  readonly currency: string;
}

/** The figures of a currency over all stores and days. */
export interface Total extends Figures {
  readonly currency: string;
}

/** Why an order is not where it should be. */
export type Cause =
  | "never-seen"
  | "history-not-brought"
  | "changed-since"
  | "refund-not-joined"
  | "money-differs"
  | "not-answered"
  | "dead"
  | "gone-at-sitoo"
  | "not-at-ometria"
  | "differs-at-ometria";

/** One order that is not where it should be. No personal data. */
export interface Difference {
  readonly orderId: number;
  readonly store: string;
  readonly day: string;
  readonly currency: string;
  /** Sitoo's total; of an order that Sitoo answers no longer, the total that was sent. */
  readonly money: DecimalString;
  readonly cause: Cause;
  readonly detail?: string;
  /** Whether making it due heals it, as `fix` does. */
  readonly fixable: boolean;
}

/** The differences of one cause. */
export interface CauseCount {
  readonly cause: Cause;
  readonly orders: number;
  readonly fixable: number;
}

/** What came of reading delivered orders back from Ometria. */
export interface Verified {
  /** Orders that were read back, and those of them that are missing or different. */
  readonly orders: number;
  readonly different: number;
}

/** What was sold at Sitoo against what came of it, for some business days. */
export interface ReconcileReport {
  readonly pipeline: string;
  /** The Ometria account's label. */
  readonly account: string;
  /** First and last business day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** IANA zone that the days are meant in; absent: each order's site has its own. */
  readonly zone?: string;
  /** Epoch ms of the start. */
  readonly at: number;
  /** Whether nothing differs. */
  readonly agrees: boolean;
  readonly totals: readonly Total[];
  readonly stores: readonly StoreTotal[];
  /** By day, store and currency. */
  readonly groups: readonly Group[];
  readonly causes: readonly CauseCount[];
  /** In the order of their ids, at most {@linkcode differencesKept}. */
  readonly differences: readonly Difference[];
  /** Absent: nothing was read back. */
  readonly verified?: Verified;
  /** Orders made due; absent: nobody asked for it. */
  readonly fixed?: number;
  /** What the reader has to know beside the figures. */
  readonly notes: readonly string[];
}

/** How far a comparison has come. */
export interface ReconcileProgress {
  readonly doing: "comparing" | "verifying";
  readonly done: number;
  /** About. */
  readonly total: number;
}

/** Differences that are listed one by one; all are counted. */
export const differencesKept = 20_000;

/** What each bucket is called in reports. */
export const bucketNames: Readonly<Record<Bucket, string>> = {
  delivered: "Delivered",
  linked: "Linked",
  skipped: "Skipped",
  waiting: "Waiting",
  due: "Due",
  dead: "Dead",
  unexplained: "Unexplained",
};

/** The buckets that hold anything; delivered and unexplained always. */
export function bucketsShown(rows: readonly Figures[]): readonly Bucket[] {
  return buckets.filter((bucket) =>
    bucket === "delivered" || bucket === "unexplained" || rows.some((row) => row[bucket].orders > 0)
  );
}

/** The days that a report covers, in words. */
export function daysText({ from, to }: { readonly from: string; readonly to: string }): string {
  return from === to ? from : `${from} to ${to}`;
}
