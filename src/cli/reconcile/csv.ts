import { causeText } from "../../runtime/reconcile/causes.ts";
import { buckets, type Group, type ReconcileReport } from "../../runtime/reconcile/report.ts";

/** Every store, day and currency of some reports, one a line, as CSV (RFC 4180). */
export function groupsCsv(reports: readonly ReconcileReport[]): string {
  const heading = [
    "pipeline",
    "day",
    "store",
    "currency",
    "sitoo_orders",
    "sitoo_money",
    ...buckets.flatMap((bucket) => [`${bucket}_orders`, `${bucket}_money`]),
    "confirmed_orders",
    "confirmed_money",
    "sent_money",
    "not_sent_money",
    "gone_orders",
    "gone_money",
  ];
  const rows = reports.flatMap((report) =>
    report.groups.map((group) => groupRow(report.pipeline, group))
  );
  return csv([heading, ...rows]);
}

/** Every order that differs, one a line, as CSV. */
export function differencesCsv(reports: readonly ReconcileReport[]): string {
  const heading = "pipeline,order_id,day,store,currency,sitoo_money,cause,detail,fixable,remedy"
    .split(",");
  const rows = reports.flatMap(({ pipeline, differences }) =>
    differences.map(({ orderId, day, store, currency, money, cause, detail = "", fixable }) => [
      plain(pipeline),
      String(orderId),
      day,
      plain(store),
      plain(currency),
      money,
      cause,
      plain(detail),
      fixable ? "yes" : "no",
      plain(causeText(cause).remedy),
    ])
  );
  return csv([heading, ...rows]);
}

function groupRow(pipeline: string, group: Group): readonly string[] {
  const { day, store, currency, sitoo, confirmed, sent, notSent, gone } = group;
  return [
    plain(pipeline),
    day,
    plain(store),
    plain(currency),
    ...[sitoo, ...buckets.map((bucket) => group[bucket]), confirmed].flatMap((
      { orders, money },
    ) => [String(orders), money]),
    sent,
    notSent,
    String(gone.orders),
    gone.money,
  ];
}

function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Words that come from elsewhere: a spreadsheet must not take them for a formula. */
function plain(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
