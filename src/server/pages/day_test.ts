import fc from "fast-check";
import { assert, assertEquals } from "../../std/assert.ts";
import { dayOf, roundUp, roundUpTime } from "./day.ts";

const slot = 300_000;
const minute = 60_000;
const noon = Date.UTC(2026, 0, 15, 12);

Deno.test("dayOf() covers the last 24 hours without gaps", () => {
  const points = dayOf([], { now: noon + 2 * minute, lag: 0 });
  assertEquals([points.length, points[0]?.at, points.at(-1)?.at], [
    288,
    noon - 86_400_000 + slot,
    noon,
  ]);
  assert(points.every(({ perMinute, lag }) => perMinute === 0 && lag === 0));
});

Deno.test("dayOf() gives orders a minute, of the five minutes under way by the time gone", () => {
  const rows = [
    { at: noon - slot, accepted: 50, dead: 0, lag: 0 },
    { at: noon, accepted: 12, dead: 0, lag: 0 },
  ];
  const points = dayOf(rows, { now: noon + 2 * minute, lag: 0 });
  assertEquals(points.slice(-2).map(({ perMinute }) => perMinute), [10, 6]);
});

Deno.test("dayOf() lets the lag rise through an outage, until it is over", () => {
  const rows = [{ at: noon, accepted: 9, dead: 0, lag: 4 * slot }];
  const lags = dayOf(rows, { now: noon + 2 * slot, lag: 0 }).map(({ lag }) => lag / slot);
  assertEquals(lags.slice(-7), [0, 1, 2, 3, 4, 0, 0]);
});

Deno.test("dayOf() lets the lag rise up to now while an outage lasts", () => {
  const lags = dayOf([], { now: noon + slot, lag: 3 * slot }).map(({ lag }) => lag / slot);
  assertEquals(lags.slice(-5), [0, 1, 2, 3, 3]);
});

Deno.test("dayOf() shows no lag that is shorter than the one that was noted", () => {
  const row = fc.record({
    at: fc.integer({ min: -290, max: 0 }).map((n) => noon + n * slot),
    accepted: fc.nat(1000),
    dead: fc.nat(9),
    lag: fc.nat(86_400_000),
  });
  const rows = fc.uniqueArray(row, { selector: ({ at }) => at });
  fc.assert(fc.property(rows, fc.nat(86_400_000), (known, lag) => {
    const points = dayOf(known, { now: noon + slot - 1, lag });
    assertEquals(points.length, 288);
    for (const { at, lag: shown } of points) {
      assert(shown >= (known.find((one) => one.at === at)?.lag ?? 0));
    }
    assert((points.at(-1)?.lag ?? 0) >= lag);
  }));
});

const rounded: [number, number][] = [[0, 1], [0.3, 0.5], [1, 1], [3, 5], [7, 10], [120, 200]];
for (const [value, end] of rounded) {
  Deno.test(`roundUp() ends a scale for ${value} at ${end}`, () => {
    assert(Math.abs(roundUp(value) - end) < 1e-9);
  });
}

Deno.test("roundUpTime() ends a scale at whole minutes, hours or days", () => {
  assertEquals([0, 90_000, 3_600_001, 200_000_000].map((ms) => roundUpTime(ms) / minute), [
    1,
    2,
    120,
    4320,
  ]);
});
