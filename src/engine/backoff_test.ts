import fc from "fast-check";
import { assert, assertEquals } from "../std/assert.ts";
import { backoff } from "./backoff.ts";

Deno.test("backoff() doubles, and stops growing at its longest wait", () => {
  const waits = [1, 2, 3, 4, 50].map((failures) =>
    backoff(failures, { first: 1_000, longest: 6_000, random: () => 1 })
  );
  assertEquals(waits, [1_000, 2_000, 4_000, 6_000, 6_000]);
});

Deno.test("backoff() never undercuts what the server asked for", () => {
  assertEquals(
    backoff(1, { first: 1_000, longest: 6_000, random: () => 0, atLeast: 9_000 }),
    9_000,
  );
});

Deno.test("backoff() keeps its jitter within the upper half of the wait", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 100 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (failures, chance) => {
      const most = backoff(failures, { first: 100, longest: 60_000, random: () => 1 });
      const wait = backoff(failures, { first: 100, longest: 60_000, random: () => chance });
      assert(wait >= Math.floor(most / 2) && wait <= most);
    },
  ));
});
