import type {
  Explanation,
  LiveEnd,
  LiveOrder,
  StageReport,
  StandingName,
  StoredOrder,
} from "../runtime/explain/explain.ts";
import { factWords } from "../runtime/explain/fact_words.ts";
import { fieldText } from "../runtime/desk/changes.ts";
import { moment } from "../server/figures.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

/** Changed fields of one stage that are shown one by one. */
const changesShown = 12;

/** The story of an order, for people. */
export function explainText(explanation: Explanation, style: Style): string {
  const { pipeline, orderId, standing, stored, now, advice } = explanation;
  const paint = tones(style)[standing.name];
  const sections = [
    `${style.bold(`Order ${orderId}`)} in ${pipeline}\n${paint(standing.headline)}`,
    story(stored, style),
    due(stored, style),
    refunds(stored, style),
    receipts(stored, style),
    now === undefined ? undefined : atSitoo(now, style),
    now?.kind === "read" ? stages(now.stages, style) : undefined,
    now?.kind === "read" ? end(now.end, style) : undefined,
    titled("What to do", advice.length === 0 ? ["Nothing"] : advice, style),
  ];
  return sections.filter((section) => section !== undefined).join("\n\n");
}

function tones(style: Style): Readonly<Record<StandingName, (text: string) => string>> {
  return {
    delivered: style.good,
    linked: style.good,
    skipped: style.warn,
    waiting: style.accent,
    due: style.accent,
    dead: style.bad,
    unknown: style.warn,
  };
}

function titled(title: string, lines: readonly string[], style: Style): string {
  return [style.dim(title), ...lines.map((line) => `  ${line}`)].join("\n");
}

function story({ ledger, dead, cut }: StoredOrder, style: Style): string | undefined {
  if (ledger === undefined) return undefined;
  const steps = ledger.steps.map(({ at, what, detail = "" }) =>
    [moment(at), what, detail].join("  ").trimEnd()
  );
  const facts = [
    ...(ledger.confirmedAt === undefined
      ? []
      : [`${moment(ledger.confirmedAt)}  read back from Ometria, as it was sent`]),
    ...(dead === undefined || dead.detail === "" ? [] : [`Why it is dead: ${dead.detail}`]),
    ...(ledger.nextLookAt === undefined ? [] : [`Looked at again ${moment(ledger.nextLookAt)}`]),
    ...(cut ? ["There is more in inbox or outbox than was looked at here"] : []),
  ];
  return titled("Its last steps", [...steps, ...facts], style);
}

function due({ due }: StoredOrder, style: Style): string | undefined {
  if (due.length === 0) return undefined;
  const lines = due.map(({ at, origin, attempts, force }) =>
    `${moment(at)}  ${origin}${attempts === 0 ? "" : `, after ${attempts} failures`}` +
    (force ? ", sent in any case" : "")
  );
  return titled("Due", lines, style);
}

function refunds({ refunds, credits }: StoredOrder, style: Style): string | undefined {
  const what = (lines: StoredOrder["refunds"][number]["lines"]): string =>
    lines.length === 0
      ? "nothing any more"
      : lines.map(({ quantity, sku, amount }) => `${quantity} × ${sku || "?"} for ${amount}`)
        .join(", ");
  const lines = [
    ...refunds.map(({ refund, lines }) => `Refund ${refund} gave back ${what(lines)}`),
    ...credits.map(({ original, lines, standing }) =>
      `Gives back of order ${original} (${standing}): ${what(lines)}`
    ),
  ];
  return lines.length === 0 ? undefined : titled("Refunds", lines, style);
}

function receipts({ receipts }: StoredOrder, style: Style): string | undefined {
  if (receipts.length === 0) return undefined;
  const lines = receipts.map(({ id, state, askedAt, at, detail }) =>
    `${moment(askedAt)}  ${state}, ${moment(at)}  ${id}${detail === undefined ? "" : `: ${detail}`}`
  );
  return titled("Receipts asked for", lines, style);
}

