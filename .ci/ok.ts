/**
 * The one gate: everything that must hold before a change is done, one step after another, each with its
 * time; stops at the first that fails, with exit code 1. `--checks` runs only format, lint and types, and
 * `--no-tests` leaves the tests out, for whoever has just run them.
 *
 * The permission set of tests has `run` without a list, since a list cannot say what they need: a name such
 * as `deno` does not cover `Deno.execPath()`, whose place differs with how Deno was got (npx keeps it below
 * the home folder). Nothing is lost by it: who may start a Deno may start it with any permission. What tests
 * start they start with the permission set `loopback`.
 *
 * @module
 */
interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** The step also prints what it looked at, which nobody wants to read. */
  readonly isTalkative?: true;
}

interface Timed {
  readonly name: string;
  readonly success: boolean;
  readonly seconds: number;
}

const checks: readonly Step[] = [
  { name: "Format", args: ["fmt", "--check", "--quiet"] },
  { name: "Lint", args: ["lint", "--quiet"] },
  { name: "Types", args: ["check", "--quiet"] },
];
const rest: readonly Step[] = [
  { name: "Public documentation", args: ["doc", "--lint", "mod.ts"], isTalkative: true },
  // `deno test --doc` would run them, but cannot take an example with `export default`.
  { name: "Examples in documentation", args: ["check", "--quiet", "--doc-only", "mod.ts"] },
  { name: "Publishing", args: ["publish", "--dry-run", "--allow-dirty", "--quiet"] },
];
// The tests also hold that generated files, such as pipeline.schema.json, are as they would be made now.
const tests: Step = { name: "Tests", args: ["task", "--quiet", "test"] };

if (import.meta.main) {
  const only = Deno.args.includes("--checks");
  const all = Deno.args.includes("--no-tests") ? [...checks, ...rest] : [...checks, ...rest, tests];
  Deno.exit(await runAll(only ? checks : all) ? 0 : 1);
}

/** Runs the steps in their order; false as soon as one fails. */
async function runAll(steps: readonly Step[]): Promise<boolean> {
  const done: Timed[] = [];
  for (const step of steps) {
    say(`── ${step.name}`);
    const timed = await run(step);
    done.push(timed);
    say(`   ${timed.success ? "ok," : "failed after"} ${timed.seconds.toFixed(1)} s`);
    if (!timed.success) break;
  }
  say(summary(done, steps.length));
  return done.every(({ success }) => success);
}

async function run({ name, args, isTalkative }: Step): Promise<Timed> {
  const start = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: isTalkative ? "null" : "inherit",
    stderr: "inherit",
  }).output();
  return { name, success, seconds: (performance.now() - start) / 1000 };
}

function summary(done: readonly Timed[], planned: number): string {
  const seconds = done.reduce((sum, timed) => sum + timed.seconds, 0).toFixed(1);
  const failed = done.find(({ success }) => !success);
  const result = failed === undefined
    ? `All ${planned} steps passed`
    : `Step ${done.length} of ${planned} failed: ${failed.name}`;
  return `══ ${result}, ${seconds} s`;
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
