import { explainReason, type ReasonedOutcome } from "../engine/reasons.ts";
import { fieldText } from "../runtime/desk/changes.ts";
import { isUnchanged, type PlanExample, type PlanReport } from "../runtime/plan/plan.ts";
import { count, plural } from "../server/figures.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

/** Fields and settings that are shown; `--json` has all of them. */
const mostShown = 40;
/** Characters of a value that are shown. */
const valueShown = 60;

/** What the two sides of a plan are called. */
export interface PlanNames {
  readonly before: string;
  readonly after: string;
}

/** What a change would do, for people. */
export function planText(report: PlanReport, names: PlanNames, style: Style): string {
  const sections = [
    `${style.bold(`From ${names.before} to ${names.after}`)}\n${headline(report, style)}`,
    settings(report, style),
    anew(report, style),
    ids(report, style),
    ends(report, style),
    fields(report, style),
    effects(report, style),
    style.dim("Nothing was sent, and nothing that is kept was changed"),
  ];
  return sections.filter((section) => section !== undefined).join("\n\n");
}

function headline(report: PlanReport, style: Style): string {
  const { orders, same, unreadable } = report;
  if (orders === 0) return style.warn("There are no orders to compare them over");
  const odd = unreadable === 0 ? "" : `; ${plural(unreadable, "order")} could not be read`;
  if (isUnchanged(report)) {
    return style.good(`Nothing would change in ${plural(orders, "order")}`) + odd;
  }
  return style.warn(`${count(orders - same)} of ${plural(orders, "order")} would change`) + odd;
}

function settings({ settings }: PlanReport, style: Style): string | undefined {
  if (settings.length === 0) return undefined;
  const lines = settings.slice(0, mostShown).map(({ path, before, after }) =>
    `  ${fieldText(path)}: ${valueText(before)} → ${valueText(after)}`
  );
  return [style.dim("In the file"), ...lines, ...more(settings.length)].join("\n");
}

/** What is kept belongs to a name and a label; another one finds nothing. */
function anew({ settings }: PlanReport, style: Style): string | undefined {
  const changed = new Set(settings.map(({ path }) => fieldText(path)));
  const what = changed.has("name") ? "name" : changed.has("ometria.account") ? "account label" : "";
  if (what === "") return undefined;
  return style.bad(
    `Under another ${what} nothing counts as delivered: every order is sent anew, history has to be asked for again`,
  );
}

function ids({ newIds }: PlanReport, style: Style): string | undefined {
  if (newIds === 0) return undefined;
  return style.bad(
    `${
      plural(newIds, "order")
    } would get another id at Ometria, and so be there twice: the old one stays. ` +
      "serve and backfill refuse this without --accept-new-ids",
  );
}

function ends({ ends }: PlanReport, style: Style): string | undefined {
  if (ends.length === 0) return undefined;
  const rows = ends.map(({ before, after, orders, examples }) => [
    count(orders),
    `${before} → ${after}`,
    examples.join(", "),
    meaningOf(after),
  ]);
  return renderTable({
    columns: [
      { name: "Orders", align: "right" },
      { name: "Would end otherwise" },
      { name: "Such as" },
      { name: "" },
    ],
    rows,
    heading: style.dim,
  });
}

function meaningOf(end: string): string {
  const [outcome = "", rule] = end.split(" ");
  return rule !== undefined && isReasoned(outcome) ? explainReason(outcome, rule).text : "";
}

function isReasoned(outcome: string): outcome is ReasonedOutcome {
  return outcome === "skipped" || outcome === "waiting" || outcome === "dead";
}

function fields({ fields, changedRecords }: PlanReport, style: Style): string | undefined {
  if (fields.length === 0) return undefined;
  const lines = fields.slice(0, mostShown).flatMap(({ field, orders, examples }) => [
    `  ${style.bold(field)}  ${plural(orders, "order")}`,
    ...examples.map((example) =>
      `    ${style.dim(String(example.orderId))}  ${exampleText(example)}`
    ),
  ]);
  return [
    style.dim(`Records that would be other ones: ${count(changedRecords)}`),
    ...lines,
    ...more(fields.length),
  ].join("\n");
}

function effects({ contacts, receipts }: PlanReport, style: Style): string | undefined {
  const lines = [
    ...effectLines("contact", contacts),
    ...effectLines("receipt", receipts),
    ...(receipts.byThemselves.before === receipts.byThemselves.after ? [] : [
      `Receipts without having been asked for: ${count(receipts.byThemselves.before)} → ` +
      count(receipts.byThemselves.after),
    ]),
  ];
  if (lines.length === 0) return undefined;
  return [style.dim("Beside the orders"), ...lines.map((line) => `  ${line}`)].join("\n");
}

function effectLines(
  what: string,
  { added, removed, changed, examples }: PlanReport["contacts"],
): string[] {
  if (added + removed + changed === 0) return [];
  const parts = [
    ...(added === 0 ? [] : [`${count(added)} newly with a ${what}`]),
    ...(removed === 0 ? [] : [`${count(removed)} no longer with a ${what}`]),
    ...(changed === 0 ? [] : [`${count(changed)} with another ${what}`]),
  ];
  return [`Orders ${parts.join(", ")} (${examples.join(", ")})`];
}

function exampleText({ before, after }: PlanExample): string {
  return `${valueText(before)} → ${valueText(after)}`;
}

function more(all: number): readonly string[] {
  return all > mostShown ? [`  and ${count(all - mostShown)} more; --json has all of them`] : [];
}

function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > valueShown ? `${text.slice(0, valueShown)}…` : text;
}
