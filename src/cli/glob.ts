import { globToRegExp, isGlob, join } from "../std/path.ts";

/** Files that match a glob, in the order of their names; a name without wildcards is itself. */
export async function expandGlob(pattern: string): Promise<readonly string[]> {
  if (!isGlob(pattern)) return [pattern];
  const parts = pattern.split(/[\\/]/);
  const first = parts.findIndex((part) => isGlob(part));
  const root = parts.slice(0, first).join("/") || (pattern.startsWith("/") ? "/" : ".");
  const matches = globToRegExp(pattern.replace(/^\.\//, ""));
  const deep = parts.includes("**") ? Number.POSITIVE_INFINITY : parts.length - first;
  const found: string[] = [];
  for await (const path of walk(root === "." ? "" : root, deep)) {
    if (matches.test(path)) found.push(path);
  }
  return found.toSorted();
}

async function* walk(folder: string, depth: number): AsyncGenerator<string> {
  for await (const entry of entries(folder)) {
    const path = folder === "" ? entry.name : join(folder, entry.name);
    if (entry.isFile || entry.isSymlink) yield path;
    if (entry.isDirectory && depth > 1) yield* walk(path, depth - 1);
  }
}

async function* entries(folder: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(folder === "" ? "." : folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
