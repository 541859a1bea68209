/**
 * Which part of the source may import which, and the check of it.
 *
 * @module
 */

import { type ImportEdge, type Module, resolvePath } from "./module_graph.ts";

/**
 * The layers, lowest first. A folder of `src` imports from lower lines and from itself, never from
 * its own line's neighbours and never upwards, not even a type.
 */
export const LAYERS: readonly (readonly string[])[] = [
  ["std"],
  ["crypto", "time"],
  ["telemetry"],
  ["records", "http"],
  ["definition"],
  ["store", "sitoo", "ometria"],
  ["stages"],
  ["engine"],
  ["runtime"],
  ["server"],
  ["cli", "api"],
];

/** The stand-in for Sitoo and Ometria would prove nothing if it shared code with the product. */
export const APART = { folder: "sandbox", imports: ["std", "crypto", "time"], usedBy: ["cli"] };

/** A broken rule, and where. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: "cycle" | "layer" | "sandbox" | "test-helper" | "specifier" | "console";
  readonly message: string;
}

interface Edge extends ImportEdge {
  readonly from: string;
  readonly to: string;
}

/** Every broken rule of a set of modules, in the order of their paths. */
export function checkArchitecture(modules: readonly Module[]): Violation[] {
  const edges = modules.flatMap(localEdges);
  return [
    ...modules.flatMap(checkFolder),
    ...modules.flatMap(checkSpecifiers),
    ...modules.flatMap(checkConsole),
    ...edges.flatMap(checkEdge),
    ...findCycles(modules, edges.filter((edge) => !edge.typeOnly)),
  ];
}

/**
 * Files of `src` with code that no test of their own folder loads, be it through the files that it imports. `by`
 * names those that other tests cover.
 */
export function findUntested(modules: readonly Module[], by: ReadonlySet<string>): string[] {
  const known = new Map(modules.map((module) => [module.path, module]));
  const loaded = new Set(known.keys().filter((path) => /_test\.tsx?$/.test(path)));
  for (const path of loaded) {
    const module = known.get(path);
    for (const { to, typeOnly } of module === undefined ? [] : localEdges(module)) {
      if (!typeOnly && folderOf(to) === folderOf(path)) loaded.add(to);
    }
  }
  return modules.filter(({ path, hasCode }) =>
    hasCode && !path.endsWith(".d.ts") && !loaded.has(path)
  )
    .map(({ path }) => path).filter((path) => !by.has(path));
}

/** A violation as one line that an editor can jump to. */
export function formatViolation({ path, line, rule, message }: Violation): string {
  return `${path}:${line} [${rule}] ${message}`;
}

function localEdges(module: Module): Edge[] {
  return module.imports.flatMap((edge) => {
    const to = resolvePath(module.path, edge.specifier);
    return to === undefined ? [] : [{ ...edge, from: module.path, to }];
  });
}

/** `store` for `src/store/kv/keys.ts`; undefined outside `src`. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function isTest(path: string): boolean {
  return /_test\.tsx?$/.test(path) || path.startsWith("tests/") || path.startsWith("bench/");
}

/** Fakes, conformance suites and the like: beside the code, but for tests alone. */
function isTestHelper(path: string): boolean {
  return /(^|\/)testing\//.test(path) ||
    /(^|[/_])(testing|fake|fakes|conformance|fixtures?)\.tsx?$/.test(path);
}

function rankOf(folder: string): number {
  return LAYERS.findIndex((line) => line.includes(folder));
}

function checkFolder(module: Module): Violation[] {
  if (!module.path.startsWith("src/")) return [];
  const folder = folderOf(module.path);
  if (folder !== undefined && (rankOf(folder) >= 0 || folder === APART.folder)) return [];
  const what = folder === undefined
    ? "The file lies in src itself: move it into a folder that has a layer"
    : `The folder src/${folder} has no layer: name it in tests/support/architecture.ts`;
  return [{ path: module.path, line: 1, rule: "layer", message: what }];
}

