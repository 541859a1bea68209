import { assertEquals } from "../std/assert.ts";
import { amount, count, isZero, moment, part, span } from "./figures.ts";

const spans: [number, string][] = [
  [0, "0 s"],
  [0.4, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [3_601, "1 h"],
  [11_520, "3 h 12 min"],
  [90_000, "1 d 1 h"],
  [-5, "0 s"],
];
for (const [seconds, text] of spans) {
  Deno.test(`span() writes ${seconds} seconds as ${text}`, () => assertEquals(span(seconds), text));
}

Deno.test("count() separates thousands", () => assertEquals(count(1234567), "1,234,567"));

Deno.test("moment() is in UTC to the second", () => {
  assertEquals(moment(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), "2026-01-02 03:04:05 UTC");
});

Deno.test("part() stays between nothing and all", () => {
  assertEquals([part(1, 4), part(9, 4), part(-1, 4), part(0, 0)], [0.25, 1, 0, 1]);
});

Deno.test("amount() groups the digits before the point, and no others", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["0.00", "0.00"],
    ["999.50", "999.50"],
    ["-1000.00", "-1,000.00"],
    ["-100.00", "-100.00"],
    ["4791358.7500", "4,791,358.7500"],
    ["1234567", "1,234,567"],
  ];
  for (const [decimal, text] of cases) assertEquals(amount(decimal), text);
});

Deno.test("isZero() looks at the digits alone", () => {
  assertEquals(["0", "0.00", "-0.000", "0.01", "10"].map(isZero), [true, true, true, false, false]);
});
