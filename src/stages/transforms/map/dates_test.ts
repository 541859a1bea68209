import { assertEquals } from "../../../std/assert.ts";
import { isZone } from "./dates.ts";

Deno.test("isZone() knows zones by their name alone, the second time as well", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["Europe/Stockholm", true],
    ["UTC", true],
    // An offset is a zone to some runtimes. It knows no summer, so it is none here.
    ["+02:00", false],
    ["-0500", false],
    ["", false],
    ["Europe/Nowhere", false],
  ];
  for (const [name, known] of [...cases, ...cases]) assertEquals(isZone(name), known, name);
});

Deno.test("isZone() answers rightly for more names than it remembers", () => {
  for (let at = 0; at < 1100; at++) assertEquals(isZone(`Nowhere/N${at}`), false);
  assertEquals(isZone("Europe/Helsinki"), true);
  assertEquals(isZone("Europe/Helsinki"), true);
});