function checkSpecifiers(module: Module): Violation[] {
  return module.imports.filter(({ specifier }) => /^(npm|jsr|https?|data|blob):/.test(specifier))
    .map(({ specifier, line }) => ({
      path: module.path,
      line,
      rule: "specifier",
      message: `"${specifier}" belongs into the import map of deno.json`,
    }));
}

function checkConsole(module: Module): Violation[] {
  if (!module.path.startsWith("src/")) return [];
  return module.consoleLines.map((line) => ({
    path: module.path,
    line,
    rule: "console",
    message: "Log with a logger, or write through the writer of the command line",
  }));
}

function checkEdge(edge: Edge): Violation[] {
  const { from, to, line } = edge;
  if (!from.startsWith("src/") || isTest(from)) return [];
  if (isTest(to) || (isTestHelper(to) && !isTestHelper(from))) {
    return [{ path: from, line, rule: "test-helper", message: `${to} is for tests alone` }];
  }
  if (isTestHelper(from)) return [];
  const source = folderOf(from);
  const target = folderOf(to);
  if (source === undefined || source === target) return [];
  if (to === "deno.json") return []; // Its version is the program's.
  if (target === undefined) {
    return [{ path: from, line, rule: "layer", message: `${to} stands above all of src` }];
  }
  return source === APART.folder || target === APART.folder
    ? checkApart(edge, source, target)
    : checkLayer(edge, source, target);
}

function checkApart({ from, line }: Edge, source: string, target: string): Violation[] {
  const allowed = source === APART.folder
    ? APART.imports.includes(target)
    : APART.usedBy.includes(source);
  if (allowed) return [];
  const message = source === APART.folder
    ? `${source} imports only ${APART.imports.join(", ")}, not ${target}`
    : `Only ${APART.usedBy.join(", ")} and tests import ${target}, not ${source}`;
  return [{ path: from, line, rule: "sandbox", message }];
}

function checkLayer({ from, to, line }: Edge, source: string, target: string): Violation[] {
  const [low, high] = [rankOf(target), rankOf(source)];
  if (low < 0 || high < 0 || low < high) return [];
  const way = low === high ? "sideways" : "upwards";
  const message = `${source} imports ${way} from ${target} (${to})`;
  return [{ path: from, line, rule: "layer", message }];
}

/** Names, with a shortest way round, a cycle for every module that lies on one and is not named yet. */
function findCycles(modules: readonly Module[], edges: readonly Edge[]): Violation[] {
  const known = new Set(modules.map(({ path }) => path));
  const next = Map.groupBy(edges.filter(({ to }) => known.has(to)), ({ from }) => from);
  const covered = new Set<string>();
  const violations: Violation[] = [];
  for (const { path } of modules) {
    if (covered.has(path)) continue;
    const way = shortestWay(path, path, next);
    const [first] = way;
    if (first === undefined) continue;
    for (const { from } of way) covered.add(from);
    const stops = way.map(({ from, line }) => `${from}:${line}`);
    const message = `Runtime import cycle: ${[...stops, path].join(" → ")}`;
    violations.push({ path, line: first.line, rule: "cycle", message });
  }
  return violations;
}

/** The fewest imports that lead from one module to another, empty when none do. */
function shortestWay(start: string, end: string, next: ReadonlyMap<string, Edge[]>): Edge[] {
  const cameBy = new Map<string, Edge>();
  const queue = [start];
  for (const path of queue) {
    for (const edge of next.get(path) ?? []) {
      if (cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (edge.to === end) return walkBack(start, end, cameBy);
      queue.push(edge.to);
    }
  }
  return [];
}

function walkBack(start: string, end: string, cameBy: ReadonlyMap<string, Edge>): Edge[] {
  const way: Edge[] = [];
  let at = end;
  do {
    const edge = cameBy.get(at);
    if (edge === undefined) return [];
    way.unshift(edge);
    at = edge.from;
  } while (at !== start);
  return way;
}
