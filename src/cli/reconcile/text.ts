import { causeText } from "../../runtime/reconcile/causes.ts";
import type { ReconcileEstimate } from "../../runtime/reconcile/estimate.ts";
import { bucketNames, bucketsShown, daysText } from "../../runtime/reconcile/report.ts";
import type {
  CauseCount,
  Difference,
  Figures,
  ReconcileReport,
} from "../../runtime/reconcile/report.ts";
import { ruleText } from "../../runtime/reconcile/rules.ts";
import { amount, count, isZero, plural, pluralAre, span } from "../../server/figures.ts";
import type { Style } from "../style.ts";
import { type Column, renderTable } from "../table.ts";
import { countsOf, ruleTitles } from "./columns.ts";

/** Rows up to which every day of every store has one. */
const mostRows = 40;

/** How a report is shown. */
export interface ReportTextOptions {
  readonly style: Style;
  /** Orders that are listed of each cause. */
  readonly examples: number;
}

/** A report for people. */
export function reportText(report: ReconcileReport, options: ReportTextOptions): string {
  const { style } = options;
  const sections = [
    headline(report, style),
    ...tables(report, style),
    ruleTable("skipped", report, style),
    ruleTable("due", report, style),
    ruleTable("dead", report, style),
    verifiedText(report, style),
    ...report.causes.map((cause) => causeSection(cause, report.differences, options)),
    fixedText(report, style),
    ...report.notes.map((note) => style.warn(note)),
  ];
  return sections.filter((section) => section !== undefined).join("\n\n");
}

/** What a comparison will cost, in one line. */
export function estimateText(
  { orders, sitooCalls, ometriaCalls, seconds }: ReconcileEstimate,
): string {
  const ometria = ometriaCalls === 0 ? "none" : count(ometriaCalls);
  return `about ${plural(orders, "order")} to read, at least ${
    count(sitooCalls)
  } calls to Sitoo and ${ometria} to Ometria, ${span(Math.max(1, seconds))} or more`;
}

/** Whether it agrees, in a few words. */
export function verdict({ agrees, causes }: ReconcileReport): string {
  if (agrees) return "Every order is explained";
  const orders = causes.reduce((sum, cause) => sum + cause.orders, 0);
  const it = orders === 1 ? "it" : "they";
  return `${pluralAre(orders, "order")} not as ${it} should be`;
}

function headline(report: ReconcileReport, style: Style): string {
  const paint = report.agrees ? style.good : style.bad;
  return `${style.bold(report.pipeline)}, ${daysText(report)}: ${paint(verdict(report))}`;
}

function tables(report: ReconcileReport, style: Style): readonly string[] {
  const byDay = report.from === report.to || report.groups.length <= mostRows;
  const groups = byDay ? report.groups : report.stores.map((store) => ({ ...store, day: "" }));
  if (groups.length === 0) return ["Sitoo has no orders of these days"];
  const withDay = report.from !== report.to && byDay;
  const place: readonly Column[] = [
    ...(withDay ? [{ name: "Day" }] : []),
    { name: "Store" },
    { name: "Currency" },
  ];
  const named = groups.map((group) => ({
    figures: group,
    cells: [...(withDay ? [group.day] : []), group.store || "(none)", group.currency || "(none)"],
  }));
  const sums = groups.length > 1
    ? report.totals.map((total) => ({
      figures: total,
      cells: [...(withDay ? ["All"] : []), withDay ? "" : "All", total.currency || "(none)"],
    }))
    : [];
  const lines = [...named, ...sums];
  const hasRest = report.totals.some((total) => !isZero(total.notSent));
  const rest = "Not sent: gift cards, and lines that came back within a sale";
  return [
    `${style.bold("Orders")}\n${orderTable(place, lines, style)}`,
    `${style.bold("Money")}\n${moneyTable(place, lines, style)}${
      hasRest ? `\n${style.dim(rest)}` : ""
    }`,
  ];
}

interface Line {
  readonly figures: Figures;
  readonly cells: readonly string[];
}

