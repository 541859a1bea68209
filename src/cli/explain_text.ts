import type {
  Explanation,
  LiveEnd,
  LiveOrder,
  StageReport,
  StandingName,
  StoredOrder,
} from "../runtime/explain/explain.ts";
import { factWords } from "../runtime/explain/fact_words.ts";
import { endWords, refundedWords, stageWords } from "../runtime/explain/stage_words.ts";
import { moment } from "../server/figures.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

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
  const lines = [
    ...refunds.map(({ refund, lines }) => `Refund ${refund} gave back ${refundedWords(lines)}`),
    ...credits.map(({ original, lines, standing }) =>
      `Gives back of order ${original} (${standing}): ${refundedWords(lines)}`
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

function stageLines(report: StageReport, style: Style): readonly string[] {
  const words = stageWords(report);
  const paint = outcomeTone(report, style);
  return paint === undefined ? words : words.map(paint);
}

function outcomeTone(
  { outcome, changes }: StageReport,
  style: Style,
): ((text: string) => string) | undefined {
  switch (outcome) {
    case "made":
      return undefined;
    case "passed":
      return changes.length === 0 ? style.dim : undefined;
    case "skipped":
      return style.warn;
    case "waiting":
      return style.accent;
    case "linked":
      return style.good;
    case "dead":
    case "failed":
      return style.bad;
  }
}

function end(now: LiveEnd, style: Style): string {
  const { headline, notes, problems } = endWords(now);
  const paint = endTone(now, style);
  return titled("What would become of it now", [
    paint === undefined ? headline : paint(headline),
    ...notes,
    ...problems.map(style.bad),
    ...(now.kind === "send" ? recordLines(now) : []),
  ], style);
}

function endTone(now: LiveEnd, style: Style): ((text: string) => string) | undefined {
  switch (now.kind) {
    case "skip":
      return style.warn;
    case "wait":
      return style.accent;
    case "dead":
    case "failed":
      return style.bad;
    case "link":
      return undefined;
    case "send":
      return { same: style.good, changed: style.warn, new: style.accent }[now.compared];
  }
}

function recordLines(
  { contact, records }: Extract<LiveEnd, { readonly kind: "send" }>,
): readonly string[] {
  const json = (record: unknown): string[] => JSON.stringify(record, undefined, 2).split("\n");
  return [
    ...(contact === undefined ? [] : ["First this contact:", ...json(contact)]),
    ...records.flatMap(json),
  ];
}
