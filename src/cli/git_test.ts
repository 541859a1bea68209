import { assertEquals, assertRejects } from "../std/assert.ts";
import { CommandError } from "./failure.ts";
import { isTracked, readAtRevision, runGit } from "./git.ts";

function gitWith(
  answer: string | undefined,
): { readonly asked: string[]; run(args: readonly string[]): Promise<string | undefined> } {
  const asked: string[] = [];
  return {
    asked,
    run: (args) => {
      asked.push(args.join(" "));
      return Promise.resolve(answer);
    },
  };
}

Deno.test("readAtRevision() asks git for the file as it lies beside the working one", async () => {
  const git = gitWith("version: 1\n");
  assertEquals(await readAtRevision("/shop/pipes/a.yaml", "v1.2~3", git.run), "version: 1\n");
  assertEquals(git.asked, ["-C /shop/pipes show v1.2~3:./a.yaml"]);
});

Deno.test("readAtRevision() says what git does not have, and hands it nothing but a revision", async () => {
  const git = gitWith(undefined);
  await assertRejects(() => readAtRevision("/a.yaml", "HEAD", git.run), CommandError, "at HEAD");
  for (const odd of ["--output=x", "HEAD:secret", "a b", "", "HEAD;ls"]) {
    await assertRejects(() => readAtRevision("/a.yaml", odd, git.run), CommandError, "no revision");
  }
  assertEquals(git.asked.length, 1);
});

Deno.test("isTracked() is false where git fails, or is not there", async () => {
  assertEquals(await isTracked("/shop/a.yaml", gitWith("a.yaml\n").run), true);
  assertEquals(await isTracked("/shop/a.yaml", gitWith(undefined).run), false);
  assertEquals(await runGit(["no-such-command-of-git"]), undefined);
});
