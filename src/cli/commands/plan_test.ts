import { sitooOrder } from "../../records/testing.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { systemClock } from "../../time/clock.ts";
import { runGit } from "../git.ts";
import { COMMANDS } from "../main.ts";
import { runCommand } from "../run.ts";
import { type FakeHost, fakeHost } from "../testing.ts";
import { readUserFile } from "../user_file.ts";

const shipped = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));
const changed = shipped.replace("channel: in store", "channel: till");

/** A folder with the files, and the command in it. */
class Desk implements AsyncDisposable {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(files: Readonly<Record<string, string>>): Promise<Desk> {
    const desk = new Desk(await Deno.makeTempDir());
    for (const [name, text] of Object.entries(files)) await desk.write(name, text);
    return desk;
  }

  write(name: string, text: string): Promise<void> {
    return Deno.writeTextFile(`${this.folder}/${name}`, text);
  }

  async git(...args: readonly string[]): Promise<void> {
    const own = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-C", this.folder];
    const { success } = await new Deno.Command("git", { args: [...own, ...args] }).output();
    assert(success, `git ${args.join(" ")}`);
  }

  async plan(...args: readonly string[]): Promise<FakeHost & { readonly code: number }> {
    const fake = fakeHost();
    const readFile = (path: string): ReturnType<typeof readUserFile> =>
      readUserFile(path, this.folder);
    const host = { ...fake.host, clock: systemClock, readFile };
    const pipeline = ["--pipeline", `${this.folder}/pipeline.yaml`];
    return { ...fake, code: await runCommand(["plan", ...args, ...pipeline], COMMANDS, host) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Deno.remove(this.folder, { recursive: true });
  }
}

const orders = [sitooOrder({ orderid: 1 }), sitooOrder({ orderid: 2, registerid: "" })]
  .map((order) => JSON.stringify(order)).join("\n");

Deno.test("plan compares two files over orders in a file, without any account", async () => {
  await using desk = await Desk.create({
    "pipeline.yaml": changed,
    "old.yaml": shipped,
    "orders.ndjson": orders,
  });
  const over = ["--against", `${desk.folder}/old.yaml`, "--input", `${desk.folder}/orders.ndjson`];
  const shown = await desk.plan(...over);
  assertEquals(shown.code, 0, shown.err());
  assertStringIncludes(shown.out(), "1 of 2 orders would change");
  assertStringIncludes(shown.out(), '"in store" → "till"');
  const strict = await desk.plan(...over, "--expect-no-change", "--json");
  assertEquals(strict.code, 1, strict.err());
  const { orders: count, same, fields } = JSON.parse(strict.out());
  assertEquals([count, same, fields[0].field], [2, 1, "channel"]);
  await desk.write("pipeline.yaml", shipped);
  assertEquals((await desk.plan(...over, "--expect-no-change")).code, 0);
});

Deno.test("plan compares the working file with git, HEAD unless another revision is named", async () => {
  await using desk = await Desk.create({ "pipeline.yaml": shipped, "orders.ndjson": orders });
  const over = ["--input", `${desk.folder}/orders.ndjson`];
  const untracked = await desk.plan(...over);
  assertEquals(untracked.code, 2);
  assertStringIncludes(untracked.err(), "--against FILE");
  // Whoever has no git can still name a file.
  if (await runGit(["--version"]) === undefined) return;
  await desk.git("init", "-q");
  await desk.git("add", "pipeline.yaml");
  await desk.git("commit", "-q", "-m", "first");
  await desk.write("pipeline.yaml", changed);
  const working = await desk.plan(...over);
  assertEquals(working.code, 0, working.err());
  assertStringIncludes(working.out(), "pipeline.yaml at HEAD to");
  assertStringIncludes(working.out(), "1 of 2 orders would change");
  await desk.git("commit", "-q", "-a", "-m", "second");
  assertStringIncludes((await desk.plan(...over)).out(), "Nothing would change");
  const older = await desk.plan(...over, "--against", "git:HEAD~1");
  assertStringIncludes(older.out(), "1 of 2 orders would change");
  for (const revision of ["git:nowhere", "git:--help", "git:HEAD:x"]) {
    const unknown = await desk.plan(...over, "--against", revision);
    assertEquals([unknown.code, unknown.out()], [2, ""], revision);
  }
});

Deno.test("plan reads the sandbox's newest orders, and leaves nothing behind", async () => {
  await using desk = await Desk.create({ "pipeline.yaml": changed, "old.yaml": shipped });
  const shown = await desk.plan(
    "--sandbox",
    "--last",
    "30",
    "--against",
    `${desk.folder}/old.yaml`,
  );
  assertEquals(shown.code, 0, shown.err());
  assertStringIncludes(shown.out(), "of 30 orders would change");
  const left: string[] = [];
  for await (const { name } of Deno.readDir(desk.folder)) left.push(name);
  assertEquals(left.toSorted(), ["old.yaml", "pipeline.yaml"]);
});

Deno.test("plan refuses what does not go together, and files that are not there or not right", async () => {
  await using desk = await Desk.create({ "pipeline.yaml": changed, "bad.yaml": "version: 2\n" });
  const own = `${desk.folder}/pipeline.yaml`;
  for (
    const [args, words] of [
      [["--input", own, "--last", "3"], "--input goes with none of"],
      [["--last", "3", "--from", "1"], "--last goes with neither"],
      [["--from", "soon", "--against", own], "takes an order id or a day"],
      [["--input", "nowhere.ndjson"], 'Cannot find "nowhere.ndjson"'],
      [["--against", "nowhere.yaml", "--sandbox"], "nowhere.yaml"],
      [["--against", `${desk.folder}/bad.yaml`, "--sandbox"], "bad.yaml:1"],
    ] as const
  ) {
    const refused = await desk.plan(...args);
    assertEquals([refused.code, refused.out()], [2, ""], args.join(" "));
    assertStringIncludes(refused.err(), words);
  }
});
