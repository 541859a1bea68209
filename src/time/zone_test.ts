import { assertEquals, assertThrows } from "../std/assert.ts";
import { localDay, localTime, startOfDay } from "./zone.ts";

Deno.test("localDay() follows the zone, not UTC", () => {
  const lateEvening = Date.parse("2025-09-06T22:30:00Z");
  assertEquals(localDay(lateEvening, "Europe/Stockholm"), "2025-09-07");
  assertEquals(localDay(lateEvening, "America/New_York"), "2025-09-06");
  assertEquals(localTime(lateEvening, "Europe/Stockholm"), "00:30");
});

Deno.test("startOfDay() gives local midnight on either side of a clock change", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["2024-01-01", "UTC", "2024-01-01T00:00:00Z"],
    ["2024-01-01", "Europe/Stockholm", "2023-12-31T23:00:00Z"],
    ["2024-07-01", "Europe/Stockholm", "2024-06-30T22:00:00Z"],
    ["2024-03-31", "Europe/Stockholm", "2024-03-30T23:00:00Z"],
    ["2024-04-01", "Europe/Stockholm", "2024-03-31T22:00:00Z"],
    ["2024-10-27", "Europe/Stockholm", "2024-10-26T22:00:00Z"],
    ["2024-10-28", "Europe/Stockholm", "2024-10-27T23:00:00Z"],
    ["2024-03-10", "America/New_York", "2024-03-10T05:00:00Z"],
    ["2024-01-01", "Pacific/Kiritimati", "2023-12-31T10:00:00Z"],
  ];
  for (const [day, zone, expected] of cases) {
    assertEquals(startOfDay(day, zone), Date.parse(expected), `${day} ${zone}`);
  }
});

Deno.test("startOfDay() gives the first instant of a day whose midnight does not exist", () => {
  // Clocks in Beirut went from 00:00 to 01:00 on that day.
  const start = startOfDay("2022-03-27", "Asia/Beirut");
  assertEquals(localDay(start, "Asia/Beirut"), "2022-03-27");
  assertEquals(localDay(start - 1, "Asia/Beirut"), "2022-03-26");
});

Deno.test("startOfDay() refuses what is no day", () => {
  assertThrows(() => startOfDay("soon", "UTC"), RangeError, "soon");
});
