import { assertEquals, assertRejects } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import type { PipelineContext } from "./context.ts";
import { readMoment } from "./history_moment.ts";
import { RefusalError } from "./refusal.ts";
import { emptyPipeline, testContext } from "./testing.ts";

const never = new AbortController().signal;

async function inStockholm(use: (context: PipelineContext) => Promise<void>): Promise<void> {
  await using store = await openMemoryStore();
  const zone = (): Promise<string> => Promise.resolve("Europe/Stockholm");
  const pipeline = { ...emptyPipeline, transform: { ...emptyPipeline.transform, zone } };
  await use(testContext({ store: store.pipeline("test", "default"), pipeline }));
}

const times: readonly [text: string, instant: string][] = [
  ["2025-03-01", "2025-02-28T23:00:00Z"],
  ["2025-07-01", "2025-06-30T22:00:00Z"],
  ["2025-03-01T08:30", "2025-03-01T07:30:00Z"],
  ["2025-03-01 08:30:15", "2025-03-01T07:30:15Z"],
  // The day on which clocks go forward.
  ["2025-03-30T01:59", "2025-03-30T00:59:00Z"],
  ["2025-03-30T03:00", "2025-03-30T01:00:00Z"],
  ["2025-03-01T08:30Z", "2025-03-01T08:30:00Z"],
  ["2025-03-01T08:30:00+05:30", "2025-03-01T03:00:00Z"],
];

Deno.test("readMoment() takes order ids, and times in the map's zone or one of their own", async () => {
  await inStockholm(async (context) => {
    assertEquals(await readMoment(context, "50211", never), { kind: "order", orderId: 50211 });
    for (const [text, instant] of times) {
      const seconds = Date.parse(instant) / 1000;
      assertEquals(await readMoment(context, text, never), { kind: "time", seconds }, text);
    }
  });
});

const odd = ["2025-02-30", "2025-13-01", "01/03/2025", "2025-03-01T25:00", "yesterday", "-5", ""];

Deno.test("readMoment() refuses what is neither, and says what it takes", async () => {
  await inStockholm(async (context) => {
    for (const text of odd) {
      const error = await assertRejects(() => readMoment(context, text, never), RefusalError, text);
      assertEquals(error.remedy.includes("2025-03-01T08:00+01:00"), true);
    }
    await assertRejects(
      () => readMoment(context, "9007199254740993", never),
      RefusalError,
      "too large",
    );
    // A number is an order id, whatever it looks like.
    assertEquals(await readMoment(context, "2025", never), { kind: "order", orderId: 2025 });
  });
});
