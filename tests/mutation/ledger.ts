import { parse } from "yaml";
import * as z from "zod";
import type { Mutant } from "./mutants.ts";

/** A mutant without the text it makes of its file. */
export type Place = Pick<Mutant, "file" | "line" | "before" | "after">;

/** What became of a mutant. */
export interface Tried extends Place {
  /** The test that noticed it; it survived without one. */
  readonly by?: string;
}

const tried = z.object({
  file: z.string(),
  line: z.int(),
  before: z.string(),
  after: z.string(),
  by: z.string().exactOptional(),
});

const equivalents = z.array(
  z.strictObject({
    file: z.string(),
    before: z.string(),
    after: z.union([z.string(), z.array(z.string())]),
    why: z.string().min(1),
  }),
);

/** Mutants that do what the code does, each with its reason: no test can tell them from it. */
export class Equivalents {
  readonly #places: ReadonlySet<string>;

  private constructor(places: ReadonlySet<string>) {
    this.#places = places;
  }

  /** Reads `equivalent.yaml`. Throws for what is not of its shape. */
  static read(text: string): Equivalents {
    const entries = equivalents.parse(parse(text));
    return new Equivalents(
      new Set(
        entries.flatMap(({ file, before, after }) =>
          [after].flat().map((one) => withoutLine({ file, before, after: one }))
        ),
      ),
    );
  }

  has(place: Place): boolean {
    return this.#places.has(withoutLine(place));
  }

  /** Those of the files that are no mutant any more. */
  stale(mutants: readonly Place[], files: readonly string[]): readonly string[] {
    const there = new Set(mutants.map(withoutLine));
    return [...this.#places].filter((place) =>
      !there.has(place) && files.some((file) => place.startsWith(`${file}\n`))
    );
  }
}

/** A file that keeps what became of every mutant, a line of JSON each, so that a run can go on. */
export class Ledger {
  readonly #file: string | undefined;
  readonly #killed: ReadonlyMap<string, Tried>;

  private constructor(file: string | undefined, killed: ReadonlyMap<string, Tried>) {
    this.#file = file;
    this.#killed = killed;
  }

  /** Without a file, nothing is kept. */
  static async open(file: string | undefined): Promise<Ledger> {
    const lines = file === undefined ? [] : (await textOf(file)).split("\n");
    const earlier = lines.filter((line) => line !== "").map((line) =>
      tried.parse(JSON.parse(line))
    );
    const killed = earlier.filter(({ by }) => by !== undefined);
    return new Ledger(file, new Map(killed.map((entry) => [placeOf(entry), entry])));
  }

  /** What noticed it earlier. A survivor is tried again, since there may be a new test. */
  killed(place: Place): Tried | undefined {
    return this.#killed.get(placeOf(place));
  }

  async add(entry: Tried): Promise<void> {
    if (this.#file === undefined) return;
    await Deno.writeTextFile(this.#file, `${JSON.stringify(entry)}\n`, { append: true });
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function placeOf({ file, line, before, after }: Place): string {
  return [file, line, before, after].join("\n");
}

/** Lines move; what stands in them tells a mutant as well. */
function withoutLine({ file, before, after }: Omit<Place, "line">): string {
  return [file, before, after].join("\n");
}
