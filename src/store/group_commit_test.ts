import fc from "fast-check";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { COMMIT_LIMITS } from "./draft.ts";
import { GroupCommit, type GroupEntry } from "./group_commit.ts";

interface Named extends GroupEntry {
  readonly name: string;
}

function entry(name: string, mutations = 1): Named {
  return { name, cost: { checks: 0, mutations, bytes: 0, keyBytes: 0 } };
}

Deno.test("GroupCommit gathers what comes while a commit runs, in order", async () => {
  const commits: string[][] = [];
  const running = Promise.withResolvers<void>();
  const group = new GroupCommit<Named>(async (entries) => {
    commits.push(entries.map(({ name }) => name));
    if (commits.length === 1) await running.promise;
  });
  const first = group.add(entry("a"));
  await Promise.resolve();
  const others = ["b", "c", "d"].map((name) => group.add(entry(name)));
  running.resolve();
  await Promise.all([first, ...others]);
  assertEquals(commits, [["a"], ["b", "c", "d"]]);
});

Deno.test("GroupCommit tells a failure to those of that commit only", async () => {
  const half = COMMIT_LIMITS.mutations / 2;
  const group = new GroupCommit<Named>((entries) =>
    entries.some(({ name }) => name === "bad")
      ? Promise.reject(new Error("The disk is full"))
      : Promise.resolve()
  );
  const bad = [group.add(entry("bad", half)), group.add(entry("beside", half))];
  const good = group.add(entry("good", half));
  for (const failed of bad) await assertRejects(() => failed, Error, "full");
  await good;
});

Deno.test("GroupCommit commits each entry once, in order, and never too much at once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 1_200 }), { minLength: 1, maxLength: 30 }),
      async (sizes) => {
        const committed: string[] = [];
        const group = new GroupCommit<Named>((entries) => {
          const sum = entries.reduce((total, { cost }) => total + cost.mutations, 0);
          assert(entries.length === 1 || sum <= COMMIT_LIMITS.mutations, `${sum} at once`);
          committed.push(...entries.map(({ name }) => name));
          return Promise.resolve();
        });
        await Promise.all(sizes.map((size, index) => group.add(entry(String(index), size))));
        assertEquals(committed, sizes.map((_, index) => String(index)));
      },
    ),
  );
});

Deno.test("GroupCommit is idle when everything is written, failed or not", async () => {
  let commits = 0;
  const group = new GroupCommit<Named>(() => {
    commits++;
    return Promise.reject(new Error("The disk is full"));
  });
  const failed = group.add(entry("a")).catch(() => {});
  await group.idle();
  assertEquals(commits, 1);
  await failed;
});
