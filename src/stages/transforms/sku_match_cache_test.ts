import { assert, assertEquals } from "../../std/assert.ts";
import { MemoryCache } from "../testing.ts";
import { CatalogueCache, sizeOf } from "./sku_match_cache.ts";
import type { CatalogueEntry } from "./sku_match_index.ts";

function entryOf(bytes: number): CatalogueEntry {
  const entry: CatalogueEntry = ["A".repeat(bytes - sizeOf(["", "P"])), "P"];
  assertEquals(JSON.stringify([entry]).length, bytes + 1);
  assertEquals(sizeOf(entry), bytes);
  return entry;
}

Deno.test("a catalogue is kept in as few pieces as the cache takes", async () => {
  const cases: readonly (readonly [bytes: readonly number[], chunks: number])[] = [
    [[], 0],
    [[100], 1],
    [[25_000, 25_000], 1],
    [[25_000, 25_001], 2],
    [[20_000, 20_000, 20_000, 30_000], 2],
    [[20_000, 20_000, 20_000, 30_001], 3],
    [[55_000, 100], 2],
  ];
  for (const [bytes, chunks] of cases) {
    const cache = new CatalogueCache(new MemoryCache(() => 0));
    const state = { generation: "one", chunks: 0, offset: 0, at: 0 };
    const after = await cache.append(state, bytes.map(entryOf));
    assertEquals(after.chunks, chunks, bytes.join(" "));
    await cache.point("current", after);
    const kept = await cache.load("current");
    assert(kept !== undefined);
    assertEquals(kept.entries.map(sizeOf), bytes);
    await cache.drop("current");
    assertEquals(await cache.load("current"), undefined);
  }
});

Deno.test("pieces outlive what points at them, and what is dropped is gone at once", async () => {
  const ages: [key: string, ms: number][] = [];
  const cache = new CatalogueCache({
    get: () => Promise.resolve(undefined),
    set: (key, _value, ms) => {
      ages.push([key, ms]);
      return Promise.resolve();
    },
  });
  const state = { generation: "one", chunks: 0, at: 0 };
  await cache.append(state, [["A", "P"]]);
  await cache.point("current", state);
  await cache.drop("building");
  const day = 86_400_000;
  assertEquals(ages.map(([, ms]) => ms), [8 * day, 7 * day, 1]);
});
