import { assertEquals } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { replay } from "./replay.ts";

Deno.test("replay() makes dead orders due, by force only where looking is not enough", async () => {
  const clock = new ManualClock();
  await using all = await openMemoryStore(clock);
  const store = all.pipeline("till", "default");
  const letter = (orderId: number, reason: string): Parameters<typeof replay>[1][number] => ({
    orderId,
    reason,
    detail: "",
    at: 0,
    attempts: 3,
  });
  const letters = Array.from({ length: 150 }, (_, index) => letter(index + 10, "stage-failed"));
  await replay({ store, clock }, [
    { ...letter(1, "rejected-by-ometria"), site: 2 },
    letter(2, "not-stored"),
    letter(3, "refund-line-unclear"),
    ...letters,
  ]);
  const rows = await store.due(1_000);
  assertEquals(rows.length, 153);
  assertEquals(
    rows.slice(0, 4).map(({ orderId, site, force }) => [orderId, site, force]),
    [[1, 2, undefined], [2, undefined, true], [3, undefined, true], [10, undefined, undefined]],
  );
  const fresh = rows.every((row) =>
    row.origin === "replay" && row.attempts === 0 && row.dueAt === clock.now()
  );
  assertEquals(fresh, true);
});
