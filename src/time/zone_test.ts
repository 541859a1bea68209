import fc from "fast-check";
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

Deno.test("localDay() is the day that Intl tells, in every zone and also around changes of clocks", () => {
  const zones = Intl.supportedValuesOf("timeZone");
  const instants = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2105, 0, 1) });
  const minutes = fc.integer({ min: -3, max: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, minutes, (timeZone, at, offset) => {
      const format = new Intl.DateTimeFormat("en-CA", { timeZone });
      // Also right around local midnight, where a wrong offset would show.
      const midnight = startOfDay(format.format(at), timeZone);
      for (const time of [at, midnight, midnight - 1, midnight + offset * 3_600_000]) {
        assertEquals(localDay(time, timeZone), format.format(time), `${timeZone} ${time}`);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("localDay() is right on every day on which the clocks change", () => {
  for (
    const zone of ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]
  ) {
    const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
    for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2026, 0, 1); at += 3_600_000) {
      assertEquals(localDay(at, zone), format.format(at), `${zone} ${at}`);
    }
  }
});
