/**
 * Breaks the rule code in small ways, one at a time, and looks whether a test notices. What no test notices is a rule
 * that is not held, or one of `equivalent.yaml`: a change that makes no difference. Nothing is written to the tree.
 *
 * @module
 */
import { CommandError } from "../../src/cli/failure.ts";
import { type CommandLine, readOptions } from "../../src/cli/options.ts";
import { Equivalents, Ledger, type Tried } from "./ledger.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { Prober } from "./prober.ts";
import { type Findings, lineOf, summary, survivors } from "./report.ts";
import { Survey } from "./survey.ts";
import { filesBelow } from "./tests_of.ts";

const root = new URL("../../", import.meta.url).pathname;

/** Rule code: what decides what becomes of an order. */
const folders = ["src/stages", "src/records"];

const line: CommandLine = {
  options: [
    { name: "file", value: "FILE", summary: "Only mutants of this file", repeat: true },
    {
      name: "resume",
      value: "FILE",
      summary: "Keep what was killed there, and do not try it again",
    },
    { name: "jobs", value: "N", summary: "How many at the same time (2)" },
    { name: "equivalents", summary: "Try those that are known as equivalent, too" },
    { name: "json", summary: "Write all of it as JSON instead of text" },
    { name: "help", summary: "Show this" },
  ],
};

async function mutate(args: readonly string[]): Promise<number> {
  const options = readOptions(args, line);
  if (options.flag("help")) return say(help());
  const files = await chosenFiles(options.list("file"));
  const known = Equivalents.read(await Deno.readTextFile(`${root}tests/mutation/equivalent.yaml`));
  const all = (await Promise.all(files.map(async (file) => {
    return mutantsOf(file, await Deno.readTextFile(root + file));
  }))).flat();
  const again = options.flag("equivalents");
  const ledger = await Ledger.open(options.text("resume"));
  const findings = await tryAll(all.filter((mutant) => again || !known.has(mutant)), {
    ledger,
    known,
    jobs: options.wholeNumber("jobs", { min: 1, max: 64 }) ?? 2,
  });
  const equivalent = all.filter((mutant) => known.has(mutant) && !findings.some(isKilled(mutant)));
  const whole: Findings = {
    tried: findings.filter((entry) => !(known.has(entry) && entry.by === undefined)),
    equivalent: equivalent.map(({ file, line, before, after }) => ({ file, line, before, after })),
    stale: [
      ...known.stale(all, files),
      ...findings.filter((entry) => known.has(entry) && entry.by !== undefined)
        .map(({ file, before, after, by }) => [file, before, after, `noticed by ${by}`].join("\n")),
    ],
  };
  say(options.flag("json") ? JSON.stringify(whole, undefined, 2) : summary(whole));
  return survivors(whole).length + whole.stale.length === 0 ? 0 : 1;
}

function isKilled(mutant: Mutant): (entry: Tried) => boolean {
  return ({ file, line, after, by }) =>
    by !== undefined && file === mutant.file && line === mutant.line && after === mutant.after;
}

async function chosenFiles(named: readonly string[]): Promise<readonly string[]> {
  const below = await Promise.all(folders.map((folder) => filesBelow(folder, ".ts")));
  const files = below.flat()
    .filter((file) => !/(_test|testing|arbitrary_test_order|contract)\.ts$/.test(file));
  const unknown = named.find((file) => !files.includes(file));
  if (unknown !== undefined) {
    throw new CommandError(`"${unknown}" is no file of ${folders.join(" or ")} with rules in it`);
  }
  return named.length > 0 ? named : files;
}

interface Setting {
  readonly ledger: Ledger;
  readonly known: Equivalents;
  readonly jobs: number;
}

async function tryAll(mutants: readonly Mutant[], setting: Setting): Promise<readonly Tried[]> {
  const { ledger } = setting;
  const earlier = mutants.flatMap((mutant) => ledger.killed(mutant) ?? []);
  const left = mutants.filter((mutant) => ledger.killed(mutant) === undefined);
  note(`${left.length} mutants to try, ${earlier.length} were killed earlier`);
  if (left.length === 0) return earlier;
  const survey = await Survey.make(folders);
  const later = await Promise.all(
    Array.from({ length: setting.jobs }, () => work(left, survey, setting)),
  );
  return [...earlier, ...later.flat()];
}

/** Takes mutants from the list until there are none. */
async function work(left: Mutant[], survey: Survey, setting: Setting): Promise<readonly Tried[]> {
  const { ledger, known } = setting;
  await using prober = new Prober();
  const done: Tried[] = [];
  for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
    const { file, line, before, after } = mutant;
    const tests = survey.testsOf(file, mutant.at).map(({ file, name }) => ({ file, name }));
    const by = await prober.noticedBy({ file, text: mutant.text, tests });
    if (by !== undefined) survey.noticed(by);
    const entry: Tried = { file, line, before, after, ...(by === undefined ? {} : { by }) };
    done.push(entry);
    await ledger.add(entry);
    if (by === undefined && !known.has(entry)) note(lineOf(entry));
    if (left.length % 100 === 0) note(`${left.length} left`);
  }
  return done;
}

function help(): string {
  return [
    "Breaks the rules of src/stages and src/records one by one, and says which no test notices.",
    "",
    "Options",
    ...line.options.map(({ name, value, summary }) =>
      `  --${`${name}${value === undefined ? "" : ` ${value}`}`.padEnd(16)} ${summary}`
    ),
    "",
    "Ends with 1 when a mutant survives that tests/mutation/equivalent.yaml does not list, or when",
    "that list has an entry too many.",
  ].join("\n");
}

function say(text: string): 0 {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  return 0;
}

function note(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

try {
  Deno.exit(await mutate(Deno.args));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  note(error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
  Deno.exit(error.exitCode);
}
