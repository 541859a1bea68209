import { assertEquals, assertRejects, assertStringIncludes } from "../std/assert.ts";
import { expandGlob } from "./glob.ts";
import { CommandError } from "./failure.ts";
import { checkPipelines, readPipelineFiles } from "./pipelines.ts";
import { fakeHost } from "./testing.ts";
import { readUserFile } from "./user_file.ts";

async function withFiles(
  names: readonly string[],
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of names) {
      await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, name);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("expandGlob() finds files by pattern, sorted, and leaves a plain name as it is", async () => {
  await withFiles(
    ["b.yaml", "a.yaml", "c.yml", "deep/d.yaml", "deep/er/e.yaml"],
    async (folder) => {
      const found = async (pattern: string): Promise<string[]> =>
        (await expandGlob(`${folder}/${pattern}`)).map((path) => path.slice(folder.length + 1));
      assertEquals(await found("*.yaml"), ["a.yaml", "b.yaml"]);
      assertEquals(await found("deep/*.yaml"), ["deep/d.yaml"]);
      assertEquals(await found("**/*.yaml"), ["a.yaml", "b.yaml", "deep/d.yaml", "deep/er/e.yaml"]);
      assertEquals(await found("{a,c}.y*ml"), ["a.yaml", "c.yml"]);
      assertEquals(await found("none/*.yaml"), []);
      assertEquals(await expandGlob("no such.yaml"), ["no such.yaml"]);
    },
  );
});

Deno.test("expandGlob() finds files below where it is called", async () => {
  assertEquals(await expandGlob("./pipeline.*aml"), ["pipeline.yaml"]);
  assertEquals(await expandGlob("src/cli/glob*.ts"), ["src/cli/glob.ts"]);
});

Deno.test("readPipelineFiles() leaves a pipeline's tests out of a glob, and nothing out by name", async () => {
  await withFiles(["orders.yaml", "orders_test.yaml"], async (folder) => {
    const host = { readFile: (path: string) => readUserFile(path, undefined) };
    const names = async (pattern: string): Promise<string[]> =>
      (await readPipelineFiles([`${folder}/${pattern}`], host)).map(({ text }) => text);
    assertEquals(await names("*.yaml"), ["orders.yaml"]);
    assertEquals(await names("orders_test.yaml"), ["orders_test.yaml"]);
    assertEquals(
      (await readPipelineFiles([`${folder}/orders.yaml`, `${folder}/o*.yaml`], host)).length,
      1,
    );
  });
});

Deno.test("readPipelineFiles() takes pipeline.yaml when nothing is named", async () => {
  const { host } = fakeHost({ files: { "pipeline.yaml": "x" } });
  assertEquals(await readPipelineFiles([], host), [
    { file: "pipeline.yaml", path: "/pipeline.yaml", text: "x" },
  ]);
});

Deno.test("readPipelineFiles() says which file is missing", async () => {
  const { host } = fakeHost();
  for (const name of ["other.yaml", "nothing-like-this-*.yaml"]) {
    const error = await assertRejects(() => readPipelineFiles([name], host), CommandError, name);
    assertEquals(error.exitCode, 2);
  }
});

Deno.test("readUserFile() also looks where the user called from", async () => {
  await withFiles(["mine.yaml"], async (folder) => {
    const path = `${folder}/mine.yaml`;
    assertEquals(await readUserFile("mine.yaml", folder), { path, text: "mine.yaml" });
    assertEquals(await readUserFile("mine.yaml", undefined), undefined);
    assertEquals(await readUserFile(path, "/nowhere"), { path, text: "mine.yaml" });
  });
});

Deno.test("checkPipelines() refuses two pipelines of one name", async () => {
  const text = await Deno.readTextFile(new URL("../../pipeline.yaml", import.meta.url));
  const values: Record<string, string> = {
    SITOO_ACCOUNT_URL: "https://api140.mysitoo.com/v2/accounts/4711",
    OMETRIA_API_URL: "https://api.ometria.com/v2",
    ALERT_URL: "",
  };
  const loaded = checkPipelines(
    ["a.yaml", "b.yaml"].map((file) => ({ file, path: `/${file}`, text })),
    { env: (name) => values[name] ?? "value", allowInsecureHosts: false },
    fakeHost().host,
  );
  const twice = loaded.diagnostics.filter(({ message }) => message.includes("taken"));
  assertEquals(twice.map(({ file }) => file), ["b.yaml"]);
  assertStringIncludes(twice[0]?.message ?? "", '"sitoo-to-ometria" is taken by a.yaml');
});
