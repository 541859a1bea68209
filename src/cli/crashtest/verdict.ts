import type { OutboxRow } from "../../store/rows.ts";

/** An order as it is at the fake Ometria: the text of its record. */
export type Records = ReadonlyMap<string, string>;

/** What is held against each other at the end. */
export interface Evidence {
  /** What arrived, through crashes and faults. */
  readonly arrived: Records;
  /** What the same pipeline makes of the same orders when nothing goes wrong. */
  readonly expected: Records;
  /** Ids at Ometria of orders that are cancelled at Sitoo by now. */
  readonly isCancelled: (id: string) => boolean;
  /** Orders that were told of and have neither an outcome nor a row that will see to them. */
  readonly unaccounted: readonly number[];
  readonly receipts: readonly Pick<OutboxRow, "orderId" | "state">[];
  /** Bodies of all emails that were taken. */
  readonly emails: readonly string[];
  /** Events that were removed without having been taken. */
  readonly dropped: number;
}

/** What went right and wrong. */
export interface Verdict {
  readonly passed: boolean;
  readonly delivered: number;
  /** Orders that should be at Ometria and are not, and those nobody knows anything of. */
  readonly lost: readonly string[];
  /** Orders whose last state is not the one at Ometria. */
  readonly different: readonly string[];
  /** What differs in the first of those: made-up orders, so there is nothing to hide. */
  readonly differences: readonly Difference[];
  /** Orders at Ometria that have no business there. */
  readonly extra: readonly string[];
  readonly receiptsSent: number;
  /** Receipts of which a crash left unknown whether they went out. */
  readonly receiptsUnknown: number;
  readonly receiptsTwice: number;
  /** Receipts that count as sent, of which no email was taken. */
  readonly receiptsMissing: number;
  readonly eventsDropped: number;
}

/** A field of an order that is not as it should be. */
export interface Difference {
  readonly id: string;
  readonly field: string;
  readonly expected: unknown;
  readonly arrived: unknown;
}

/** Orders of which the verdict says what differs. */
const ordersExplained = 20;

/** Draws up the verdict. */
export function judge(evidence: Evidence): Verdict {
  const { arrived, expected, isCancelled, unaccounted, dropped } = evidence;
  const missing = [...expected.keys()].filter((id) => !arrived.has(id));
  const lost = [...missing, ...unaccounted.map(String)];
  const different = [...expected].filter(([id, record]) =>
    arrived.has(id) && arrived.get(id) !== record
  ).map(([id]) => id);
  // One that was cancelled after it had been sent goes out as cancelled; a run of its own never sends it.
  const extra = [...arrived.keys()].filter((id) => !expected.has(id) && !isCancelled(id));
  const receipts = judgeReceipts(evidence);
  const faults = lost.length + different.length + extra.length + dropped +
    receipts.receiptsTwice + receipts.receiptsMissing;
  return {
    passed: faults === 0,
    delivered: arrived.size,
    lost,
    different,
    differences: different.slice(0, ordersExplained).flatMap((id) =>
      differencesOf(id, expected.get(id), arrived.get(id))
    ),
    extra,
    eventsDropped: dropped,
    ...receipts,
  };
}

function differencesOf(
  id: string,
  expected: string | undefined,
  arrived: string | undefined,
): readonly Difference[] {
  const [should, is] = [fieldsOf(expected), fieldsOf(arrived)];
  const fields = new Set([...should.keys(), ...is.keys()]);
  return [...fields].flatMap((field) =>
    JSON.stringify(should.get(field)) === JSON.stringify(is.get(field))
      ? []
      : [{ id, field, expected: should.get(field), arrived: is.get(field) }]
  );
}

function fieldsOf(record: string | undefined): ReadonlyMap<string, unknown> {
  const parsed: unknown = record === undefined ? {} : JSON.parse(record);
  return new Map(typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : []);
}

function judgeReceipts(
  { receipts, emails }: Evidence,
): Pick<Verdict, "receiptsSent" | "receiptsUnknown" | "receiptsTwice" | "receiptsMissing"> {
  const count = (...states: readonly string[]): number =>
    receipts.filter(({ state }) => states.includes(state)).length;
  const receiptsSent = count("sent");
  const receiptsUnknown = count("unknown", "reserved");
  // A customer may ask twice for the receipt of one order; whatever is the same more often than that is one too many.
  const asked = receipts.length - new Set(receipts.map(({ orderId }) => orderId)).size;
  const same = emails.length - new Set(emails).size;
  return {
    receiptsSent,
    receiptsUnknown,
    receiptsTwice: Math.max(0, same - asked, emails.length - receiptsSent - receiptsUnknown),
    receiptsMissing: Math.max(0, receiptsSent - emails.length),
  };
}
