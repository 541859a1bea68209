/**
 * A process that is told of one mutant after another, a line of JSON each, and says for each which test notices it.
 * It says every test that it begins, so that who waits knows that it lives, and where it stopped.
 *
 * @module
 */
import { linesOf } from "./lines.ts";
import { type Answer, type Question, question } from "./messages.ts";
import { Reloader } from "./reload.ts";
import { Suite, type Test } from "./suite.ts";

/** Loads the files of tests when a test of theirs is asked for the first time. */
class Tests {
  readonly #suite: Suite;
  readonly #load: (file: string) => Promise<void>;
  readonly #loaded = new Map<string, readonly Test[]>();

  constructor(suite: Suite, load: (file: string) => Promise<void>) {
    this.#suite = suite;
    this.#load = load;
  }

  /** A test that does not load does not pass. */
  async passes({ file, name }: Question["tests"][number]): Promise<boolean> {
    const test = (await this.#testsOf(file)).find((test) => test.name === name);
    return test !== undefined && await this.#suite.passes(test);
  }

  async #testsOf(file: string): Promise<readonly Test[]> {
    const known = this.#loaded.get(file);
    if (known !== undefined) return known;
    try {
      const tests = await this.#suite.testsOf(file, () => this.#load(file));
      this.#loaded.set(file, tests);
      return tests;
    } catch {
      return [];
    }
  }
}

const suite = new Suite();
const reloader = new Reloader();
const sound = new Tests(suite, (file) => reloader.loadSound(file));

async function verdict({ file, text, tests }: Question): Promise<Answer> {
  reloader.change(file, text);
  const broken = new Tests(suite, (file) => reloader.load(file));
  for (const test of tests) {
    say({ begins: test.name });
    if (await broken.passes(test)) continue;
    return await sound.passes(test) ? { noticed: test.name } : { unsound: test.name };
  }
  return { survived: true };
}

function say(answer: Answer): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(answer)}\n`));
}

for await (const line of linesOf(Deno.stdin.readable)) {
  say(await verdict(question.parse(JSON.parse(line))));
}
Deno.exit(0);
