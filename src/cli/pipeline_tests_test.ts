import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { validate } from "./commands/validate.ts";
import { CommandError } from "./failure.ts";
import { readOptions } from "./options.ts";
import { fakeHost, type FakeHostOptions } from "./testing.ts";
import { readUserFile } from "./user_file.ts";

const pipeline = new URL("../../pipelines/orders_only.yaml", import.meta.url).pathname;
const tests = pipeline.replace(".yaml", "_test.yaml");

interface Outcome {
  readonly code: number;
  readonly out: string;
}

async function call(
  args: readonly string[],
  options: FakeHostOptions & { readonly real?: boolean } = {},
): Promise<Outcome> {
  const fake = fakeHost(options);
  const readFile = options.real === true
    ? (path: string): ReturnType<typeof readUserFile> => readUserFile(path, undefined)
    : fake.host.readFile;
  const parsed = readOptions(args, { positionals: [], options: validate.options });
  const code = await validate.run(parsed, { ...fake.host, readFile });
  return { code, out: fake.out() };
}

Deno.test("validate --tests passes a ready pipeline without any variable and any .env", async () => {
  const read: string[] = [];
  const fake = fakeHost();
  const parsed = readOptions(["--tests", "--pipeline", pipeline], validate);
  const code = await validate.run(parsed, {
    ...fake.host,
    readFile: (path) => {
      read.push(path);
      return readUserFile(path, undefined);
    },
  });
  assertEquals(code, 0);
  assert(fake.out().endsWith("3 tests passed\n"), fake.out());
  assertEquals(read, [pipeline, tests]);
});

Deno.test("validate --tests exits with 1 and shows what differs", async () => {
  await using folder = await copied((text) =>
    text.replace("grand_total: 249\n", "grand_total: 248\n")
  );
  const { code, out } = await call(["--tests", "--pipeline", folder.pipeline], { real: true });
  assertEquals(code, 1);
  assert(out.includes("record.grand_total\n      expected 248\n      actual   249\n"), out);
  const json = await call(["--tests", "--json", "--pipeline", folder.pipeline], { real: true });
  assertEquals(json.code, 1);
  const told: unknown = JSON.parse(json.out);
  assert(typeof told === "object" && told !== null && "valid" in told && "tests" in told);
  assertEquals(told.valid, true);
  assert(Array.isArray(told.tests));
  assertEquals(told.tests.length, 3);
});

Deno.test("validate --tests --update rewrites the file, after which it passes", async () => {
  await using folder = await copied((text) =>
    text.replace("grand_total: 249\n", "grand_total: 248\n")
  );
  const args = ["--tests", "--update", "--pipeline", folder.pipeline];
  const { code, out } = await call(args, { real: true });
  assertEquals(code, 0);
  assert(out.includes("Updated: "), out);
  assertEquals(await Deno.readTextFile(folder.tests), await Deno.readTextFile(tests));
});

Deno.test("validate --tests exits with 2 when a test file is wrong", async () => {
  await using folder = await copied((text) => text.replace("    expect:", "    expct:"));
  const { code, out } = await call(["--tests", "--pipeline", folder.pipeline], { real: true });
  assertEquals(code, 2);
  assert(out.includes('unknown-key: Unknown key "expct"'), out);
});

Deno.test("validate --tests says so when there is no test", async () => {
  await using folder = await copied(() => "tests: []\n");
  const { code, out } = await call(["--tests", "--pipeline", folder.pipeline], { real: true });
  assertEquals(code, 0);
  assert(out.startsWith("These pipelines have no tests yet. Write them"), out);
});

Deno.test("validate --update without --tests is refused", async () => {
  await assertRejects(() => call(["--update"]), CommandError, "needs --tests");
});

interface Folder extends AsyncDisposable {
  readonly pipeline: string;
  readonly tests: string;
}

async function copied(change: (text: string) => string): Promise<Folder> {
  const folder = await Deno.makeTempDir();
  const copy = { pipeline: `${folder}/shop.yaml`, tests: `${folder}/shop_test.yaml` };
  await Deno.copyFile(pipeline, copy.pipeline);
  await Deno.writeTextFile(copy.tests, change(await Deno.readTextFile(tests)));
  return { ...copy, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}