function atSitoo(now: LiveOrder, style: Style): string {
  const title = "At Sitoo now";
  switch (now.kind) {
    case "missing":
      return titled(title, [style.bad("Sitoo does not answer this order")], style);
    case "unreadable":
      return titled(title, [style.bad(`Its answer cannot be read: ${now.detail}`)], style);
    case "failed":
      return titled(title, [style.bad(now.detail)], style);
    case "read": {
      const { facts } = now;
      const { state, money, place } = factWords(facts);
      return titled(title, [
        `${moment(facts.placedAt)}: ${state}`,
        money,
        place,
        ...(facts.credits === undefined ? [] : [`Credits order ${facts.credits}`]),
      ], style);
    }
  }
}

function stages(reports: readonly StageReport[], style: Style): string {
  const rows = reports.flatMap((report) => {
    const [first = "", ...others] = stageLines(report, style);
    const name = report.name === undefined ? report.stage : `${report.stage} ${report.name}`;
    return [["", name, first], ...others.map((line) => ["", "", line])];
  });
  const table = renderTable({ columns: [{ name: "" }, { name: "" }, { name: "" }], rows });
  return [style.dim("Stage by stage"), ...table.split("\n").slice(1)].join("\n");
}

function stageLines({ outcome, because = "", changes }: StageReport, style: Style): string[] {
  switch (outcome) {
    case "made":
      return [`made the record: ${changes.length} ${changes.length === 1 ? "field" : "fields"}`];
    case "passed": {
      if (changes.length === 0) return [style.dim("passed it on as it was")];
      const shown = changes.slice(0, changesShown).map(({ path, before, after }) =>
        `${fieldText(path)}: ${valueText(before)} → ${valueText(after)}`
      );
      const left = changes.length - shown.length;
      return left > 0 ? [...shown, `and ${left} more`] : shown;
    }
    case "skipped":
      return [style.warn(`skipped it: ${because}`)];
    case "waiting":
      return [style.accent(`lets it wait: ${because}`)];
    case "linked":
      return [style.good(`goes ${because}`)];
    case "dead":
      return [style.bad(`dead: ${because}`)];
    case "failed":
      return [style.bad(because)];
  }
}

function end(now: LiveEnd, style: Style): string {
  const title = "What would become of it now";
  const reason = (rule: string, { text }: { readonly text: string }): string => `${rule}: ${text}`;
  switch (now.kind) {
    case "skip":
      return titled(title, [style.warn(`Skipped by ${reason(now.rule, now)}`)], style);
    case "wait":
      return titled(title, [style.accent(`Waiting, ${reason(now.rule, now)}`)], style);
    case "dead":
      return titled(title, [
        style.bad(`Dead, ${reason(now.rule, now)}`),
        ...(now.detail === "" ? [] : [now.detail]),
      ], style);
    case "link":
      return titled(title, [now.rule === undefined ? now.text : reason(now.rule, now)], style);
    case "failed":
      return titled(title, [style.bad(`Cannot be said: ${now.detail}`)], style);
    case "send":
      return titled(title, sending(now, style), style);
  }
}

function sending(now: Extract<LiveEnd, { readonly kind: "send" }>, style: Style): string[] {
  const compared = {
    same: style.good("Just what Ometria accepted last: nothing would be sent"),
    changed: style.warn("Differs from what Ometria accepted last: it would be sent again"),
    new: style.accent("Nothing was accepted of it yet: it would be sent"),
  }[now.compared];
  const json = (record: unknown): string[] => JSON.stringify(record, undefined, 2).split("\n");
  return [
    compared,
    ...(now.refunds.length === 0 ? [] : [`With refunds ${now.refunds.join(", ")}`]),
    ...now.unusable.map(({ refund, reason, detail }) =>
      style.bad(`Without refund ${refund}, ${reason}: ${detail}`)
    ),
    ...(now.contact === undefined ? [] : ["First this contact:", ...json(now.contact)]),
    ...now.records.flatMap(json),
  ];
}

function valueText(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
