import { assertEquals, assertRejects } from "../std/assert.ts";
import { Gathered } from "./gathered.ts";

Deno.test("Gathered reads once for all who ask in one turn, and answers each of them", async () => {
  const reads: (readonly number[])[] = [];
  const gathered = new Gathered((keys: readonly number[]) => {
    reads.push(keys);
    return Promise.resolve(keys.map((key) => `row ${key}`));
  });
  const asked = [3, 1, 3].map((key) => gathered.get(key));
  assertEquals(await Promise.all(asked), ["row 3", "row 1", "row 3"]);
  assertEquals(await gathered.get(2), "row 2");
  assertEquals(reads, [[3, 1, 3], [2]]);
});

Deno.test("Gathered rejects all of one turn with what failed, and none of the next", async () => {
  let fails = true;
  const gathered = new Gathered((keys: readonly number[]) =>
    fails ? Promise.reject(new Error("The database is gone")) : Promise.resolve(keys)
  );
  const asked = await Promise.allSettled([gathered.get(1), gathered.get(2)]);
  assertEquals(asked.map(({ status }) => status), ["rejected", "rejected"]);
  fails = false;
  assertEquals(await gathered.get(1), 1);
});

Deno.test("Gathered takes an answer that is too short for a fault", async () => {
  const gathered = new Gathered(() => Promise.resolve([]));
  await assertRejects(() => gathered.get(1), TypeError, "fewer rows");
});
