/** One measured value of a figure. */
export interface Sample {
  /** Which of the scenario's figures. */
  readonly figure: string;
  readonly value: number;
}

/** What is measured. */
export interface Figure {
  readonly title: string;
  readonly unit: string;
  /** Which way is good. */
  readonly better: "more" | "less";
  /** What we aim for, in the figure's unit. */
  readonly target?: number;
  /** Another figure of the scenario that no program could beat on this machine in this run. */
  readonly bound?: string;
}

/** What a scenario runs with. */
export interface BenchContext {
  /** This checkout: the harness and the fakes. */
  readonly home: URL;
  /** How much is done: 1 is a full run, less a quick one. */
  readonly scale: number;
  /** Orders of history, instead of the scenario's own. */
  readonly orders?: number | undefined;
  /** A folder for this run of this scenario. */
  readonly folder: string;
}

/** Something the harness can measure. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly figures: Readonly<Record<string, Figure>>;
  /** Measures what is possible at all, without the product. */
  bounds?(context: BenchContext): Promise<readonly Sample[]>;
  /** Measures the product of a checkout. */
  run(tree: URL, context: BenchContext): Promise<readonly Sample[]>;
}

/** At least `least`, and otherwise a share of a full run's amount. */
export function scaled(
  full: number,
  { scale }: Pick<BenchContext, "scale">,
  least: number,
): number {
  return Math.max(least, Math.round(full * scale));
}
