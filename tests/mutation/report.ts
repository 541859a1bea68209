import type { Place, Tried } from "./ledger.ts";

/** What a whole run found. */
export interface Findings {
  readonly tried: readonly Tried[];
  readonly equivalent: readonly Place[];
  /** Entries of the list of equivalents that are no mutants, or that a test notices. */
  readonly stale: readonly string[];
}

/** Those that nothing noticed. */
export function survivors({ tried }: Findings): readonly Tried[] {
  return tried.filter(({ by }) => by === undefined);
}

/** A line for every file, and one for all. */
export function summary(findings: Findings): string {
  const { tried, equivalent, stale } = findings;
  const alive = survivors(findings);
  const files = [...new Set([...tried, ...equivalent].map(({ file }) => file))].toSorted();
  const lines = files.map((file) =>
    [tried, alive, equivalent].map((of) => of.filter((place) => place.file === file).length)
      .map((count) => String(count).padStart(9)).join("") + `  ${file}`
  );
  const all = `${tried.length + equivalent.length} tried, ${tried.length - alive.length} killed, ` +
    `${equivalent.length} known equivalent, ${alive.length} survived`;
  const listed = stale.map((entry) =>
    `No equivalent mutant any more: ${entry.split("\n").join(" | ")}`
  );
  return ["    tried survived equivalent  file", ...lines, "", ...listed, all].join("\n");
}

/** A survivor, as a person looks at it. */
export function lineOf({ file, line, before, after }: Place): string {
  return `SURVIVED ${file}:${line}\n  - ${before}\n  + ${after}`;
}
