import { isAbsolute, join, resolve } from "../std/path.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";

/** A file that was found. */
export interface UserFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/**
 * Reads a file that the user named; `undefined` if there is none. Tasks run where deno.json lies, so a
 * relative name is also looked for where the user called from (`INIT_CWD`, as Deno and npm set it).
 */
export async function readUserFile(
  path: string,
  calledFrom: string | undefined,
): Promise<UserFile | undefined> {
  const places = calledFrom === undefined || isAbsolute(path)
    ? [path]
    : [path, join(calledFrom, path)];
  for (const place of places) {
    try {
      return { path: resolve(place), text: await Deno.readTextFile(place) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/**
 * Writes a file that the user named, and answers its path. Tasks run where deno.json lies; the user means the
 * folder that they called from. Throws `CommandError` when it cannot be written.
 */
export async function writeUserFile(
  named: string,
  text: string,
  { host, append = false }: { readonly host: Pick<Host, "env">; readonly append?: boolean },
): Promise<string> {
  const path = isAbsolute(named) ? named : join(host.env("INIT_CWD") ?? ".", named);
  try {
    await Deno.writeTextFile(path, text, { append });
  } catch (cause) {
    throw new CommandError(`Cannot write to "${named}"`, {
      hint: "Name a file in a folder that exists and may be written to",
      cause,
    });
  }
  return path;
}
