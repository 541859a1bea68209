import { assert, assertEquals } from "../std/assert.ts";
import { Secret } from "../definition/secret.ts";
import type { WebhookSource } from "../stages/contract.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import { openMemoryStore } from "../store/testing.ts";
import type { PipelineStore } from "../store/store.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { type InboxPick, pickFromInbox } from "./inbox_reader.ts";
import { emptyPipeline, testContext } from "./testing.ts";

const webhook: WebhookSource = {
  source: "webhook",
  gives: sitooOrderType,
  sites: [],
  linger: 250,
  username: "till",
  passwords: [new Secret("password")],
  sweep: { newEvery: 600_000, changedAt: "03:30", back: 0 },
};

interface Inbox {
  readonly clock: ManualClock;
  /** An event that comes now, about what happened so many ms ago. */
  readonly arrive: (orderId: number, ago: number) => Promise<void>;
  readonly pick: (inFlight?: readonly number[]) => Promise<InboxPick | undefined>;
}

async function withInbox(test: (inbox: Inbox) => Promise<void>): Promise<void> {
  const clock = new ManualClock();
  await using installation = await openMemoryStore(clock);
  const store: PipelineStore = installation.pipeline("test", "default");
  const context = testContext({ store, clock, pipeline: { ...emptyPipeline, webhook } });
  await test({
    clock,
    arrive: (orderId, ago) => {
      const now = clock.now();
      return store.arrive({
        pointers: [{ orderId, origin: "live", dueAt: now, receivedAt: now - ago, attempts: 0 }],
        receipts: [],
        quarantine: [],
      });
    },
    pick: (inFlight = []) =>
      pickFromInbox(context, { inFlight: new Set(inFlight), takeovers: new Map() }),
  });
}

Deno.test("a batch lingers from when its first event came, however old the event says it is", async () => {
  await withInbox(async ({ clock, arrive, pick }) => {
    await arrive(1, 900);
    assertEquals(await pick(), { waitFor: 250 });
    await clock.advance(100);
    await arrive(2, 86_400_000);
    assertEquals(await pick(), { waitFor: 150 });
    await clock.advance(150);
    const full = await pick();
    assert(full !== undefined && "pointers" in full);
    assertEquals(full.pointers.map(({ orderId }) => orderId), [1, 2]);
  });
});

Deno.test("a full batch waits for nothing, and leaves out what is being pushed", async () => {
  await withInbox(async ({ arrive, pick }) => {
    for (let orderId = 1; orderId <= 101; orderId++) await arrive(orderId, 0);
    const picked = await pick([1]);
    assert(picked !== undefined && "pointers" in picked);
    assertEquals(picked.pointers.length, 100);
    assert(picked.pointers.every(({ orderId }) => orderId !== 1));
  });
});
