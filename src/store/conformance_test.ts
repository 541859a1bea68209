import { join } from "../std/path.ts";
import type { Clock } from "../time/clock.ts";
import { testConformance } from "./conformance.ts";
import { KvStore } from "./kv_store.ts";
import { MemoryKv } from "./memory_kv.ts";
import { openStore } from "./open.ts";
import type { Store } from "./store.ts";

function half(): number {
  return 0.5;
}

testConformance("file", openFile);
testConformance("memory", (clock) => openStore(":memory:", { clock, random: half }));
testConformance("twin in memory", (clock) => {
  return new KvStore(new MemoryKv(), { clock, random: half }).open();
});

/** A store on a file in a folder that goes with it. */
async function openFile(clock: Clock): Promise<Store> {
  const folder = await Deno.makeTempDir();
  const store = await openStore(join(folder, "store.sqlite3"), { clock, random: half });
  return {
    pipeline: store.pipeline.bind(store),
    secret: store.secret.bind(store),
    forget: store.forget.bind(store),
    forgotten: store.forgotten.bind(store),
    slot: store.slot.bind(store),
    sharers: store.sharers.bind(store),
    ping: store.ping.bind(store),
    refusal: store.refusal.bind(store),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
