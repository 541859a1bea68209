import { assertEquals } from "../../src/std/assert.ts";
import { mutantsOf } from "./mutants.ts";

function changesOf(source: string): readonly string[] {
  return mutantsOf("a.ts", source).map(({ line, after }) => `${line}: ${after}`);
}

Deno.test("mutantsOf() changes operators and names in code, one at a time", () => {
  assertEquals(changesOf('const a = b === "open" && c;\n'), [
    '1: const a = b !== "open" && c;',
    '1: const a = b === "open" || c;',
    '1: const a = b === "mutant" && c;',
  ]);
});

Deno.test("mutantsOf() makes a condition hold always, and never", () => {
  assertEquals(changesOf("function f(): void {\n  if (a) return;\n}\n"), [
    "2: if (false && a) return;",
    "2: if (true || a) return;",
  ]);
});

Deno.test("mutantsOf() leaves comments, text and types alone", () => {
  assertEquals(changesOf('// a === b\n/* c && d */\nconst e = `f === g`;\ntype H = "i";\n'), []);
  assertEquals(
    changesOf('import { a } from "./a.ts";\ninterface B {\n  readonly c: "d";\n}\n'),
    [],
  );
  assertEquals(
    changesOf('function f(g: H["i"]): -1 | 0 {\n  logger.info("j", { k: 1 });\n}\n'),
    [],
  );
});

Deno.test("mutantsOf() leaves types over several lines alone, and no lists of names", () => {
  assertEquals(changesOf('const a: Pick<\n  B,\n  "c" | "d"\n> = e;\n'), []);
  assertEquals(changesOf('const f = [\n  "g",\n];\n'), ['2: "mutant",']);
});

Deno.test("mutantsOf() gives the whole file with its change", () => {
  const [mutant] = mutantsOf("a.ts", "const a = 1;\nconst b = c.plus(d);\n");
  assertEquals(mutant?.text, "const a = 77;\nconst b = c.plus(d);\n");
});
