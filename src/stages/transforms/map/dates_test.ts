import { assertEquals } from "../../../std/assert.ts";
import { dateProblem, isZone } from "./dates.ts";

Deno.test("dateProblem() refuses what is no date, or none of a till that works", () => {
  const now = Date.UTC(2025, 8, 6);
  const first = Date.UTC(2000, 0, 1) / 1000;
  const last = now / 1000 + 48 * 3600;
  for (const date of [NaN, -Infinity, Infinity, 0, first - 1, last + 1]) {
    assertEquals(typeof dateProblem(date, now), "string", String(date));
  }
  for (const date of [first, last]) assertEquals(dateProblem(date, now), undefined);
});

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
