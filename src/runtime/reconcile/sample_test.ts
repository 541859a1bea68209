import fc from "fast-check";
import { assertEquals } from "../../std/assert.ts";
import { Sample } from "./sample.ts";

Deno.test("Sample: every one of the stream is chosen or given back, just once", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(20), fc.infiniteStream(fc.nat(999)), (length, size, dice) => {
      const sample = new Sample<number>(size, () => (dice.next().value ?? 0) / 1000);
      const out: number[] = [];
      for (let item = 0; item < length; item++) {
        const passedBy = sample.take(item);
        if (passedBy !== undefined) out.push(passedBy);
      }
      assertEquals(sample.chosen.length, Math.min(size, length));
      const all = [...sample.chosen, ...out].toSorted((a, b) => a - b);
      assertEquals(all, Array.from({ length }, (_, item) => item));
    }),
  );
});

Deno.test("Sample: all are chosen, or none", () => {
  const all = new Sample<number>("all", () => 0);
  const none = new Sample<number>(undefined, () => 0);
  for (let item = 0; item < 5; item++) {
    assertEquals([all.take(item), none.take(item)], [undefined, item]);
  }
  assertEquals([all.chosen.length, none.chosen.length], [5, 0]);
});
