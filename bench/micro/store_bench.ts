import { deliveredRow } from "../../src/engine/testing.ts";
import { openStore } from "../../src/store/open.ts";
import type { BatchCommit } from "../../src/store/store.ts";
import { systemClock } from "../../src/time/clock.ts";

const folder = await Deno.makeTempDir();
const store = await openStore(`${folder}/store.sqlite3`, {
  clock: systemClock,
  random: Math.random,
});
const pipeline = store.pipeline("bench", "default");
const hold = await pipeline.acquireLane("bench", "bench");
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

let id = 0;

function batch(): BatchCommit {
  return {
    before: new Map(),
    ledger: Array.from({ length: 100 }, () => deliveredRow(id++)),
    dead: [],
    links: [],
    pointers: [],
    done: [],
    receipts: [],
    missedWindow: 0,
  };
}

Deno.bench("commit the outcomes of 100 orders", async () => {
  if (hold !== undefined) await pipeline.commit(hold, batch());
});
Deno.bench("read 100 ledger rows", async () => {
  await pipeline.ledger(Array.from({ length: 100 }, (_, index) => index));
});
Deno.bench("take one event", async () => {
  await pipeline.arrive(arrival());
});
Deno.bench("take 32 events at a time", async () => {
  await Promise.all(Array.from({ length: 32 }, () => pipeline.arrive(arrival())));
});

function arrival(): Parameters<typeof pipeline.arrive>[0] {
  const now = Date.now();
  const pointer = {
    orderId: id++,
    origin: "live",
    dueAt: now,
    receivedAt: now,
    attempts: 0,
  } as const;
  return { pointers: [pointer], receipts: [], quarantine: [] };
}
