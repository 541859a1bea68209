import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../std/assert.ts";
import { CommandError } from "../failure.ts";
import { init } from "../commands/init.ts";
import { readOptions } from "../options.ts";
import { fakeTerminal } from "../testing.ts";
import { readIfThere, writeFiles } from "./files.ts";
import { choosePipelineFile, type PipelineChoice } from "./pipeline_choice.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted();
}

Deno.test("writeFiles() writes whole files, makes their folder, and leaves nothing else behind", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "old and longer than the new one", { mode: 0o644 });
    await Deno.writeTextFile(`${folder}/a.new`, "left by somebody", { mode: 0o644 });
    const text = "ä".repeat(100_000);
    await writeFiles([
      { path: `${folder}/a`, text: "new", mode: 0o600 },
      { path: `${folder}/below/b`, text },
    ]);
    assertEquals(await Deno.readTextFile(`${folder}/a`), "new");
    assertEquals(await readIfThere(`${folder}/below/b`), text);
    assertEquals(await names(folder), ["a", "below"]);
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(`${folder}/a`)).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("writeFiles() changes nothing when one of the files cannot be written", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "old");
    await Deno.mkdir(`${folder}/b.new/full`, { recursive: true });
    await assertRejects(() =>
      writeFiles([{ path: `${folder}/a`, text: "new" }, { path: `${folder}/b`, text: "new" }])
    );
    assertEquals(await Deno.readTextFile(`${folder}/a`), "old");
    assertEquals(await names(folder), ["a", "b.new"]);
  }));

Deno.test("writeFiles() keeps a link and replaces what it points at", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/real`, "old");
    await Deno.symlink(`${folder}/real`, `${folder}/link`);
    await writeFiles([{ path: `${folder}/link`, text: "new" }]);
    assertEquals(await Deno.readTextFile(`${folder}/real`), "new");
    assert((await Deno.lstat(`${folder}/link`)).isSymlink);
  }));

Deno.test("readIfThere() gives nothing for a file that is not there", async () => {
  assertEquals(await readIfThere("no/such/file"), undefined);
});

/** `pipelines/orders_only.yaml` stands for a file that somebody edited: it is none that init wrote. */
const edited = ["--output", "pipelines/orders_only.yaml"];

function choose(args: readonly string[], ...answers: (number | string)[]): Promise<PipelineChoice> {
  const { terminal } = fakeTerminal();
  const refuse = (): Promise<never> => Promise.reject(new Error("Nobody should be asked this"));
  const asker = answers.length === 0 ? undefined : {
    text: () => Promise.resolve(String(answers.shift())),
    secret: refuse,
    yesNo: refuse,
    choice: () => Promise.resolve(Number(answers.shift())),
  };
  return choosePipelineFile(readOptions(args, init), { asker, terminal });
}

Deno.test("choosePipelineFile() replaces the shipped file, and writes one that is not there", async () => {
  const shipped = await choose([]);
  assertEquals([shipped.path, shipped.keep], ["pipeline.yaml", false]);
  const fresh = await choose(["--output", "./pipelines/outlet.yaml"]);
  assertEquals(fresh, { path: "pipelines/outlet.yaml", before: undefined, keep: false });
});

Deno.test("choosePipelineFile() refuses to overwrite an edited file unasked", async () => {
  const error = await assertRejects(() => choose(edited), CommandError, "has been edited");
  assertEquals(error.exitCode, 2);
  assertStringIncludes(error.hint ?? "", "--force");
  assertEquals((await choose([...edited, "--keep"])).keep, true);
  assertEquals((await choose([...edited, "--force"])).keep, false);
});

Deno.test("choosePipelineFile() lets a person keep, overwrite, or take another name", async () => {
  assertEquals((await choose(edited, 0)).keep, true);
  assertEquals((await choose(edited, 1)).keep, false);
  const other = await choose(edited, 2, "Not A Name", "outlet");
  assertEquals([other.path, other.keep], ["pipelines/outlet.yaml", false]);
});

for (
  const path of ["../pipeline.yaml", "src/x.yaml", "pipelines/a/b.yaml", "pipelines/x_test.yaml"]
) {
  Deno.test(`choosePipelineFile() does not write to ${path}`, async () => {
    await assertRejects(
      () => choose(["--output", path]),
      CommandError,
      "Cannot write the pipeline",
    );
  });
}
