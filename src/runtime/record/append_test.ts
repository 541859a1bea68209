import { parse } from "yaml";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../../std/assert.ts";
import { RefusalError } from "../refusal.ts";
import { appendTest, newTestsFile, testNames } from "./append.ts";

const test = {
  name: "New",
  order: { orderid: 2, moneytotal_gross_all: "249.00" },
  expect: { skipped: "parked" },
};

Deno.test("newTestsFile() writes a list of one, in lines that people read", () => {
  const text = newTestsFile(test);
  assertStringIncludes(
    text,
    '  - name: New\n    order:\n      orderid: 2\n      moneytotal_gross_all: "249.00"\n',
  );
  assertEquals(parse(text), { tests: [test] });
  assertEquals(appendTest("\n", test, "a.yaml"), text);
});

Deno.test("appendTest() leaves what is there as it is written, comments and all", () => {
  for (const indent of ["", "  ", "    "]) {
    const before = [
      "# What holds",
      "tests: # all of them",
      `${indent}# the first`,
      `${indent}- name: Old   # odd spacing`,
      `${indent}  order: {orderid: 1}`,
      `${indent}  expect: { skipped: booking }`,
      "",
    ].join("\n");
    const after = appendTest(before, test, "a.yaml");
    assert(after.startsWith(before.trimEnd()), after);
    assertEquals(testNames(after), ["Old", "New"]);
    assertEquals(parse(after).tests[1], test);
  }
});

Deno.test("appendTest() adds to lists that do not end the file, and to those on one line", () => {
  for (
    const before of [
      "tests:\n  - name: Old\n    expect: { skipped: a }\nother: 1 # kept\n",
      "tests: []\nother: 1 # kept\n",
      'tests: [{ name: "Old" }]\nother: 1 # kept\n',
    ]
  ) {
    const after = appendTest(before, test, "a.yaml");
    const { tests, other } = parse(after);
    assertEquals([tests.at(-1), tests.length, other], [test, parse(before).tests.length + 1, 1]);
    assertStringIncludes(after, "# kept");
  }
});

Deno.test("appendTest() refuses a file that holds one test by itself, and what is no YAML", () => {
  assertThrows(() => appendTest("order: { orderid: 1 }\n", test, "a.yaml"), RefusalError, "a.yaml");
  assertThrows(() => appendTest("tests: [\n", test, "a.yaml"), RefusalError, "no YAML");
});
