import { assertEquals, assertRejects } from "../std/assert.ts";
import { decideEach } from "./decide_each.ts";
import { pointerTo } from "./work.ts";
import type { Decided, Item } from "./work.ts";

const items = [1, 2, 3].map((orderId): Item => ({
  pointer: pointerTo(orderId, "live"),
  reading: { kind: "missing" },
  links: [],
}));

function done(item: Item): Decided {
  return { item, decision: { kind: "missing" }, applied: [] };
}

function idsOf(some: readonly Item[]): readonly number[] {
  return some.map(({ pointer }) => pointer.orderId);
}

/** Fails on every batch with order 2 in it. */
function failingOnTwo(error: Error): (some: readonly Item[]) => Promise<readonly Decided[]> {
  return (some) =>
    idsOf(some).includes(2) ? Promise.reject(error) : Promise.resolve(some.map(done));
}

Deno.test("decideEach() makes only the order dead on which a stage fails, and quotes no message", async () => {
  const said: string[] = [];
  const decided = await decideEach(items, {
    run: failingOnTwo(new RangeError("anna@example.com is out of range")),
    isFatal: () => false,
    onSplit: (reason) => said.push(reason),
  });
  assertEquals(idsOf(decided.map(({ item }) => item)), [1, 2, 3]);
  const decisions = decided.map(({ decision }) => decision);
  assertEquals(decisions, [
    { kind: "missing" },
    { kind: "dead", reason: "stage-failed", detail: "RangeError" },
    { kind: "missing" },
  ]);
  assertEquals(said, ["RangeError"]);
});

Deno.test("decideEach() runs the stages once over a batch with which nothing is wrong", async () => {
  const runs: (readonly number[])[] = [];
  await decideEach(items, {
    run: (some) => {
      runs.push(idsOf(some));
      return Promise.resolve(some.map(done));
    },
    isFatal: () => false,
  });
  assertEquals(runs, [[1, 2, 3]]);
});

Deno.test("decideEach() passes on a failure that is no order's, at once or from a single order", async () => {
  const down = new Error("down");
  await assertRejects(
    () => decideEach(items, { run: failingOnTwo(down), isFatal: (error) => error === down }),
    Error,
    "down",
  );
  let batches = 0;
  const run = (some: readonly Item[]): Promise<readonly Decided[]> =>
    some.length > 1 && batches++ === 0
      ? Promise.reject(new TypeError("odd"))
      : failingOnTwo(down)(some);
  await assertRejects(
    () => decideEach(items, { run, isFatal: (error) => error === down }),
    Error,
    "down",
  );
});