function orderTable(place: readonly Column[], lines: readonly Line[], style: Style): string {
  const shown = bucketsShown(lines.map((line) => line.figures));
  const cell = (orders: number): string => orders === 0 ? "·" : count(orders);
  return renderTable({
    columns: [
      ...place,
      ...["Sitoo", ...shown.map((bucket) => bucketNames[bucket]), "Confirmed"].map(toRight),
    ],
    rows: lines.map(({ figures, cells }) => [
      ...cells,
      cell(figures.sitoo.orders),
      ...shown.map((bucket) => {
        const text = cell(figures[bucket].orders);
        return text !== "·" && (bucket === "unexplained" || bucket === "dead")
          ? style.bad(text)
          : text;
      }),
      cell(figures.confirmed.orders),
    ]),
    heading: style.dim,
  });
}

function moneyTable(place: readonly Column[], lines: readonly Line[], style: Style): string {
  const others = bucketsShown(lines.map((line) => line.figures)).filter((bucket) =>
    bucket !== "delivered"
  );
  const cell = (money: string): string => isZero(money) ? "·" : amount(money);
  const hasRest = lines.some(({ figures }) => !isZero(figures.notSent));
  const own = hasRest ? ["Sitoo", "Sent", "Not sent"] : ["Sitoo", "Sent"];
  return renderTable({
    columns: [...place, ...[...own, ...others.map((bucket) => bucketNames[bucket])].map(toRight)],
    rows: lines.map(({ figures, cells }) => [
      ...cells,
      cell(figures.sitoo.money),
      cell(figures.sent),
      ...(hasRest ? [cell(figures.notSent)] : []),
      ...others.map((bucket) => cell(figures[bucket].money)),
    ]),
    heading: style.dim,
  });
}

function toRight(name: string): Column {
  return { name, align: "right" };
}

/** How many by rule or reason, the largest first, with what each means. */
function ruleTable(
  bucket: "skipped" | "due" | "dead",
  { totals }: ReconcileReport,
  style: Style,
): string | undefined {
  const counts = Object.entries(countsOf(totals.map((total) => total[`${bucket}By`])));
  if (counts.length === 0) return undefined;
  return renderTable({
    columns: [{ name: ruleTitles[bucket] }, toRight(""), { name: "" }],
    rows: counts.toSorted(([, a], [, b]) => b - a)
      .map(([rule, orders]) => [rule, count(orders), ruleText(bucket, rule)]),
    heading: style.dim,
  });
}

function verifiedText({ verified }: ReconcileReport, style: Style): string | undefined {
  if (verified === undefined) return undefined;
  const { orders, different } = verified;
  const found = different === 0
    ? style.good("all as they should be")
    : style.bad(`${plural(different, "order")} missing or different`);
  return `Read back from Ometria: ${plural(orders, "order")}, ${found}`;
}

function causeSection(
  { cause, orders }: CauseCount,
  differences: readonly Difference[],
  { style, examples }: ReportTextOptions,
): string {
  const { means, remedy } = causeText(cause);
  const own = differences.filter((difference) => difference.cause === cause);
  const rows = own.slice(0, examples).map((difference) => [
    `  ${difference.orderId}`,
    difference.day,
    difference.store,
    difference.currency,
    amount(difference.money),
    difference.detail ?? "",
  ]);
  const table = rows.length === 0 ? [] : [renderTable({
    columns: [
      { name: "  Order" },
      { name: "Day" },
      { name: "Store" },
      { name: "Currency" },
      toRight("Sitoo"),
      { name: "Detail" },
    ],
    rows,
    heading: style.dim,
  })];
  const more = orders - rows.length;
  return [
    `${style.bad(cause)}: ${plural(orders, "order")}`,
    `  ${means}`,
    `  ${style.accent("→")} ${remedy}`,
    ...table,
    ...(more > 0 ? [`  and ${count(more)} more; --ids FILE writes down all of them`] : []),
  ].join("\n");
}

function fixedText({ fixed }: ReconcileReport, style: Style): string | undefined {
  if (fixed === undefined) return undefined;
  if (fixed === 0) return "Nothing that could be made due";
  return `${
    style.bold(`Made due: ${plural(fixed, "order")}`)
  }. A running server sends them now, else the next one does; then reconcile again`;
}
