import type { Measured } from "./report.ts";
import type { BenchContext, Sample, Scenario } from "./scenario.ts";

/** A checkout that is measured. */
export interface Side {
  readonly name: string;
  readonly tree: URL;
}

/** How often and on what a scenario runs. */
export interface RoundsOptions {
  readonly rounds: number;
  readonly sides: readonly Side[];
  /** Everything of a {@linkcode BenchContext} but the folder, which each run has for itself. */
  readonly context: Omit<BenchContext, "folder">;
  /** Told before each step. */
  readonly onStep: (step: string) => void;
}

/**
 * Measures a scenario several times: in each round the bound and every side, in turn first, so that a machine
 * that grows slower or faster meanwhile does so for all of them.
 */
export async function measure(scenario: Scenario, options: RoundsOptions): Promise<Measured> {
  const bounds: Sample[] = [];
  const samples = new Map<string, Sample[]>(options.sides.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    const step = `${scenario.name} ${round + 1}/${options.rounds}`;
    if (scenario.bounds !== undefined) {
      options.onStep(`${step}: bound`);
      bounds.push(
        ...await inFolder((folder) =>
          scenario.bounds?.({ ...options.context, folder }) ?? Promise.resolve([])
        ),
      );
    }
    const sides = round % 2 === 0 ? options.sides : options.sides.toReversed();
    for (const { name, tree } of sides) {
      options.onStep(`${step}: ${name}`);
      const own = await inFolder((folder) => scenario.run(tree, { ...options.context, folder }));
      samples.get(name)?.push(...own);
    }
  }
  const sides = [...samples].map(([name, own]) => ({ name, samples: own }));
  return { scenario, bounds, sides };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "tillpipe-bench-" });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
