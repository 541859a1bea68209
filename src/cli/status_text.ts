import { explainReason } from "../engine/reasons.ts";
import { DUE_COUNTED, type PipelineStatus } from "../runtime/status.ts";
import { count, largestFirst, moment, part, plural, span } from "../server/figures.ts";
import { judge } from "../server/pages/overview_view.ts";
import { productsText } from "../server/products_text.ts";
import { progressBar } from "./progress_bar.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

/** How a pipeline stands, for people. */
export function statusText(name: string, status: PipelineStatus, style: Style): string {
  const { tone, headline } = headlineOf(status);
  const paint = { good: style.good, busy: style.accent, bad: style.bad }[tone];
  const sections = [
    `${style.bold(name)}: ${paint(headline)}`,
    workerText(status),
    figures(status, style),
    connections(status, style),
    reasons("skipped", status.skipped, style),
    reasons("dead", status.deadBy, style),
    counts("Receipts", status.receipts, style),
    counts("Receipts skipped by rule", status.receiptsSkipped, style),
    productsText(status.products).join("\n") || undefined,
    backfillText(status),
    sweepText(status),
  ];
  return sections.filter((section) => section !== undefined).join("\n\n");
}

/** What the operator page says, but for what only holds while somebody is at work. */
function headlineOf(status: PipelineStatus): ReturnType<typeof judge> {
  const verdict = judge(status);
  if (status.worker !== null || verdict.tone === "bad") return verdict;
  const due = Math.max(status.due, status.inFlight);
  if (due > 0) {
    const are = due === 1 ? "is" : "are";
    return { tone: "bad", headline: `No server runs, and ${plural(due, "order")} ${are} due` };
  }
  if (verdict.tone === "busy") {
    return { tone: "bad", headline: "No server runs, and history is not through" };
  }
  return { tone: "busy", headline: "No server runs; nothing is due" };
}

function workerText({ worker }: PipelineStatus): string {
  if (worker === null) {
    return "At work: nobody. deno task serve takes events; it listens until it is stopped";
  }
  const who = worker.mode === "server" ? "a server" : "a backfill, which ends by itself";
  const since = worker.since === undefined ? "" : `, since ${moment(worker.since)}`;
  return `At work: ${who}${since}, last seen ${moment(worker.seenAt)}`;
}

function figures(status: PipelineStatus, style: Style): string {
  const rows: [string, string][] = [
    ["Delivered", count(status.delivered)],
    ["Confirmed", count(status.confirmed)],
    ["Linked refunds", count(status.linked)],
    ["Due", status.due < DUE_COUNTED ? count(status.due) : `${count(DUE_COUNTED)}+`],
    ["In flight", count(status.inFlight)],
    ["Waiting", count(status.waiting)],
    ["Dead", count(status.dead)],
    ["Missed the 4 h window", count(status.missedWindow)],
    ["Lag", span(status.lagSeconds)],
  ];
  return renderTable({
    columns: [{ name: "Orders" }, { name: "", align: "right" }],
    rows,
    heading: style.dim,
  });
}

function connections(status: PipelineStatus, style: Style): string {
  const { sitoo, ometria, ometriaEmail } = status.connections;
  const paint = (state: string): string => state === "ok" ? style.good(state) : style.bad(state);
  const when = status.worker === null ? "When last used: " : "";
  return `${when}Sitoo ${paint(sitoo)}, Ometria ${paint(ometria)}, Ometria email ${
    paint(ometriaEmail)
  }`;
}

/** A table of counts, the largest first; nothing when there are none. */
export function counts(
  title: string,
  figures: Readonly<Record<string, number>>,
  style: Style,
): string | undefined {
  const rows = largestFirst(figures).map(([name, value]) => [name, count(value)]);
  return countTable(title, rows, style);
}

/** The same, with what each rule or reason means. */
export function reasons(
  outcome: "skipped" | "dead",
  figures: Readonly<Record<string, number>>,
  style: Style,
): string | undefined {
  const rows = largestFirst(figures).map(([rule, orders]) => [
    rule,
    count(orders),
    explainReason(outcome, rule).text,
  ]);
  return countTable(outcome === "dead" ? "Dead by reason" : "Skipped by rule", rows, style);
}

/** A table of figures that are more than nothing, in the order given; the heading alone when there are none. */
export function figureTable(
  title: string,
  rows: readonly (readonly [what: string, value: number])[],
  style: Style,
): string {
  return renderTable({
    columns: [{ name: title }, { name: "", align: "right" }],
    rows: rows.filter(([, value]) => value > 0).map(([what, value]) => [what, count(value)]),
    heading: style.dim,
  });
}

function countTable(
  title: string,
  rows: readonly (readonly string[])[],
  style: Style,
): string | undefined {
  if (rows.length === 0) return undefined;
  const columns = [{ name: title }, { name: "", align: "right" }, { name: "" }] as const;
  return renderTable({ columns, rows, heading: style.dim });
}

function backfillText({ backfill: run }: PipelineStatus): string | undefined {
  if (run === null) return undefined;
  const bar = progressBar({ share: run.state === "done" ? 1 : part(run.read, run.total) });
  const holes = run.holes ?? 0;
  const left = holes === 0
    ? ""
    : `\n${
      plural(holes, "hole")
    } in history: orders that Sitoo could not be read for; they are tried again`;
  const error = run.error === undefined ? "" : `\n${run.error}`;
  if (run.state === "done" && run.total === 0) {
    return `Backfill done: there was nothing to read that had not been read${left}${error}`;
  }
  return `Backfill ${run.state}: ${bar}, ${count(run.read)} of ${
    plural(run.total, "order")
  } read${left}${error}`;
}

function sweepText({ sweep }: PipelineStatus): string | undefined {
  if (sweep === null) return undefined;
  return `Last sweep ${moment(sweep.newAt)}, ${plural(sweep.healed, "order")} healed so far`;
}
