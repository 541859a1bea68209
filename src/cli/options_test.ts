import { assertEquals, assertStringIncludes, assertThrows } from "../std/assert.ts";
import { CommandError } from "./failure.ts";
import { type CommandLine, readOptions } from "./options.ts";

const LINE: CommandLine = {
  options: [
    { name: "pipeline", value: "FILE", repeat: true, summary: "Pipelines" },
    { name: "orders", value: "N", summary: "Orders" },
    { name: "json", summary: "JSON" },
    { name: "help", summary: "Help" },
  ],
};

Deno.test("readOptions() reads flags, values and lists in either spelling", () => {
  const options = readOptions(["--json", "--pipeline", "a", "--pipeline=b", "--orders", "7"], LINE);
  assertEquals(options.flag("json"), true);
  assertEquals(options.flag("help"), false);
  assertEquals(options.list("pipeline"), ["a", "b"]);
  assertEquals(options.text("orders"), "7");
  assertEquals(options.wholeNumber("orders", { min: 1, max: 9 }), 7);
});

Deno.test("readOptions() leaves out what is not given", () => {
  const options = readOptions([], LINE);
  assertEquals([options.text("orders"), options.list("pipeline")], [undefined, []]);
  assertEquals(options.wholeNumber("orders", { min: 1, max: 9 }), undefined);
});

Deno.test("readOptions() takes the separator that task runners leave in", () => {
  assertEquals(readOptions(["--", "--json"], LINE).flag("json"), true);
});

Deno.test("readOptions() reads -h as --help, and then misses no argument", () => {
  assertEquals(readOptions(["-h"], { ...LINE, positionals: ["ORDERID"] }).flag("help"), true);
});

const refused: [string[], string, string?][] = [
  [["--pipline", "x"], 'There is no option "--pipline"', "Did you mean --pipeline?"],
  [["--zzzzzz"], 'There is no option "--zzzzzz"', "See --help"],
  [["-x"], 'There is no option "-x"'],
  [["--no-json"], 'There is no option "--no-json"'],
  [["--orders"], "--orders needs a value: --orders N"],
  [["--orders="], "--orders needs a value"],
  [["--orders", "1", "--orders", "2"], "--orders is given 2 times"],
  [["--json=false"], "--json takes no value"],
  [["extra"], 'Nothing is known to be done with "extra"', "See --help"],
];
for (const [args, message, hint] of refused) {
  Deno.test(`readOptions() refuses ${args.join(" ")}`, () => {
    const error = assertThrows(() => readOptions(args, LINE), CommandError, message);
    assertEquals(error.exitCode, 2);
    if (hint !== undefined) assertStringIncludes(error.hint ?? "", hint);
  });
}

for (const text of ["0", "10", "1.5", "x", "-1", "1e1", " 1"]) {
  Deno.test(`Options.wholeNumber() refuses "${text}" for 1 to 9`, () => {
    const options = readOptions([`--orders=${text}`], LINE);
    assertThrows(
      () => options.wholeNumber("orders", { min: 1, max: 9 }),
      CommandError,
      "from 1 to 9",
    );
  });
}

Deno.test("readOptions() takes as many arguments as have names, as text", () => {
  const line = { ...LINE, positionals: ["ORDERID"] };
  assertEquals(readOptions(["050211", "--json"], line).positionals, ["050211"]);
  const missing = assertThrows(() => readOptions([], line), CommandError, "ORDERID is missing");
  assertStringIncludes(missing.hint ?? "", "See --help");
  assertThrows(() => readOptions(["1", "2"], line), CommandError, '"2"');
});
