/**
 * What every store must do, on a real server that speaks KV Connect: `deno task test:kv-connect`, with its URL in
 * `DENO_KV_TEST_URL` and its token in `DENO_KV_ACCESS_TOKEN`. Everything in that database is removed.
 *
 * @module
 */
import { testConformance } from "../../src/store/conformance.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { assertEquals } from "../../src/std/assert.ts";
import { systemClock } from "../../src/time/clock.ts";
import type { Clock } from "../../src/time/clock.ts";

/** Rows that one commit removes. */
const rowsPerCommit = 500;
const url = Deno.env.get("DENO_KV_TEST_URL") ?? "";

Deno.test("DENO_KV_TEST_URL names a KV Connect server", () => {
  assertEquals(
    /^https?:\/\//.test(url),
    true,
    "Set DENO_KV_TEST_URL to the server's URL and DENO_KV_ACCESS_TOKEN to its token; its database is emptied",
  );
});

if (url !== "") {
  testConformance("KV Connect", openEmpty);

  Deno.test("two processes' connections to one KV Connect server lose no event and share one lane", async () => {
    await using first = await openEmpty(systemClock);
    await using second = await open(systemClock);
    const stores = [first, second].map((store) => store.pipeline("shop", "default"));
    const now = systemClock.now();
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        stores[index % 2]?.arrive({
          pointers: [
            { orderId: index + 1, origin: "live", dueAt: now, receivedAt: now, attempts: 0 },
          ],
          receipts: [],
          quarantine: [],
        })),
    );
    const rows = await stores[0]?.due(500) ?? [];
    assertEquals(new Set(rows.map(({ orderId }) => orderId)).size, 200);
    const holds = await Promise.all(
      stores.map((store, index) => store.acquireLane(`p${index}`, "f")),
    );
    assertEquals(holds.filter((hold) => hold !== undefined).length, 1);
  });
}

async function openEmpty(clock: Clock): Promise<Store> {
  const kv = await Deno.openKv(url);
  try {
    for (;;) {
      const commit = kv.atomic();
      let rows = 0;
      for await (const { key } of kv.list({ prefix: [] }, { limit: rowsPerCommit })) {
        commit.delete(key);
        rows++;
      }
      if (rows === 0) break;
      await commit.commit();
    }
  } finally {
    kv.close();
  }
  return await open(clock);
}

function open(clock: Clock): Promise<Store> {
  return openStore(url, { clock, random: Math.random });
}
