/**
 * Reads what source files import, with Deno's own parser.
 *
 * @module
 */

/** One import, re-export, `import()` or `import("…")` type. */
export interface ImportEdge {
  /** As written, `../store/store.ts`. */
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** Whether nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
}

/** One source file. */
export interface Module {
  /** From the root of the repository, with slashes: `src/store/store.ts`. */
  readonly path: string;
  readonly imports: readonly ImportEdge[];
  /** 1-based lines that use `console`. */
  readonly consoleLines: readonly number[];
  /** Whether it holds a function or a class: something that a test could run. */
  readonly hasCode: boolean;
}

const SOURCE = /\.(ts|tsx|js|jsx|mjs)$/;

/** Reads one file. `path` is where it is, from the root of the repository. */
export function readModule(path: string, source: string): Module {
  const imports: ImportEdge[] = [];
  const consoleLines: number[] = [];
  let hasCode = false;

  function lineOf(node: { range: Deno.lint.Range }): number {
    return source.slice(0, node.range[0]).split("\n").length;
  }

  function add(
    node: { range: Deno.lint.Range },
    from: Deno.lint.Node | null | undefined,
    typeOnly: boolean,
  ): void {
    const specifier = literalText(from);
    if (specifier !== undefined) imports.push({ specifier, line: lineOf(node), typeOnly });
  }

  function noteCode(): void {
    hasCode = true;
  }

  const reader: Deno.lint.Plugin = {
    name: "reader",
    rules: {
      read: {
        create(): Deno.lint.LintVisitor {
          return {
            ImportDeclaration(node): void {
              const onlyTypes = node.specifiers.length > 0 &&
                node.specifiers.every((specifier) =>
                  specifier.type === "ImportSpecifier" && specifier.importKind === "type"
                );
              add(node, node.source, node.importKind === "type" || onlyTypes);
            },
            ExportNamedDeclaration(node): void {
              add(node, node.source, node.exportKind === "type");
            },
            ExportAllDeclaration(node): void {
              add(node, node.source, node.exportKind === "type");
            },
            ImportExpression(node): void {
              add(node, node.source, false);
            },
            TSImportType(node): void {
              add(node, node.argument, true);
            },
            FunctionDeclaration: noteCode,
            FunctionExpression: noteCode,
            ArrowFunctionExpression: noteCode,
            ClassDeclaration: noteCode,
            MemberExpression(node): void {
              if (node.object.type === "Identifier" && node.object.name === "console") {
                consoleLines.push(lineOf(node));
              }
            },
          };
        },
      },
    },
  };
  Deno.lint.runPlugin(reader, `/${path}`, source);
  return { path, imports, consoleLines, hasCode };
}

/** Reads every source file in a folder of the repository, and in the folders inside it. */
export async function readModules(root: URL, folder: string): Promise<Module[]> {
  const modules: Module[] = [];
  for await (const path of sourceFiles(root, folder)) {
    modules.push(readModule(path, await Deno.readTextFile(new URL(path, root))));
  }
  return modules.toSorted((a, b) => a.path < b.path ? -1 : 1);
}

/** Where a relative specifier of `from` leads, from the root; undefined for a package. */
export function resolvePath(from: string, specifier: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier)) return undefined;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

async function* sourceFiles(root: URL, folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(`${folder}/`, root))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourceFiles(root, path);
    else if (SOURCE.test(entry.name)) yield path;
  }
}

function literalText(node: Deno.lint.Node | null | undefined): string | undefined {
  if (node?.type === "TSLiteralType") return literalText(node.literal);
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  // An import() put together at run time: the part that is written down tells where from.
  if (node?.type === "TemplateLiteral" && node.quasis.length === 1) return node.quasis[0]?.cooked;
  return undefined;
}
