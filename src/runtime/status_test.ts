import { assertEquals } from "../std/assert.ts";
import type { Checkpoint, Counters, SweepRow } from "../store/rows.ts";
import type { InboxSummary, LaneHolder } from "../store/store.ts";
import { readStatus, type StatusContext } from "./status.ts";
import { freshStatus } from "./testing.ts";

const NOW = Date.UTC(2026, 0, 15, 12);

const nothing: Counters = {
  delivered: 0,
  confirmed: 0,
  missedWindow: 0,
  linked: 0,
  waiting: 0,
  skipped: {},
  deadBy: {},
  receipts: {},
  receiptsSkipped: {},
};

interface Standing {
  readonly inbox?: InboxSummary;
  readonly holder?: LaneHolder;
  readonly counters?: Counters;
  readonly paused?: boolean;
  readonly checkpoint?: Checkpoint;
  readonly sweep?: SweepRow;
}

function context(name: string, standing: Standing = {}): StatusContext {
  return {
    pipeline: { definition: { name } },
    clock: { now: () => NOW },
    store: {
      inboxSummary: () => Promise.resolve(standing.inbox ?? { due: 0, later: 0 }),
      laneHolder: () => Promise.resolve(standing.holder),
      counters: () => Promise.resolve(standing.counters ?? nothing),
      connections: () =>
        Promise.resolve(
          new Map(standing.paused ? [["ometria", { state: "paused", since: NOW }] as const] : []),
        ),
      checkpoint: () => Promise.resolve(standing.checkpoint),
      sweep: () => Promise.resolve(standing.sweep),
    },
  };
}

Deno.test("readStatus() shows every figure of a fresh pipeline as nothing", async () => {
  assertEquals(await readStatus([context("till")]), {
    pipelines: { till: freshStatus },
  });
});

Deno.test("readStatus() adds up dead orders and tells the age of the oldest event", async () => {
  const sweep: SweepRow = { next: 9, newAt: NOW, healed: 3 };
  const { pipelines } = await readStatus([
    context("quiet"),
    context("busy", {
      inbox: { due: 7, later: 2, oldest: NOW - 90_500 },
      holder: { holder: "a", fingerprint: "f", until: NOW + 1, inHand: 5 },
      counters: {
        ...nothing,
        delivered: 40,
        skipped: { "web-order": 4 },
        deadBy: { "money-mismatch": 2, crashed: 1 },
        receipts: { sent: 6, skipped: 2 },
        receiptsSkipped: { refund: 2 },
      },
      paused: true,
      sweep,
    }),
  ]);
  const busy = pipelines["busy"];
  assertEquals(Object.keys(pipelines), ["quiet", "busy"]);
  assertEquals([busy?.due, busy?.inFlight, busy?.dead, busy?.lagSeconds], [7, 5, 3, 90]);
  assertEquals(busy?.connections, { sitoo: "ok", ometria: "paused", ometriaEmail: "ok" });
  assertEquals(busy?.receiptsSkipped, { refund: 2 });
  assertEquals([busy?.delivered, busy?.skipped, busy?.receipts, busy?.sweep], [
    40,
    { "web-order": 4 },
    { sent: 6, skipped: 2 },
    sweep,
  ]);
});

Deno.test("readStatus() never shows a negative lag", async () => {
  const ahead = context("till", { inbox: { due: 1, later: 0, oldest: NOW + 5000 } });
  assertEquals((await readStatus([ahead])).pipelines["till"]?.lagSeconds, 0);
});
