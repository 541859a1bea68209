/**
 * Breaks the rule code in small ways, one at a time, and looks whether a test notices. What no test notices is a rule
 * that is not held. Works on a copy of the tree; takes hours for everything, so name files or a sample:
 *
 *     deno run -A tests/mutation/run.ts [--jobs 2] [--sample 100] [--seed 1] [FILE…]
 *
 * @module
 */
import { parseArgs } from "../../src/std/parse_args.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const root = new URL("../../", import.meta.url).pathname;

/** Rule code: what decides what becomes of an order. */
const folders = ["src/stages", "src/records"];

/** ms after which a mutant that does not come back counts as noticed. */
const limit = 90_000;

type Fate = "corpus" | "unit tests" | "survived";

async function main(): Promise<number> {
  const options = parseArgs(Deno.args, { string: ["jobs", "sample", "seed"] });
  const named = options._.map(String);
  const files = named.length > 0 ? named : await sourceFiles();
  const all = (await Promise.all(files.map(async (file) => {
    return mutantsOf(file, await Deno.readTextFile(root + file));
  }))).flat();
  const chosen = sampled(all, Number(options.sample ?? all.length), Number(options.seed ?? 1));
  await say(`${chosen.length} of ${all.length} mutants in ${files.length} files`);
  const fates = await inParallel(chosen, Number(options.jobs ?? 1));
  const count = (fate: Fate): number => fates.filter((entry) => entry.fate === fate).length;
  const noticed = `${count("corpus")} noticed by the corpus, ${count("unit tests")} by unit tests`;
  await say(`${noticed}, ${count("survived")} survived`);
  return count("survived") === 0 ? 0 : 1;
}

async function sourceFiles(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) await walk(folder, found);
  return found.filter((file) => !/(_test|testing|arbitrary_test_order|contract)\.ts$/.test(file));
}

async function walk(folder: string, found: string[]): Promise<void> {
  for await (const entry of Deno.readDir(root + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await walk(path, found);
    else if (path.endsWith(".ts")) found.push(path);
  }
}

/** The same for the same seed, so that a run can be repeated. */
function sampled(all: readonly Mutant[], size: number, seed: number): readonly Mutant[] {
  if (size >= all.length) return all;
  let state = seed;
  return all.map((mutant) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return { mutant, at: state };
  }).toSorted((a, b) => a.at - b.at).slice(0, size).map(({ mutant }) => mutant);
}

interface Judged {
  readonly mutant: Mutant;
  readonly fate: Fate;
}

async function inParallel(mutants: readonly Mutant[], jobs: number): Promise<readonly Judged[]> {
  const left = [...mutants];
  const judged: Judged[] = [];
  await Promise.all(Array.from({ length: jobs }, worker));
  return judged;

  async function worker(): Promise<void> {
    const copy = await copyOfTree();
    try {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const fate = await judge(mutant, copy);
        judged.push({ mutant, fate });
        if (fate !== "survived") continue;
        const { file, line, before, after } = mutant;
        await say(`SURVIVED ${file}:${line}\n  - ${before}\n  + ${after}`);
      }
    } finally {
      await Deno.remove(copy, { recursive: true });
    }
  }
}

/** Everything but what git and the program itself keep, since tests look at more than the source. */
async function copyOfTree(): Promise<string> {
  const copy = await Deno.makeTempDir();
  const parts: string[] = [];
  for await (const { name } of Deno.readDir(root)) {
    if (name !== ".git" && name !== ".tillpipe") parts.push(name);
  }
  try {
    await fill(copy, parts);
    return copy;
  } catch (error) {
    await Deno.remove(copy, { recursive: true });
    throw error;
  }
}

async function fill(copy: string, parts: readonly string[]): Promise<void> {
  const cp = new Deno.Command("cp", { args: ["-r", ...parts, copy], cwd: root });
  if (!(await cp.output()).success) throw new Error("Cannot copy the tree");
  const sound = await passes(["tests/conformance_test.ts", ...folders], copy);
  if (!sound) {
    throw new Error("Tests fail before anything is broken: there is nothing to be learned");
  }
}

async function judge({ file, text }: Mutant, copy: string): Promise<Fate> {
  const path = `${copy}/${file}`;
  const original = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text);
  try {
    if (!await passes(["tests/conformance_test.ts"], copy)) return "corpus";
    return await passes(folders, copy) ? "survived" : "unit tests";
  } finally {
    await Deno.writeTextFile(path, original);
  }
}

async function passes(what: readonly string[], cwd: string): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["test", "-P", "-q", "--no-check", "--fail-fast", ...what],
    cwd,
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(limit),
  });
  return (await command.output()).success;
}

async function say(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}

Deno.exit(await main());
