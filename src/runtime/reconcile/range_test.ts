import { assertEquals, assertThrows } from "../../std/assert.ts";
import { RefusalError } from "../refusal.ts";
import { dayAfter, dayRange } from "./range.ts";

const today = "2025-03-31";

function days(from?: string, to?: string): readonly string[] {
  const range = dayRange({ from, to }, today, "Europe/Stockholm");
  return [range.from, range.to];
}

Deno.test("dayRange() is yesterday unless other days are asked for", () => {
  assertEquals(days(), ["2025-03-30", "2025-03-30"]);
  assertEquals(days("2025-03-01"), ["2025-03-01", "2025-03-30"]);
  assertEquals(days("2025-03-31"), ["2025-03-31", "2025-03-31"]);
  assertEquals(days(undefined, "2025-03-05"), ["2025-03-05", "2025-03-05"]);
  assertEquals(days("2025-02-01", "2025-02-28"), ["2025-02-01", "2025-02-28"]);
});

Deno.test("dayRange() begins and ends at the zone's midnights, also on the day the clocks change", () => {
  const { dateFrom, dateTo } = dayRange({}, today, "Europe/Stockholm");
  assertEquals(new Date(dateFrom * 1000).toISOString(), "2025-03-29T23:00:00.000Z");
  assertEquals(new Date(dateTo * 1000).toISOString(), "2025-03-30T22:00:00.000Z");
});

Deno.test("dayRange() without a zone holds the day of every zone of the world", () => {
  const { dateFrom, dateTo } = dayRange({}, today);
  for (const zone of ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"]) {
    const exact = dayRange({}, today, zone);
    assertEquals(dateFrom <= exact.dateFrom && dateTo >= exact.dateTo, true, zone);
  }
});

Deno.test("dayRange() refuses what is no day, and a range that ends before it begins", () => {
  for (const text of ["2025-02-30", "yesterday", "2025-3-1", "2025-03-01T00:00:00Z"]) {
    assertThrows(() => days(text), RefusalError, `Cannot read "${text}" as a day`);
    assertThrows(() => days(undefined, text), RefusalError, `Cannot read "${text}" as a day`);
  }
  assertThrows(() => days("2025-03-02", "2025-03-01"), RefusalError, "ends before it begins");
});

Deno.test("dayAfter() counts calendar days", () => {
  assertEquals(dayAfter("2024-02-28", 1), "2024-02-29");
  assertEquals(dayAfter("2025-01-01", -1), "2024-12-31");
});
