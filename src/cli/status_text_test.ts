import { requestedRun } from "../engine/history_run.ts";
import type { PipelineStatus } from "../runtime/status.ts";
import { freshStatus } from "../runtime/testing.ts";
import { assert, assertStringIncludes } from "../std/assert.ts";
import { statusText } from "./status_text.ts";
import { createStyle } from "./style.ts";

const atWork = {
  mode: "server",
  since: Date.UTC(2026, 0, 15, 8),
  seenAt: Date.UTC(2026, 0, 15, 9),
} as const;

function text(over: Partial<PipelineStatus> = {}): string {
  return statusText("till", { ...freshStatus, worker: atWork, ...over }, createStyle(false));
}

Deno.test("statusText() leaves out what there is nothing of", () => {
  const fresh = text();
  assertStringIncludes(fresh, "till: Up to date");
  for (const absent of ["Skipped", "Receipts", "Backfill", "sweep"]) {
    assert(!fresh.includes(absent));
  }
});

Deno.test("statusText() tells how many lines the catalogue knows, rounded down, and which it does not", () => {
  const unmatched = Array.from({ length: 12 }, (_, n) => `SKU-${n}`);
  const some = text({ products: { day: "2026-01-15", matched: 9999, missed: 12, unmatched } });
  assertStringIncludes(
    some,
    "Products: 99.8 % of 10,011 lines of 2026-01-15 are in Ometria's catalogue\n" +
      "Not there: SKU-0, SKU-1, SKU-2, SKU-3, SKU-4, SKU-5, SKU-6, SKU-7, SKU-8, SKU-9, …",
  );
  const all = text({ products: { day: "2026-01-15", matched: 2, missed: 0, unmatched: [] } });
  assertStringIncludes(all, "Products: 100.0 % of 2 lines");
  assert(!all.includes("Not there"));
});

Deno.test("statusText() says that more may be due than are counted", () => {
  assert(/^Due +9,999$/m.test(text({ due: 9_999 })), text({ due: 9_999 }));
  assert(/^Due +10,000\+$/m.test(text({ due: 10_000 })), text({ due: 10_000 }));
});

Deno.test("statusText() shows rules and reasons, the largest first", () => {
  const busy = text({
    delivered: 12345,
    dead: 3,
    skipped: { "web-order": 2, "before-start": 40 },
    deadBy: { "money-mismatch": 3 },
    receipts: { sent: 9 },
    lagSeconds: 75,
  });
  assertStringIncludes(busy, "till: Some orders need a look");
  assertStringIncludes(busy, "12,345");
  assertStringIncludes(busy, "1 min 15 s");
  assert(busy.indexOf("before-start") < busy.indexOf("web-order"));
  assertStringIncludes(busy, "money-mismatch");
  assertStringIncludes(busy, "Lines and fees do not add up to Sitoo's total");
});

Deno.test("statusText() says first when a connection is broken", () => {
  const connections = { ...freshStatus.connections, sitoo: "down" } as const;
  assertStringIncludes(text({ dead: 4, connections }), "till: Sitoo cannot be reached");
});

Deno.test("statusText() shows the holes that history left", () => {
  const run = {
    ...requestedRun({ next: 500, fingerprint: "f", at: 0 }),
    state: "done",
    total: 10,
    read: 9,
  } as const;
  assertStringIncludes(text({ backfill: { ...run, holes: 1 } }), "1 hole in history: orders that");
  assertStringIncludes(text({ backfill: { ...run, holes: 1200 } }), "1,200 holes in history");
  assert(!text({ backfill: { ...run, holes: 0 } }).includes("hole"));
});

Deno.test("statusText() says who is at work, and since when", () => {
  assertStringIncludes(
    text(),
    "At work: a server, since 2026-01-15 08:00:00 UTC, last seen 2026-01-15 09:00:00 UTC",
  );
  assertStringIncludes(text({ worker: { ...atWork, mode: "backfill" } }), "At work: a backfill");
});

Deno.test("statusText() never says that all is well while no server runs", () => {
  const alone = text({ worker: null });
  assertStringIncludes(alone, "till: No server runs; nothing is due");
  assertStringIncludes(alone, "When last used: Sitoo ok");
  assertStringIncludes(alone, "deno task serve");
  assertStringIncludes(
    text({ worker: null, due: 1 }),
    "till: No server runs, and 1 order is due",
  );
});

Deno.test("statusText() of a backfill that found nothing new counts no orders", () => {
  const run = { ...requestedRun({ next: 500, fingerprint: "f", at: 0 }), state: "done" } as const;
  const shown = text({ backfill: run });
  assertStringIncludes(shown, "Backfill done: there was nothing to read");
  assert(!shown.includes("0 of 0"));
});
