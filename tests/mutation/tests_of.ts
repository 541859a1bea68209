const root = new URL("../../", import.meta.url);

/** The files below a folder that end so, as paths from the tree's root. */
export async function filesBelow(folder: string, end: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await filesBelow(path, end));
    else if (name.endsWith(end)) found.push(path);
  }
  return found.toSorted();
}

/** Every file of the tree that a file loads, itself included. */
export async function loadedBy(
  file: string,
  seen: Set<string> = new Set(),
): Promise<ReadonlySet<string>> {
  seen.add(file);
  const text = await Deno.readTextFile(new URL(file, root));
  for (const [, path] of text.matchAll(/\b(?:from|import) "(\.[^"]+\.tsx?)"/g)) {
    if (path === undefined) continue;
    const loaded = new URL(path, new URL(file, root)).href.slice(root.href.length);
    if (!seen.has(loaded)) await loadedBy(loaded, seen);
  }
  return seen;
}
