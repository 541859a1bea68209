import plugin from "../.ci/lint.ts";
import { assertEquals } from "../src/std/assert.ts";

/** What the plugin says about a source file: `line: message`. */
function findings(source: string, file = "/project/src/engine/x.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, source).map(({ range, message }) => {
    const line = source.slice(0, range[0]).split("\n").length;
    return `${line}: ${message}`;
  });
}

const arrow = "Write a function declaration, not a top-level arrow function";
const hash = "Write #name instead of private name";
const many = "An exported function takes at most 3 arguments: use an options object";
const capital = "An error message starts with a capital";
const fullStop = "An error message ends without a full stop";
const cast = "Narrow with a type guard or a schema instead of a cast";
const silenced = "Mend what the check found instead of switching it off";
const clock = "Take the time from a Clock that is handed in";
const dice = "Take random numbers from a function that is handed in";

const cases: { name: string; source: string; expected: string[] }[] = [
  { name: "a top-level arrow function", source: "const a = () => 1;", expected: [`1: ${arrow}`] },
  {
    name: "an exported one",
    source: "\nexport const a = (): void => {};",
    expected: [`2: ${arrow}`],
  },
  {
    name: "not an arrow function inside a function",
    source: "function f(): void {\n  const a = () => 1;\n}",
    expected: [],
  },
  {
    name: "a private property",
    source: "class A {\n  private a = 1;\n}",
    expected: [`2: ${hash}`],
  },
  {
    name: "a private method",
    source: "class A {\n  private a(): void {}\n}",
    expected: [`2: ${hash}`],
  },
  {
    name: "a private parameter property",
    source: "class A {\n  constructor(private readonly a: number) {}\n}",
    expected: [`2: ${hash}`],
  },
  {
    name: "not a private constructor, which has no other form",
    source: "class A {\n  #a = 1;\n  private constructor(readonly b: number) {}\n}",
    expected: [],
  },
  {
    name: "an exported function of four arguments",
    source: "export function f(a: A, b: B, c: C, d: D): void {}",
    expected: [`1: ${many}`],
  },
  {
    name: "not three arguments, nor four of a function of the file's own",
    source:
      "export function f(a: A, b: B, c: C): void {}\nfunction g(a: A, b: B, c: C, d: D): void {}",
    expected: [],
  },
  {
    name: "a message in lower case",
    source: 'new Error("no such file");',
    expected: [`1: ${capital}`],
  },
  {
    name: "a message with a full stop",
    source: "new errors.StoreError(`Cannot read ${file}.`);",
    expected: [`1: ${fullStop}`],
  },
  {
    name: "both ends of a message in parts",
    source: 'new TypeError("cannot read " + file + " here.");',
    expected: [`1: ${capital}`, `1: ${fullStop}`],
  },
  {
    name: "not a good message, one that starts with a value, nor what is no error",
    source: 'new Error("Cannot read");\nnew Error(`${name} is missing`);\nnew Foo("lower.");',
    expected: [],
  },
  {
    name: "a cast",
    source: "const a = b as string;\nconst c = <C>d;",
    expected: [`1: ${cast}`, `2: ${cast}`],
  },
  {
    name: "not `as const`, `satisfies` or a renaming import",
    source: 'import { a as b } from "./a.ts";\nconst c = [1] as const;\nconst d = {} satisfies D;',
    expected: [],
  },
  {
    name: "comments that switch a check off",
    source:
      ["ts-ignore", "ts-expect-error: why", "ts-nocheck"].map((word) => `// @${word}`).join("\n") +
      "\n/* deno-lint" + "-ignore no-explicit-any */",
    expected: [`1: ${silenced}`, `2: ${silenced}`, `3: ${silenced}`, `4: ${silenced}`],
  },
  {
    name: "not a comment that only speaks of one, nor `@ts-types`",
    source: '// what @ts-ignore does\n// @ts-types="./a.d.ts"\nexport * from "./a.js";',
    expected: [],
  },
  {
    name: "a clock and dice that were not handed in",
    source: "Date.now();\nnew Date();\nperformance.now();\nMath.random();",
    expected: [`1: ${clock}`, `2: ${clock}`, `3: ${clock}`, `4: ${dice}`],
  },
  {
    name: "not a date made from a time",
    source: "new Date(now);\nDate.parse(text);\nMath.max(1, 2);",
    expected: [],
  },
];

for (const { name, source, expected } of cases) {
  Deno.test(`the lint plugin reports ${name}`, () => {
    assertEquals(findings(source), expected);
  });
}

for (
  const file of [
    "src/cli/main.ts",
    "src/time/clock.ts",
    "src/server/deploy.ts",
    "src/store/a_test.ts",
  ]
) {
  Deno.test(`the lint plugin leaves the real clock to ${file}`, () => {
    assertEquals(findings("Date.now();", `/project/${file}`), []);
  });
}

Deno.test("the lint plugin lets tests word their errors as they like", () => {
  assertEquals(findings('new Error("boom.");', "/project/src/store/a_test.ts"), []);
});
