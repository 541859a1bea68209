import { assertEquals } from "../../std/assert.ts";
import type { Checkpoint, LedgerRow } from "../../store/rows.ts";
import { emptyCommit, type LaneHold, type PipelineStore } from "../../store/store.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { requestedRun } from "../../engine/history_run.ts";
import { overlayStore } from "./overlay_store.ts";

async function lane(store: PipelineStore): Promise<LaneHold> {
  const hold = await store.acquireLane("holder", "print");
  if (hold === undefined) throw new Error("The lane is not free");
  return hold;
}

function row(orderId: number, outcome: LedgerRow["outcome"]): LedgerRow {
  return { orderId, outcome, at: 1, steps: [] };
}

const lines = [{ index: 0, sku: "TEE", quantity: 1, amount: "10.00" }];

Deno.test("an overlay knows what the store knows, and keeps what is new to itself", async () => {
  await using installation = await openMemoryStore();
  const real = installation.pipeline("real", "default");
  const scratch = installation.pipeline("scratch", "default");
  const links = [
    { original: 1, refund: 7, lines },
    { original: 1, refund: 8, lines },
  ];
  const ledger = [row(1, "delivered"), row(2, "delivered")];
  await real.commit(await lane(real), { ...emptyCommit, ledger, links });
  await real.setCutOver(99);
  await real.cache.set("known", 1, 60_000);
  const store = overlayStore({ real, scratch });
  const hold = await lane(store);

  assertEquals((await store.ledger([1, 2, 3])).size, 2);
  assertEquals([await store.cutOver(), await store.cache.get("known")], [99, 1]);
  assertEquals((await store.linksOf(7)).length, 1);

  // Refund 7 turns out to be cancelled; order 1 is decided again.
  const before = await store.ledger([1]);
  await store.commit(hold, {
    ...emptyCommit,
    before,
    ledger: [row(1, "delivered"), row(7, "skipped")],
    links: [{ original: 1, refund: 7, lines: [] }],
  });
  await store.cache.set("new", 2, 60_000);
  assertEquals((await store.links([1])).get(1)?.map((link) => link.refund), [8]);
  assertEquals(await store.linksOf(7), []);
  assertEquals((await store.ledger([7])).get(7)?.outcome, "skipped");
  // What was delivered before counts once, not minus one.
  assertEquals((await store.counters()).delivered, 1);

  assertEquals((await real.ledger([7])).size, 0);
  assertEquals((await real.links([1])).get(1)?.length, 2);
  assertEquals(await real.cache.get("new"), undefined);
  assertEquals((await real.counters()).delivered, 2);
});

Deno.test("a rehearsal begins where history has come to, and leaves a run that is under way alone", async () => {
  await using installation = await openMemoryStore();
  const real = installation.pipeline("real", "default");
  const scratch = installation.pipeline("scratch", "default");
  const run: Checkpoint = { ...requestedRun({ next: 0, fingerprint: "f", at: 1 }), next: 500 };
  await real.requestBackfill(run);
  const store = overlayStore({ real, scratch });
  const seen = await store.checkpoint();
  assertEquals([seen?.state, seen?.next], ["done", 500]);
  await store.requestBackfill({ ...run, startedAt: 2, next: 500 });
  assertEquals((await store.checkpoint())?.state, "requested");
  assertEquals((await real.checkpoint())?.startedAt, 1);
});
