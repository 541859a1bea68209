import { Coverage, ran, type Reach } from "./coverage.ts";
import { Reloader } from "./reload.ts";
import { Suite, type Test } from "./suite.ts";
import { filesBelow, loadedBy } from "./tests_of.ts";

/** The rules told as orders, in one file with a test a case. */
const corpus = "tests/conformance_test.ts";

/** How many of the tests that noticed something lately are asked first. */
const lately = 20;

interface Surveyed {
  readonly test: Test;
  /** ms */
  readonly takes: number;
  readonly reach: Reach;
}

/** Which tests run which code: only those can notice that it is changed. */
export class Survey {
  readonly #tests: readonly Surveyed[];
  readonly #loading: readonly Reach[];
  readonly #loads: ReadonlyMap<string, ReadonlySet<string>>;
  #lately: readonly string[] = [];

  private constructor(
    tests: readonly Surveyed[],
    loading: readonly Reach[],
    loads: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    this.#tests = tests;
    this.#loading = loading;
    this.#loads = loads;
  }

  /** Runs every test of the folders and the corpus once. Throws when one fails. */
  static async make(folders: readonly string[]): Promise<Survey> {
    const suite = new Suite();
    const reloader = new Reloader();
    reloader.change("", "");
    using coverage = new Coverage(folders);
    const tests: Surveyed[] = [];
    const loading: Reach[] = [];
    const loads = new Map<string, ReadonlySet<string>>();
    for (const file of [corpus, ...await testFiles(folders)]) {
      loads.set(file, await loadedBy(file));
      const found = await suite.testsOf(file, () => reloader.load(file));
      loading.push(await coverage.take());
      for (const test of found) {
        const start = performance.now();
        if (!await suite.passes(test)) {
          throw new Error(`A test fails before anything is broken: ${test.name}`);
        }
        tests.push({ test, takes: performance.now() - start, reach: await coverage.take() });
      }
    }
    return new Survey(tests, loading, loads);
  }

  /** The tests that run a place of a file, those first that are likely to notice something soon. */
  testsOf(file: string, at: number): readonly Test[] {
    const whileLoading = this.#loading.some((reach) => ran(reach, file, at));
    return this.#tests.filter(({ test, reach }) =>
      whileLoading ? this.#loads.get(test.file)?.has(file) : ran(reach, file, at)
    ).toSorted((a, b) => this.#rank(a, file) - this.#rank(b, file)).map(({ test }) => test);
  }

  /** Remembers the test, which is likely to notice what else is changed nearby. */
  noticed(name: string): void {
    this.#lately = [name, ...this.#lately.filter((other) => other !== name)].slice(0, lately);
  }

  #rank({ test, takes }: Surveyed, file: string): number {
    const at = this.#lately.indexOf(test.name);
    if (at >= 0) return at - lately;
    return test.file === file.replace(/\.ts$/, "_test.ts") ? takes / 10 : takes;
  }
}

async function testFiles(folders: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(folders.map((folder) => filesBelow(folder, "_test.ts")))).flat();
}
