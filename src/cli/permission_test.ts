import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { CommandError } from "./failure.ts";
import { permissionProblem } from "./permission.ts";
import { runCommand } from "./run.ts";
import { fakeHost } from "./testing.ts";

const cases: readonly (readonly [said: string, says: string])[] = [
  [
    'Requires write access to "/x/b.txt", run again with the --allow-write flag',
    'write "/x/b.txt"',
  ],
  [
    'Requires net access to "example.com:443", run again with the --allow-net flag',
    'call "example.com:443"',
  ],
  [
    'Requires import access to "example.com:443", run again with the --allow-import flag',
    "load code from",
  ],
  ["Requires read access to <CWD>, run again with the --allow-read flag", "read <CWD>"],
  ['Requires all access to "/proc/x", run again with the --allow-all flag', 'touch "/proc/x"'],
];
for (const [said, says] of cases) {
  Deno.test(`permissionProblem() says in plain words: may not ${says}`, () => {
    const problem = permissionProblem(new Deno.errors.NotCapable(said));
    assertEquals(
      problem?.message,
      `This command may not ${says}${says === "load code from" ? ' "example.com:443"' : ""}`,
    );
    assertStringIncludes(problem?.hint ?? "", "deno.json");
  });
}

Deno.test("permissionProblem() keeps what the one who caught it said", () => {
  const [[said] = [""]] = cases;
  const inner = new Deno.errors.NotCapable(said);
  const outer = new CommandError(`Cannot load the custom transform "./a.ts": ${said}`, {
    cause: new Error("between", { cause: inner }),
  });
  assertEquals(
    permissionProblem(outer)?.message,
    'Cannot load the custom transform "./a.ts": this command may not write "/x/b.txt"',
  );
  assertEquals(
    permissionProblem(new Error("Cannot do it", { cause: inner }))?.message,
    "Cannot do it",
  );
});

Deno.test("permissionProblem() tells what the system refuses", () => {
  const said = "Permission denied (os error 13): open '/etc/shadow'";
  const problem = permissionProblem(new Deno.errors.PermissionDenied(said));
  assertEquals(problem?.message, 'The system does not let this user use "/etc/shadow"');
  assertEquals(problem?.byDeno, false);
});

Deno.test("permissionProblem() has nothing to say of other errors", () => {
  const round = new Error("x");
  round.cause = round;
  for (const error of [new Error("Requires care"), new TypeError("x"), "text", undefined, round]) {
    assertEquals(permissionProblem(error), undefined);
  }
});

Deno.test("a missing permission never reaches the user in Deno's words", async () => {
  const { host, err, out } = fakeHost();
  const commands = {
    write: () =>
      Promise.resolve({
        name: "write",
        summary: "Write something",
        options: [],
        run: () => Promise.reject(new Deno.errors.NotCapable(cases[0]?.[0] ?? "")),
      }),
  };
  assertEquals(await runCommand(["write"], commands, host), 2);
  assertEquals(out(), "");
  assertStringIncludes(err(), 'Error: This command may not write "/x/b.txt"\nName another place');
  assert(!err().includes("--allow"), err());
});
