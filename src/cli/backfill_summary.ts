import { type BackfillResult, countedRows } from "../runtime/backfill.ts";
import { ordersOf } from "../runtime/hole_reader.ts";
import { count, moment } from "../server/figures.ts";
import type { Counters } from "../store/rows.ts";
import { counts, figureTable } from "./status_text.ts";
import type { Style } from "./style.ts";

/** Holes that are named one by one. */
const holesNamed = 10;

/** What a summary is written with. */
export interface SummaryOptions {
  /** The pipeline's totals by rule and reason. */
  readonly totals: Pick<Counters, "skipped" | "deadBy">;
  readonly style: Style;
}

/** What a run did, what it left, and who brings that. */
export function backfillSummary(
  name: string,
  result: BackfillResult,
  { totals, style }: SummaryOptions,
): string {
  const { checkpoint: run } = result;
  const error = run.error === undefined ? "" : `: ${run.error}`;
  return [
    `${style.bold(name)}: backfill ${endingText(result, style)}${error}`,
    figures(result, style) ?? nothingText(result),
    laterText(result),
    holesText(result, style),
    counts("Skipped so far, by rule", totals.skipped, style),
    counts("Dead so far, by reason", totals.deadBy, style),
  ].filter((section) => section !== undefined).join("\n\n");
}

function endingText({ ending, checkpoint, handedOver }: BackfillResult, style: Style): string {
  if (ending === "paused" && checkpoint.state === "done") {
    return style.bad("stopped before the last sales with refunds went out; run backfill again");
  }
  if (ending === "paused") {
    return style.bad("stopped before the end; run backfill again to go on from here");
  }
  if (ending === "left") return style.accent("goes on in the running server");
  if (ending === "stopped") {
    return style.bad("stopped for good; run backfill again to go on from here");
  }
  const state = checkpoint.state === "done" ? style.good("done") : style.bad(checkpoint.state);
  return handedOver ? `${state} by the running server` : state;
}

function figures({ checkpoint: run }: BackfillResult, style: Style): string | undefined {
  const rows: readonly (readonly [string, number])[] = [
    ["Read", run.read],
    ["Delivered", run.delivered],
    ["Unchanged, not sent again", run.unchanged],
    ["Refunds linked to their sale", run.linked],
    ["Skipped", run.skipped],
    ["Waiting: still open", run.waiting],
    ["Left: too young", run.young],
    ["Dead", run.dead],
    ["Holes: not readable at Sitoo", run.holes ?? 0],
  ];
  if (!rows.some(([, value]) => value > 0)) return undefined;
  return figureTable("Orders of this run", rows, style);
}

function nothingText({ ending, checkpoint: run }: BackfillResult): string | undefined {
  if (ending !== "through" || run.state !== "done") return undefined;
  return run.next === 0
    ? "Sitoo has no orders in this range: there was nothing to do"
    : `All orders before ${run.next} had been read already: there was nothing to do. --restart reads them again`;
}

/** What is not through yet: young orders, open ones, sales that a refund changes. */
function laterText({ later, handedOver }: BackfillResult): string | undefined {
  if (later === 0) return undefined;
  const orders = later === 1
    ? "1 order becomes"
    : `${later < countedRows ? "" : "At least "}${count(later)} orders become`;
  const who = handedOver
    ? "the running server brings them"
    : "a server brings them, or the next backfill after that";
  return `${orders} due later, being too young, still open at the till or changed by a refund: ${who}`;
}

function holesText({ holes, handedOver }: BackfillResult, style: Style): string | undefined {
  if (holes.length === 0) return undefined;
  const lines = holes.slice(0, holesNamed).map((hole) =>
    `  ${ordersOf(hole)}, since ${moment(hole.since)}: ${hole.detail}`
  );
  const more = holes.length > holesNamed ? [`  and ${count(holes.length - holesNamed)} more`] : [];
  const who = handedOver ? "The running server tries" : "A server, or the next backfill, tries";
  return [
    style.bad("Sitoo could not be read for:"),
    ...lines,
    ...more,
    `${who} them again; status shows how many are left`,
  ].join("\n");
}
