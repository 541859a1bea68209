import type { StoreComparison, TruthReport } from "../../sandbox/mod.ts";
import { count } from "../../server/figures.ts";
import { renderTable } from "../table.ts";
import type { Style } from "../style.ts";
import { amount } from "./money.ts";

/** How receipts fared: what the pipeline says, and how many emails were really taken. */
export interface ReceiptFigures {
  /** By state. */
  readonly states: Readonly<Record<string, number>>;
  readonly emails: number;
}

/** Whether what was sold is what arrived, orders, money and receipts. */
export function agrees(truth: TruthReport, receipts: ReceiptFigures): boolean {
  const { sent = 0, asked = 0, reserved = 0, unknown = 0 } = receipts.states;
  return truth.same && sent === receipts.emails && asked + reserved + unknown === 0;
}

/** What was sold in each store against what arrived at Ometria, in counts and in money. */
export function storeTable(truth: TruthReport, style: Style): string {
  return renderTable({
    columns: [
      { name: "Store" },
      { name: "Currency" },
      { name: "Sold", align: "right" },
      { name: "Arrived", align: "right" },
      { name: "Sold for", align: "right" },
      { name: "Arrived as", align: "right" },
      { name: "Refunded", align: "right" },
      { name: "Arrived as", align: "right" },
      { name: "Difference", align: "right" },
    ],
    rows: truth.stores.map((store) => storeRow(store, style)),
    heading: style.bold,
  });
}

/** Each order that is not as it must be, in a line. */
export function differenceLines(truth: TruthReport): readonly string[] {
  const lines = truth.examples.map(({ id, what, expected, arrived }) =>
    `  ${id}: ${what}, ${arrived} instead of ${expected}`
  );
  const more = truth.differences - truth.examples.length;
  return more > 0 ? [...lines, `  and ${count(more)} more`] : lines;
}

/** What became of the receipts, in a line. */
export function receiptLine(receipts: ReceiptFigures): string {
  const states = Object.entries(receipts.states).filter(([, value]) => value > 0)
    .map(([state, value]) => `${count(value)} ${state}`);
  return `Receipts: ${states.join(", ") || "none"}; emails that went out: ${
    count(receipts.emails)
  }`;
}

function storeRow({ store, currency, expected, arrived }: StoreComparison, style: Style): string[] {
  const orders = expected.orders - arrived.orders;
  const money = (expected.total - expected.refunded) - (arrived.total - arrived.refunded);
  const same = orders === 0 && money === 0n && expected.total === arrived.total;
  const difference = `${count(orders)} / ${amount(money)}`;
  return [
    store,
    currency,
    count(expected.orders),
    count(arrived.orders),
    amount(expected.total),
    amount(arrived.total),
    amount(expected.refunded),
    amount(arrived.refunded),
    same ? style.good("none") : style.bad(difference),
  ];
}
