/** However much has piled up, a page reads a page. */
import { assert, assertEquals } from "../../std/assert.ts";
import { KvStore } from "../../store/kv_store.ts";
import { MemoryKv } from "../../store/memory_kv.ts";
import type { OutboxRow } from "../../store/rows.ts";
import type { PipelineStore } from "../../store/store.ts";
import type { KvPort } from "../../store/transact.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import { fakePipeline, testApp } from "../testing.ts";

const LETTERS = 3_000;
const RECEIPTS = 1_000;
/** Rows that a page of 50 may read: the page, one more, what they name, and a day of figures. */
const ENOUGH = 200;
const base = "/pipelines/till";

interface Counted {
  readonly port: KvPort;
  rows: number;
}

/** Counts every row that is read. */
function counting(kv: KvPort): Counted {
  const counted: Counted = {
    rows: 0,
    port: {
      get: (key) => {
        counted.rows++;
        return kv.get(key);
      },
      getMany: (keys) => {
        counted.rows += keys.length;
        return kv.getMany(keys);
      },
      async *list(selector, options): AsyncGenerator<Deno.KvEntry<unknown>> {
        for await (const row of kv.list(selector, options)) {
          counted.rows++;
          yield row;
        }
      },
      atomic: () => kv.atomic(),
      close: () => kv.close(),
    },
  };
  return counted;
}

async function fill(store: PipelineStore): Promise<void> {
  const hold = await store.acquireLane("holder", "f");
  assert(hold !== undefined);
  for (let from = 1; from <= LETTERS; from += 100) {
    const ids = Array.from({ length: 100 }, (_, n) => from + n);
    const reason = (id: number): string => id % 1_000 === 1 ? "rare" : "bad-date";
    await store.commit(hold, {
      before: new Map(),
      ledger: ids.map((orderId) => ({
        orderId,
        outcome: "dead",
        rule: reason(orderId),
        at: 1,
        steps: [],
      })),
      dead: ids.map((orderId) => ({
        orderId,
        reason: reason(orderId),
        detail: "",
        at: 1,
        attempts: 1,
      })),
      links: [],
      pointers: [],
      done: [],
      receipts: [],
      missedWindow: 0,
    });
  }
  for (let from = 0; from < RECEIPTS; from += 100) {
    const receipts = Array.from({ length: 100 }, (_, n): OutboxRow => ({
      id: `event-${from + n}`,
      orderId: from + n,
      state: "asked",
      askedAt: from + n,
      dueAt: Number.MAX_SAFE_INTEGER,
      attempts: 0,
      at: 1,
    }));
    await store.arrive({ pointers: [], receipts, quarantine: [] });
  }
}

Deno.test("no page reads more the more has piled up", async () => {
  const clock = new ManualClock();
  const counted = counting(new MemoryKv());
  await using all = await new KvStore(counted.port, { clock, random: () => 0.5, alone: true })
    .open();
  const store = all.pipeline("till", "default");
  await fill(store);
  const { app } = testApp({ pipelines: [fakePipeline({ store, context: { clock } })], clock });
  for (
    const path of [
      "/",
      base,
      `${base}/dead`,
      `${base}/dead?before=1500`,
      `${base}/dead?reason=rare`,
      `${base}/dead?reason=bad-date&before=1500`,
      `${base}/dead/7`,
      `${base}/dead/confirm?action=replay&all=yes`,
      `${base}/receipts`,
      `${base}/receipts?state=asked`,
      `${base}/receipts?state=unknown`,
      `${base}/backfill`,
    ]
  ) {
    counted.rows = 0;
    const response = await app.request(path, { headers: { host: "localhost" } }, {
      peer: "127.0.0.1",
    });
    assertEquals(response.status, 200, path);
    await response.text();
    assert(counted.rows <= ENOUGH, `${path} reads ${counted.rows} rows`);
  }
});
