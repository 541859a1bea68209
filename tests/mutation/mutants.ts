/** One small change of a source file. */
export interface Mutant {
  readonly file: string;
  /** Where in the file it is, in characters. */
  readonly at: number;
  /** 1-based. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** The whole file with the change. */
  readonly text: string;
}

/** A pattern that is looked for in code alone, and what stands in its place. */
type Change = readonly [pattern: RegExp, replacement: string];

const changes: readonly Change[] = [
  [/ === /g, " !== "],
  [/ !== /g, " === "],
  [/ < /g, " <= "],
  [/ <= /g, " < "],
  [/ > /g, " >= "],
  [/ >= /g, " > "],
  [/ && /g, " || "],
  [/ \|\| /g, " && "],
  [/ \?\? /g, " && "],
  [/\.plus\(/g, ".minus("],
  [/\.minus\(/g, ".plus("],
  [/\.times\(/g, ".plus("],
  [/\.negated\(\)/g, ""],
  [/\.abs\(\)/g, ""],
  [/\.trim\(\)/g, ""],
  [/\.toLowerCase\(\)/g, ""],
  [/\.toUpperCase\(\)/g, ""],
  [/\.some\(/g, ".every("],
  [/\.every\(/g, ".some("],
  [/\.isZero\b/g, ".isNegative"],
  [/\.isNegative\b/g, ".isZero"],
  [/\bMath\.min\(/g, "Math.max("],
  [/\bMath\.max\(/g, "Math.min("],
  [/\btrue\b/g, "false"],
  [/\bfalse\b/g, "true"],
  [/(?<=\bif \()(?=[^\n]*\) (?:return|throw|continue|else|\{|[a-z]))/g, "false && "],
  [/(?<=\bif \()(?=[^\n]*\) (?:return|throw|continue|else|\{|[a-z]))/g, "true || "],
  [/(?<=[(\[ -])\d+(?=[,;)\] .])/g, "77"],
  [/(?<=\breturn )(?=skip\()/g, "undefined && "],
  [/^ +\.\.\.\(?[^\n]*\),$/gm, ""],
  [/^ +[\w.#]+(?:\[[^\]]*\])?(?:\.\w+)?\([^\n]*\);$/gm, ""],
];

/** Names of rules and fields, which stand in quotes. */
const names = /"[a-z][a-z_-]*"/g;

/** Every mutant of a file, in the order of its lines. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const code = masked(source);
  const found: Mutant[] = [];
  for (const [pattern, replacement] of changes) {
    for (const match of code.matchAll(pattern)) add(match.index, match[0].length, replacement);
  }
  for (const match of withoutComments(source).matchAll(names)) {
    if (!isUnion(source, match.index, match[0].length)) {
      add(match.index, match[0].length, '"mutant"');
    }
  }
  return found.toSorted((a, b) => a.line - b.line);

  function add(at: number, length: number, replacement: string): void {
    if (isType(source, at)) return;
    const line = source.slice(0, at).split("\n").length;
    const text = source.slice(0, at) + replacement + source.slice(at + length);
    found.push({ file, at, line, before: lineAt(source, line), after: lineAt(text, line), text });
  }
}

function lineAt(text: string, line: number): string {
  return (text.split("\n")[line - 1] ?? "").trim();
}

/** Imports, types, members of interfaces, return types, descriptions and log lines decide nothing. */
function isType(source: string, at: number): boolean {
  const line = lineAt(source, source.slice(0, at).split("\n").length);
  return /\b(Pick|Omit|Exclude|Extract)</.test(line) ||
    /\bexamples: [^\n]*$/.test(source.slice(0, at)) ||
    /\b[A-Z]\w*\[$/.test(source.slice(0, at)) ||
    /^(import|export type|type|interface|readonly|\||\}? ?from\b|use:|summary:|description|examples:|logger\.|const logger =)/
      .test(line) ||
    /^[^\n]*?\) ?: [^\n(){}]*$/.test(source.slice(source.lastIndexOf("\n", at) + 1, at)) &&
      /^[^\n(){}]* \{\n/.test(source.slice(at));
}

/** `"a" | "b"` is a type wherever it stands. */
function isUnion(source: string, at: number, length: number): boolean {
  return source.startsWith(" | ", at + length) || source.slice(at - 3, at) === " | ";
}

/** The text with everything in quotes and comments replaced by as many blanks. */
function masked(source: string): string {
  return blank(source, /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g);
}

function withoutComments(source: string): string {
  return blank(source, /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:[^`\\]|\\.)*`/g);
}

function blank(source: string, pattern: RegExp): string {
  return source.replaceAll(pattern, (found) => found.replaceAll(/[^\n]/g, "\u0000"));
}
