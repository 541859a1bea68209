import { renderTable } from "../../src/cli/table.ts";
import type { Figure, Sample, Scenario } from "./scenario.ts";
import { type Spread, spreadOf } from "./stats.ts";

/** Everything measured of one scenario: the bounds, and each side that ran. */
export interface Measured {
  readonly scenario: Scenario;
  /** What a program without the product's work reached in the same run. */
  readonly bounds: readonly Sample[];
  /** By side: this checkout first, then the one compared with. */
  readonly sides: readonly { readonly name: string; readonly samples: readonly Sample[] }[];
}

/** One figure of one side, as tables and JSON show it. */
export interface Row {
  readonly scenario: string;
  readonly figure: string;
  readonly title: string;
  readonly unit: string;
  readonly side: string;
  readonly spread: Spread;
  readonly target?: number;
  readonly isMet?: boolean;
  /** Middle value of the bound in the same run. */
  readonly bound?: number;
  /** How near the bound is: 1 is at it, for times as for rates. */
  readonly ratio?: number;
}

/** Puts all samples of all sides together, figure by figure. */
export function rowsOf(measured: readonly Measured[]): readonly Row[] {
  return measured.flatMap(({ scenario, bounds, sides }) =>
    Object.entries(scenario.figures).flatMap(([figure, spec]) =>
      sides.flatMap(({ name, samples }): readonly Row[] => {
        const values = valuesOf(samples, figure);
        if (values.length === 0) return [];
        return [{
          scenario: scenario.name,
          figure,
          title: spec.title,
          unit: spec.unit,
          side: name,
          spread: spreadOf(values),
          ...judged(spec, values, valuesOf(bounds, spec.bound ?? "")),
        }];
      })
    )
  );
}

function judged(
  { target, better }: Figure,
  values: readonly number[],
  bounds: readonly number[],
): Pick<Row, "target" | "isMet" | "bound" | "ratio"> {
  const { median } = spreadOf(values);
  const bound = bounds.length === 0 ? undefined : spreadOf(bounds).median;
  return {
    ...(target === undefined
      ? {}
      : { target, isMet: better === "more" ? median >= target : median <= target }),
    ...(bound === undefined
      ? {}
      : { bound, ratio: better === "more" ? median / bound : bound / median }),
  };
}

function valuesOf(samples: readonly Sample[], figure: string): readonly number[] {
  return samples.filter((sample) => sample.figure === figure).map(({ value }) => value);
}

/** The rows as a table for people. */
export function tableOf(rows: readonly Row[]): string {
  const hasSides = new Set(rows.map(({ side }) => side)).size > 1;
  return renderTable({
    columns: [
      { name: "Figure" },
      ...(hasSides ? [{ name: "Side" }] : []),
      { name: "Middle", align: "right" },
      { name: "Lowest", align: "right" },
      { name: "Highest", align: "right" },
      { name: "Unit" },
      { name: "Target", align: "right" },
      { name: "Met" },
      { name: "Bound", align: "right" },
      { name: "Of it", align: "right" },
    ],
    rows: rows.map((row) => [
      row.title,
      ...(hasSides ? [row.side] : []),
      number(row.spread.median),
      number(row.spread.low),
      number(row.spread.high),
      row.unit,
      row.target === undefined ? "" : number(row.target),
      row.isMet === undefined ? "" : row.isMet ? "yes" : "no",
      row.bound === undefined ? "" : number(row.bound),
      row.ratio === undefined ? "" : `${Math.round(row.ratio * 100)} %`,
    ]),
  });
}

/** Three digits that count, thousands set apart. */
export function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
