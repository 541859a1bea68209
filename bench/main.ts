/**
 * Measures how fast and how small Tillpipe is, whole processes on this machine alone; with `--compare`, two
 * revisions in turn.
 *
 * @module
 */
import { CommandError } from "../src/cli/failure.ts";
import { type CommandLine, didYouMean, type Options, readOptions } from "../src/cli/options.ts";
import { fromFileUrl } from "../src/std/path.ts";
import { rowsOf, tableOf } from "./lib/report.ts";
import { measure, type Side } from "./lib/rounds.ts";
import type { Scenario } from "./lib/scenario.ts";
import { scenarios } from "./scenarios/list.ts";

const line: CommandLine = {
  options: [
    { name: "only", value: "NAME", summary: "One of the scenarios, or micro", repeat: true },
    { name: "rounds", value: "N", summary: "How often each is measured (3)" },
    { name: "quick", summary: "A tenth of the work, once: whether all of it runs" },
    { name: "orders", value: "N", summary: "Orders of history (40,000)" },
    {
      name: "compare",
      value: "REV",
      summary: "Measure another revision in turn with this checkout",
    },
    { name: "json", value: "FILE", summary: "Write the figures there, too" },
    { name: "help", summary: "Show this" },
  ],
};
const home = new URL("../", import.meta.url);
const micro = "micro";

/** Runs the benchmarks that the arguments ask for. Throws `CommandError` for arguments it does not know. */
export async function runBench(args: readonly string[]): Promise<string> {
  const options = readOptions(args, line);
  if (options.flag("help")) return help();
  const { chosen, withMicro } = choose(options);
  const quick = options.flag("quick");
  await using stack = new AsyncDisposableStack();
  const sides: Side[] = [{ name: "this checkout", tree: home }];
  const revision = options.text("compare");
  if (revision !== undefined) {
    const folder = await checkOut(revision);
    stack.defer(() => git("worktree", "remove", "--force", folder));
    sides.push({ name: revision, tree: new URL(`file://${folder}/`) });
  }
  const measured = [];
  for (const scenario of chosen) {
    measured.push(
      await measure(scenario, {
        rounds: options.wholeNumber("rounds", { min: 1, max: 100 }) ?? (quick ? 1 : 3),
        sides,
        context: {
          home,
          scale: quick ? 0.1 : 1,
          orders: options.wholeNumber("orders", { min: 100, max: 10_000_000 }),
        },
        onStep: note,
      }),
    );
  }
  const rows = rowsOf(measured);
  const file = options.text("json");
  if (file !== undefined) await Deno.writeTextFile(file, `${JSON.stringify(rows, undefined, 2)}\n`);
  if (withMicro) await runMicro();
  return rows.length === 0 ? "" : tableOf(rows);
}

function choose(
  options: Options,
): { readonly chosen: readonly Scenario[]; readonly withMicro: boolean } {
  const only = options.list("only");
  const names = [...scenarios.map(({ name }) => name), micro];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const near = didYouMean(unknown, names);
    const hint = near === undefined ? `There are ${names.join(", ")}` : `Did you mean ${near}?`;
    throw new CommandError(`There is no scenario "${unknown}". ${hint}`);
  }
  return {
    chosen: only.length === 0 ? scenarios : scenarios.filter(({ name }) => only.includes(name)),
    withMicro: only.length === 0 || only.includes(micro),
  };
}

function help(): string {
  const names = [
    ...scenarios.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
    `  ${micro.padEnd(10)} Parts by themselves: decoding, stages, money, hashes, commits`,
  ];
  const options = line.options.map(({ name, value, summary }) =>
    `  --${`${name}${value === undefined ? "" : ` ${value}`}`.padEnd(16)} ${summary}`
  );
  return [
    "Measures Tillpipe on this machine alone, the fakes in a process of their own.",
    "",
    "Scenarios",
    ...names,
    "",
    "Options",
    ...options,
  ].join("\n");
}

/** The other revision in a folder of its own. Throws `CommandError` when git does not know it. */
async function checkOut(revision: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "tillpipe-bench-rev-" });
  try {
    await git("worktree", "add", "--detach", folder, revision);
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw new CommandError(`Cannot check "${revision}" out: ${String(error)}`);
  }
  return folder;
}

async function git(...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", { args: [...args], cwd: home })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}

async function runMicro(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bench", "-q", "-P=bench", fromFileUrl(new URL("micro/", import.meta.url))],
    cwd: home,
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) throw new CommandError("A micro-benchmark failed; what it said is above");
}

function note(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) {
  try {
    const text = await runBench(Deno.args);
    await Deno.stdout.write(new TextEncoder().encode(text === "" ? "" : `${text}\n`));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    note(error.message);
    Deno.exit(2);
  }
}
