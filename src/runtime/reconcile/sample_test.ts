import fc from "fast-check";
import { assert, assertEquals } from "../../std/assert.ts";
import { Sample } from "./sample.ts";

function sampled(length: number, size: number | "all" | undefined, random: () => number): number[] {
  const sample = new Sample<number>(size, random);
  for (let item = 0; item < length; item++) sample.take(item);
  return sample.chosen.toSorted((a, b) => a - b);
}

Deno.test("Sample: as many as asked for are chosen, none of them twice", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(20), fc.infiniteStream(fc.nat(999)), (length, size, dice) => {
      const chosen = sampled(length, size, () => (dice.next().value ?? 0) / 1000);
      assertEquals(chosen.length, Math.min(size, length));
      assertEquals(new Set(chosen).size, chosen.length);
      assert(chosen.every((item) => item < length));
    }),
  );
});

Deno.test("Sample: whether one is chosen is left to chance, also for the last one", () => {
  assertEquals(sampled(10, 1, () => 0), [9]);
  assertEquals(sampled(10, 1, () => 0.99), [0]);
});

Deno.test("Sample: all are chosen, or none", () => {
  assertEquals(sampled(5, "all", () => 0), [0, 1, 2, 3, 4]);
  assertEquals(sampled(5, undefined, () => 0), []);
});
