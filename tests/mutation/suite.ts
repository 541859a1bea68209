/** A test of a file, not run yet. */
export interface Test {
  readonly file: string;
  /** `FILE: NAME` */
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** ms that a test may take. */
const limit = 40_000;

/** Takes what test files hand to `Deno.test()`, so that they can be run in any order and more than once. */
export class Suite {
  #tests: Test[] = [];
  #file = "";
  #stray: unknown = undefined;

  constructor() {
    Object.defineProperty(Deno, "test", { value: (...given: unknown[]) => this.#take(given) });
    globalThis.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      this.#stray = event.reason;
    });
  }

  /** The tests that a file registers while it is loaded. */
  async testsOf(file: string, load: () => Promise<void>): Promise<readonly Test[]> {
    this.#file = file;
    this.#tests = [];
    await load();
    return this.#tests;
  }

  /** Whether a test passes in time. */
  async passes(test: Test): Promise<boolean> {
    this.#stray = undefined;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("Too late")), limit);
    try {
      await Promise.race([test.run(), late.promise]);
      return this.#stray === undefined;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  #take(given: readonly unknown[]): void {
    const name = given.find((part) => typeof part === "string");
    const run = given.find((part) => typeof part === "function");
    if (name === undefined || run === undefined) {
      throw new Error(`${this.#file} registers a test in a way that is not understood here`);
    }
    this.#tests.push({
      file: this.#file,
      name: `${this.#file}: ${name}`,
      run: async () => {
        await Reflect.apply(run, undefined, [{}]);
      },
    });
  }
}
