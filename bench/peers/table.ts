import { renderTable } from "../../src/cli/table.ts";
import { number } from "../lib/report.ts";
import type { Sample } from "../lib/scenario.ts";
import { type Spread, spreadOf } from "../lib/stats.ts";

/** What was measured of one program. */
export interface Measured {
  readonly title: string;
  readonly version: string;
  /** See `Peer`. */
  readonly keeps: string;
  readonly samples: readonly Sample[];
}

/** Headings by figure, with unit and what is compared. */
const figures: readonly (readonly [figure: string, heading: string])[] = [
  ["acks", "acks/s, 32 connections"],
  ["p99", "99 of 100 within, ms"],
  ["live", "live orders/s"],
  ["history", "history orders/s"],
  ["memory", "memory at most, MB"],
];

/**
 * A row for each program and a column for each figure: the middle value, the lowest and the highest in
 * brackets, and how many times the first program's it is.
 */
export function cellsOf(measured: readonly Measured[]): {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const [first] = measured;
  return {
    names: [
      "Program",
      "An acknowledged event is",
      ...figures.map(([, heading]) => heading),
      "lost after kill -9",
    ],
    rows: measured.map((one) => [
      `${one.title} ${one.version}`,
      one.keeps,
      ...figures.map(([figure]) =>
        cell(
          spread(one, figure),
          one === first || first === undefined ? undefined : spread(first, figure),
        )
      ),
      loss(one),
    ]),
  };
}

/** For a terminal. */
export function textTable(measured: readonly Measured[]): string {
  const { names, rows } = cellsOf(measured);
  return renderTable({
    columns: names.map((name, index) => index < 2 ? { name } : { name, align: "right" }),
    rows,
  });
}

/** For a document. */
export function markdownTable(measured: readonly Measured[]): string {
  const { names, rows } = cellsOf(measured);
  const rule = names.map((_, index) => index < 2 ? "---" : "---:");
  return [names, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(own: Spread | undefined, first: Spread | undefined): string {
  if (own === undefined) return "–";
  const { median, low, high } = own;
  const [least, most] = [number(low), number(high)];
  const range = least === most ? "" : ` (${least}–${most})`;
  const ratio = first === undefined ? "" : `, ${(median / first.median).toFixed(2)}×`;
  return `${number(median)}${range}${ratio}`;
}

function loss({ samples }: Measured): string {
  const sum = (figure: string): number =>
    samples.reduce((total, sample) => sample.figure === figure ? total + sample.value : total, 0);
  const sent = sum("sent");
  return sent === 0
    ? "–"
    : `${sum("lost").toLocaleString("en-GB")} of ${sent.toLocaleString("en-GB")}`;
}

function spread({ samples }: Measured, figure: string): Spread | undefined {
  const values = samples.filter((sample) => sample.figure === figure).map(({ value }) => value);
  return values.length === 0 ? undefined : spreadOf(values);
}
