import { assertEquals } from "../std/assert.ts";
import { productsText } from "./products_text.ts";

Deno.test("productsText() says nothing where no line was looked up", () => {
  assertEquals(productsText(null), []);
  assertEquals(productsText({ day: "2026-01-15", matched: 0, missed: 0, unmatched: [] }), []);
});

Deno.test("productsText() says 100 % only when every line matched", () => {
  const day = "2026-01-15";
  assertEquals(productsText({ day, matched: 3, missed: 0, unmatched: [] }), [
    "Products: 100.0 % of 3 lines of 2026-01-15 are in Ometria's catalogue",
  ]);
  assertEquals(productsText({ day, matched: 99_999, missed: 1, unmatched: ["A"] }), [
    "Products: 99.9 % of 100,000 lines of 2026-01-15 are in Ometria's catalogue",
    "Not there: A",
  ]);
});
