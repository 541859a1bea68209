import { assertEquals } from "../std/assert.ts";
import { openMemoryStore, type RefusableStore } from "../store/testing.ts";
import type { PipelineStore } from "../store/store.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { basic, fakePipeline, testApp } from "./testing.ts";

interface Hook {
  readonly store: RefusableStore;
  readonly till: PipelineStore;
  readonly second: PipelineStore;
  send(...events: readonly unknown[]): Promise<number>;
}

/** Two pipelines of one account on one store, as they are served. */
async function withHook(test: (hook: Hook) => Promise<void>): Promise<void> {
  await using store = await openMemoryStore(new ManualClock());
  const till = store.pipeline("till", "default");
  const second = store.pipeline("second", "default");
  const { app } = testApp({
    pipelines: [
      fakePipeline({ store: till, receipts: "receipt-requested" }),
      fakePipeline({ name: "second", store: second }),
    ],
  });
  await test({ store, till, second, send });

  async function send(...events: readonly unknown[]): Promise<number> {
    const body = JSON.stringify(events);
    const headers = basic("till", "pass");
    const response = await app.request("/hooks/till/events", { method: "POST", body, headers });
    await response.body?.cancel();
    return response.status;
  }
}

function event(orderId: number, over: Record<string, unknown> = {}): unknown {
  return {
    event_id: `event-${orderId}`,
    event_type: "order",
    event_date: Date.UTC(2026, 0, 15, 11, 59) / 1000,
    account_id: 4711,
    data: { eshop_id: 2, order_id: orderId, order_event_type: "update", ...over },
  };
}

async function dueIds(store: PipelineStore): Promise<number[]> {
  return (await store.due(100)).map((row) => row.orderId).toSorted();
}

Deno.test("POST /hooks/:pipeline/events has committed to every pipeline when it answers", async () => {
  await withHook(async ({ till, second, send }) => {
    assertEquals(await send(event(1), event(2), event(2)), 200);
    assertEquals([await dueIds(till), await dueIds(second)], [[1, 2], [1, 2]]);
  });
});

Deno.test("POST /hooks/:pipeline/events writes nothing when the store refuses, and all the next time", async () => {
  await withHook(async ({ store, till, second, send }) => {
    store.refuse = true;
    assertEquals(await send(event(1)), 503);
    assertEquals([await dueIds(till), await dueIds(second)], [[], []]);
    store.refuse = false;
    assertEquals(await send(event(1)), 200);
    assertEquals([await dueIds(till), await dueIds(second)], [[1], [1]]);
  });
});

Deno.test("POST /hooks/:pipeline/events keeps one receipt however often its event comes", async () => {
  await withHook(async ({ till, second, send }) => {
    const asked = event(1, { order_event_type: "email-receipt" });
    assertEquals([await send(asked), await send(asked)], [200, 200]);
    assertEquals((await till.receipts(10)).map(({ id, state }) => [id, state]), [[
      "event-1",
      "asked",
    ]]);
    assertEquals(await second.receipts(10), []);
    assertEquals((await till.counters()).receipts["asked"], 1);
  });
});

Deno.test("POST /hooks/:pipeline/events keeps a thousand events of one request", async () => {
  await withHook(async ({ till, send }) => {
    const events = Array.from({ length: 1000 }, (_, n) => event(n + 1));
    assertEquals(await send(...events), 200);
    assertEquals((await till.inboxSummary(5000)).due, 1000);
  });
});
