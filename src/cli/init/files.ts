import { dirname } from "../../std/path.ts";

/** A file to be written as a whole. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** @default as the system has it */
  readonly mode?: number;
}

/** A file's text, or nothing if there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Writes all files or, if one cannot be written, none: each goes under a name of its own first, and takes
 * its place when all are there.
 */
export async function writeFiles(files: readonly NewFile[]): Promise<void> {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const file of files) {
      const path = await target(file.path);
      const temporary = `${path}.new`;
      written.push({ temporary, path });
      await writeNew(temporary, file);
    }
    for (const { temporary, path } of written) await Deno.rename(temporary, path);
  } catch (error) {
    for (const { temporary } of written) await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** A link stays one: what it points at is replaced. */
async function target(path: string): Promise<string> {
  try {
    return (await Deno.lstat(path)).isSymlink ? await Deno.realPath(path) : path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const folder = dirname(path);
    if (folder !== ".") await Deno.mkdir(folder, { recursive: true });
    return path;
  }
}

async function writeNew(path: string, { text, mode }: NewFile): Promise<void> {
  // What an earlier run may have left there could have other rights.
  await Deno.remove(path).catch(() => {});
  const options = { write: true, createNew: true, ...(mode === undefined ? {} : { mode }) };
  using file = await Deno.open(path, options);
  let bytes: Uint8Array = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
  await file.syncData();
}
