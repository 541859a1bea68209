import type { ReceiptEntry, ReceiptPage } from "../../runtime/receipts/list_receipts.ts";
import type { Resent } from "../../runtime/receipts/operator_acts.ts";
import { count, moment, span } from "../../server/figures.ts";
import type { Style } from "../style.ts";
import { renderTable } from "../table.ts";

/** A page of one pipeline's receipts, and how many there are in each state. */
export interface PipelineReceipts extends ReceiptPage {
  readonly pipeline: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Receipts as a table, with what is to be done about those of unknown fate. */
export function receiptList(page: PipelineReceipts, style: Style): string {
  const { pipeline, counts, receipts } = page;
  const totals = Object.entries(counts).map(([state, figure]) => `${count(figure)} ${state}`);
  const head = `${style.bold(pipeline)}: ${
    totals.length === 0 ? "no receipts" : totals.join(", ")
  }`;
  const parts = [head];
  if (receipts.length > 0) parts.push(table(receipts, style));
  else if (totals.length > 0) parts.push("None of them is asked for here");
  if (page.next !== undefined) {
    parts.push(style.dim(`Only the latest ${count(receipts.length)}; --limit shows more`));
  }
  if (receipts.some(({ state }) => state === "unknown")) {
    parts.push(
      "Unknown: may or may not have arrived. Ask the customer or look at Ometria, then\n" +
        "  deno task receipts --mark-sent ID   it arrived\n" +
        "  deno task receipts --resend ID      it did not, or a second copy does no harm",
    );
  }
  return parts.join("\n\n");
}

function table(receipts: readonly ReceiptEntry[], style: Style): string {
  return renderTable({
    columns: [
      { name: "Id" },
      { name: "Order", align: "right" },
      { name: "State" },
      { name: "Asked for" },
      { name: "Age", align: "right" },
      { name: "Reason" },
    ],
    rows: receipts.map((receipt) => [
      receipt.id,
      String(receipt.orderId),
      paint(receipt, style),
      moment(receipt.askedAt),
      span(Math.floor(receipt.age / 1000)),
      why(receipt),
    ]),
    heading: style.dim,
  });
}

function paint({ state }: ReceiptEntry, style: Style): string {
  if (state === "sent") return style.good(state);
  return state === "unknown" || state === "refused" ? style.bad(state) : state;
}

/** Reason, detail, and what operators did. */
function why({ reason, detail, steps = [] }: ReceiptEntry): string {
  const acts = steps.map(({ act, from }) =>
    act === "resend"
      ? `sent again by an operator, was ${from}`
      : `marked by an operator, was ${from}`
  );
  return [reason, detail, ...acts].filter((part) => part !== undefined).join("; ");
}

/** What came of sending a receipt again, in a line. */
export function resentText(end: Resent): string {
  const order = `Order ${end.receipt.orderId}`;
  const detail = end.detail === undefined ? "" : `: ${end.detail}`;
  switch (end.kind) {
    case "sent":
      return `${order}: sent`;
    case "refused":
      return `${order}: Ometria refused it${detail}`;
    case "unknown":
      return `${order}: may or may not have been sent${detail}`;
    case "retry":
      return `${order}: surely not sent, and as it was before${detail}`;
    case "none":
      return `${order}: there is nothing to send (${end.reason})${detail}`;
  }
}
