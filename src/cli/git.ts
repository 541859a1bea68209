import { basename, dirname } from "../std/path.ts";
import { CommandError } from "./failure.ts";

/** Runs git with these arguments; what it wrote, or `undefined` when it failed. */
export type RunGit = (args: readonly string[]) => Promise<string | undefined>;

/** Runs the machine's own git. `undefined` also where there is none. */
export async function runGit(args: readonly string[]): Promise<string | undefined> {
  try {
    const command = new Deno.Command("git", { args: [...args], stdout: "piped", stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether a file lies in a git work tree and is known there. */
export async function isTracked(path: string, git: RunGit): Promise<boolean> {
  const found = await git(["-C", dirname(path), "ls-files", "--error-unmatch", basename(path)]);
  return found !== undefined;
}

/** A file's text at a revision. Throws `CommandError` when git does not have it. */
export async function readAtRevision(path: string, revision: string, git: RunGit): Promise<string> {
  if (!/^[\w./~^@{}-]+$/.test(revision) || revision.startsWith("-")) {
    throw new CommandError(`"${revision}" is no revision`, {
      hint: "Write git:HEAD, git:main or git:v1.2",
    });
  }
  const spec = `${revision}:./${basename(path)}`;
  const text = await git(["-C", dirname(path), "show", spec]);
  if (text !== undefined) return text;
  throw new CommandError(`Git has no "${basename(path)}" at ${revision}`, {
    hint: "See git log for the revisions of the file, or name another file with --against FILE",
  });
}
