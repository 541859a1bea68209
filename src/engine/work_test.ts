import { assertEquals } from "../std/assert.ts";
import { link } from "./testing.ts";
import { linksInUse, pointerTo } from "./work.ts";

Deno.test("linksInUse() leaves out refunds that give nothing back any more", () => {
  const [kept, cancelled] = [link(1, 2), link(1, 3, { lines: [] })];
  assertEquals(linksInUse([kept, cancelled]), [kept]);
  assertEquals(linksInUse(undefined), []);
});

Deno.test("pointerTo() forces nothing, and takes no row of the inbox with it", () => {
  const { force, rows, attempts } = pointerTo(1, "live");
  assertEquals([force, rows, attempts], [false, [], 0]);
});
