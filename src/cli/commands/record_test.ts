import { startSandbox } from "../../sandbox/mod.ts";
import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { systemClock } from "../../time/clock.ts";
import { COMMANDS } from "../main.ts";
import { runCommand } from "../run.ts";
import { sandboxVariables } from "../sandbox_env.ts";
import { type FakeHost, fakeHost } from "../testing.ts";
import { readUserFile } from "../user_file.ts";

const shipped = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));

Deno.test("record adds a case that holds, leaves what is there alone, and never does so twice", async () => {
  await using sandbox = await startSandbox({ orders: 20, refundRate: 0 });
  const folder = await Deno.makeTempDir();
  await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  const pipeline = `${folder}/pipeline.yaml`;
  const tests = `${folder}/pipeline_test.yaml`;
  await Deno.writeTextFile(pipeline, shipped);
  const own =
    "# Mine\ntests:\n  - name: Parked # kept\n    order: {orderid: 1}\n    expect: {dead: unreadable-order}\n";
  await Deno.writeTextFile(tests, own);
  const order = 50_001;
  const host = (): FakeHost => {
    const env = { ...sandboxVariables(sandbox), TILLPIPE_STORE: ":memory:" };
    const fake = fakeHost({ env });
    const readFile = (path: string): ReturnType<typeof readUserFile> =>
      readUserFile(path, undefined);
    return { ...fake, host: { ...fake.host, clock: systemClock, readFile } };
  };
  const run = async (...args: string[]): Promise<FakeHost & { readonly code: number }> => {
    const fake = host();
    const code = await runCommand([...args, "--pipeline", pipeline], COMMANDS, fake.host);
    return { ...fake, code };
  };
  const added = await run("record", String(order));
  assertEquals(added.code, 0, added.err());
  assertStringIncludes(added.out(), `Added: "Order ${order}"`);
  const text = await Deno.readTextFile(tests);
  assertEquals(text.startsWith(own.trimEnd()), true, text);
  const validated = await run("validate", "--tests");
  assertEquals(validated.code, 0, validated.out());
  assertStringIncludes(validated.out(), "2 tests passed");
  const again = await run("record", String(order));
  assertEquals([again.code, again.err().includes("already")], [2, true]);
  const shown = await run("record", String(order), "--stdout");
  assertStringIncludes(shown.out(), `tests:\n  - name: Order ${order}\n`);
  const json = await run("record", String(order), "--stdout", "--json");
  assertEquals(JSON.parse(json.out()).test.name, `Order ${order}`);
  const other = await run("record", "999", "--json");
  assertEquals([other.code, other.err()], [1, ""]);
  const { error } = JSON.parse(other.out());
  assertEquals([error.exitCode, error.hint.includes("deno task explain 999")], [1, true]);
});
