import { isAbsolute, join, resolve } from "../std/path.ts";

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
