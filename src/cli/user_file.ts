import { isAbsolute, join } from "../std/path.ts";

/**
 * Reads a file that the user named; `undefined` if there is none. Tasks run where deno.json lies, so a
 * relative name is also looked for where the user called from (`INIT_CWD`, as Deno and npm set it).
 */
export async function readUserFile(
  path: string,
  calledFrom: string | undefined,
): Promise<string | undefined> {
  const places = calledFrom === undefined || isAbsolute(path)
    ? [path]
    : [path, join(calledFrom, path)];
  for (const place of places) {
    try {
      return await Deno.readTextFile(place);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}
