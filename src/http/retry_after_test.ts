import { assertEquals } from "../std/assert.ts";
import { parseRetryAfter } from "./retry_after.ts";

const now = Date.UTC(2026, 0, 15, 12);

const cases: readonly [header: string | null, wait: number | undefined][] = [
  [null, undefined],
  ["", undefined],
  ["soon", undefined],
  ["0", 0],
  ["7", 7_000],
  [" 7 ", 7_000],
  ["0.5", 500],
  ["-3", 0],
  ["999999999", 3_600_000],
  ["Thu, 15 Jan 2026 12:00:30 GMT", 30_000],
  ["Thu, 15 Jan 2026 11:00:00 GMT", 0],
  ["Fri, 16 Jan 2026 12:00:00 GMT", 3_600_000],
];

for (const [header, wait] of cases) {
  Deno.test(`parseRetryAfter() reads ${JSON.stringify(header)} as ${wait} ms`, () => {
    assertEquals(parseRetryAfter(header, now), wait);
  });
}
