/** Whether a module is named by where it lies, not as a package. */
export function isPath(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

/** Where a pipeline's own modules lie: paths start at its file, names of packages stay as they are. */
export function resolveFrom(file: URL): (specifier: string) => string {
  return (specifier) => isPath(specifier) ? new URL(specifier, file).href : specifier;
}
