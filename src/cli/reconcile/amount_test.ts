import { assertEquals } from "../../std/assert.ts";
import { amount, isZero } from "./amount.ts";

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
