import { ApiError } from "../http/error.ts";
import { RefusalError } from "../runtime/refusal.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import type { Command } from "./command.ts";
import { CommandError } from "./failure.ts";
import { type CommandList, runCommand } from "./run.ts";
import { createStopSignal } from "./shutdown.ts";
import { fakeHost } from "./testing.ts";

function command(run: Command["run"]): CommandList {
  return {
    deliver: () =>
      Promise.resolve({
        name: "deliver",
        summary: "Deliver something",
        details: ["A paragraph. ".repeat(12).trim()],
        options: [{ name: "to", value: "PLACE", summary: "Where to" }],
        examples: ["--to here"],
        run,
      }),
    fetch: () => Promise.reject(new Error("Must not be loaded")),
  };
}

const fine = command(() => Promise.resolve(0));

async function call(
  args: readonly string[],
  commands: CommandList = fine,
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const fake = fakeHost({ env });
  const code = await runCommand(args, commands, fake.host);
  return { code, out: fake.out(), err: fake.err() };
}

Deno.test("runCommand() returns the command's code and loads no other command", async () => {
  const commands = command((options) => Promise.resolve(options.text("to") === "x" ? 7 : 8));
  assertEquals((await call(["deliver", "--to", "x"], commands)).code, 7);
});

Deno.test("runCommand() makes the help from what the command declares", async () => {
  const { code, out, err } = await call(["deliver", "--help"]);
  assertEquals([code, err], [0, ""]);
  for (
    const part of [
      "Deliver something\n",
      "Usage: deno task deliver [options]",
      "  --to PLACE  Where to\n  --help      Show this help",
      "Examples:\n  deno task deliver --to here",
    ]
  ) assertStringIncludes(out, part);
  assert(out.split("\n").every((line) => line.length <= 100));
});

Deno.test("runCommand() shows all commands for help, and as a mistake for nothing", async () => {
  const commands = { deliver: fine["deliver"] ?? ((): never => fail()) };
  const help = await call(["--help"], commands);
  assertEquals(help.code, 0);
  assertStringIncludes(help.out, "deliver  Deliver something");
  const nothing = await call([], commands);
  assertEquals([nothing.code, nothing.out], [2, ""]);
  assertStringIncludes(nothing.err, "deliver  Deliver something");
});

Deno.test("runCommand() says which command was probably meant", async () => {
  const { code, err } = await call(["deliverr"]);
  assertEquals(code, 2);
  assertStringIncludes(err, "Did you mean deliver?");
  assertStringIncludes((await call(["toString"])).err, 'There is no command "toString"');
});

const failures: [string, unknown, number, string][] = [
  [
    "a user's mistake",
    new CommandError("Wrong", { hint: "Do it so" }),
    2,
    "Error: Wrong\nDo it so\n",
  ],
  ["a failure", new CommandError("No", { exitCode: 1 }), 1, "Error: No\n"],
  ["a refusal", new RefusalError("Not now", "Wait"), 2, "Error: Not now\nWait\n"],
  ["a fault", new TypeError("x is y"), 1, "Error: x is y\nSet TILLPIPE_DEBUG=1"],
  ["something thrown", "text", 1, "Error: text\n"],
];
for (const [name, error, exitCode, message] of failures) {
  Deno.test(`runCommand() ends ${name} with ${exitCode} and no stack trace`, async () => {
    const { code, err, out } = await call(["deliver"], command(() => Promise.reject(error)));
    assertEquals([code, out], [exitCode, ""]);
    assert(err.startsWith(message), err);
    assert(!err.includes(" at "), err);
  });
}

Deno.test("runCommand() shows where a fault comes from when asked to", async () => {
  const broken = command(() => Promise.reject(new TypeError("x is y")));
  assertStringIncludes(
    (await call(["deliver"], broken, { TILLPIPE_DEBUG: "1" })).err,
    "run_test.ts",
  );
});

Deno.test("runCommand() shows no secret in an error", async () => {
  const leaky = command((_, host) => {
    host.logging.hide("hidden-word");
    return Promise.reject(new CommandError("Bad hidden-word", { hint: "Not hidden-word" }));
  });
  const { err } = await call(["deliver"], leaky);
  assert(!err.includes("hidden-word") && err.includes("[secret]"));
});

function fail(): never {
  throw new Error("Must not be called");
}

Deno.test("runCommand() tells programs of a failure as one JSON object, and nothing else", async () => {
  const failing = command(() => {
    throw new ApiError("Sitoo does not answer", {
      api: "sitoo",
      kind: "unavailable",
      reached: false,
    });
  });
  const list = {
    ...failing,
    deliver: async () => {
      const deliver = await failing["deliver"]?.() ?? fail();
      return { ...deliver, options: [{ name: "json", summary: "JSON" }] };
    },
  };
  const { code, out, err } = await call(["deliver", "--json"], list);
  assertEquals([code, err], [1, ""]);
  assertEquals(JSON.parse(out), {
    error: {
      message: "Sitoo does not answer",
      hint: "deno task doctor looks at the connections",
      exitCode: 1,
    },
  });
  const wrong = await call(["deliver", "--jsn", "--json"], list);
  assertEquals([wrong.code, wrong.err], [2, ""]);
  assertStringIncludes(JSON.parse(wrong.out).error.hint, "Did you mean --json?");
});

Deno.test("runCommand() explains nothing to a user who has stopped it", async () => {
  const listeners: (() => void)[] = [];
  const source = {
    listen: (_: Deno.Signal, one: () => void) => listeners.push(one),
    exit: fail,
    monotonic: () => 0,
  };
  const signal = createStopSignal(source, "linux")();
  listeners[0]?.();
  const { code, err } = await call(["deliver"], command(() => Promise.reject(signal.reason)));
  assertEquals([code, err.trim()], [1, "Stopped before the end"]);
});
