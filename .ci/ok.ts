/**
 * The one gate: everything that must hold before a change is done, one step after another, each with its
 * time; stops at the first that fails. `--no-tests` leaves the tests out, for whoever has just run them.
 *
 * @module
 */
interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

const checks: readonly Step[] = [
  { name: "Format", args: ["fmt", "--check", "--quiet"] },
  { name: "Lint", args: ["lint", "--quiet"] },
  { name: "Types", args: ["check", "--quiet"] },
];
const rest: readonly Step[] = [
  { name: "Public documentation", args: ["doc", "--lint", "mod.ts"] },
  { name: "Examples in documentation", args: ["check", "--quiet", "--doc-only", "mod.ts"] },
  { name: "Publishing", args: ["publish", "--dry-run", "--allow-dirty", "--quiet"] },
];
const tests: Step = { name: "Tests", args: ["test", "-P", "--quiet"] };

if (import.meta.main) {
  const only = Deno.args.includes("--checks");
  const all = Deno.args.includes("--no-tests") ? [...checks, ...rest] : [...checks, ...rest, tests];
  Deno.exit(await runAll(only ? checks : all) ? 0 : 1);
}

/** Runs the steps in their order; false as soon as one fails. */
async function runAll(steps: readonly Step[]): Promise<boolean> {
  for (const step of steps) {
    say(`── ${step.name}`);
    const start = performance.now();
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [...step.args],
      stdin: "null",
      stdout: step.name === "Public documentation" ? "null" : "inherit",
      stderr: "inherit",
    }).output();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(success ? `   ok, ${seconds} s` : `   failed after ${seconds} s`);
    if (!success) return false;
  }
  return true;
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
