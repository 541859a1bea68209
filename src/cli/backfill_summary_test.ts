import { requestedRun } from "../engine/history_run.ts";
import type { BackfillResult } from "../runtime/backfill.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import type { Checkpoint } from "../store/rows.ts";
import { backfillSummary } from "./backfill_summary.ts";
import { createStyle } from "./style.ts";

function text(
  run: Partial<Checkpoint> = {},
  result: Partial<BackfillResult> = {},
): string {
  const checkpoint: Checkpoint = {
    ...requestedRun({ at: 0, next: 50_501, fingerprint: "print" }),
    state: "done",
    ...run,
  };
  return backfillSummary("till", {
    ending: "through",
    checkpoint,
    handedOver: false,
    holes: [],
    later: 0,
    ...result,
  }, { totals: { skipped: {}, deadBy: {} }, style: createStyle(false) });
}

Deno.test("a run that had nothing to do says so, and why", () => {
  assertEquals(
    text(),
    "till: backfill done\n\nAll orders before 50501 had been read already: there was nothing to do. --restart reads them again",
  );
  assertStringIncludes(text({ next: 0 }), "Sitoo has no orders in this range");
});

Deno.test("what is left is counted, and who brings it is said", () => {
  const own = text({ read: 10, delivered: 8, young: 2 }, { later: 1200 });
  assertStringIncludes(own, "1,200 orders become due later, being too young");
  assertStringIncludes(own, "a server brings them, or the next backfill after that");
  assertStringIncludes(text({ read: 1 }, { later: 10_000 }), "At least 10,000 orders become due");
  const server = text({ read: 10, delivered: 9, young: 1 }, { later: 1, handedOver: true });
  assertStringIncludes(server, "till: backfill done by the running server");
  assertStringIncludes(server, "1 order becomes due later");
  assertStringIncludes(server, "the running server brings them");
});

Deno.test("holes are named with their reason, ten at most", () => {
  const holes = Array.from({ length: 12 }, (_, index) => ({
    from: 100 + index,
    to: 101 + index,
    since: Date.UTC(2026, 0, 15),
    dueAt: 0,
    tries: 1,
    detail: "Sitoo answered 500",
  }));
  const shown = text({ read: 10, delivered: 10, holes: 12 }, { holes });
  assertStringIncludes(shown, "order 100, since 2026-01-15 00:00:00 UTC: Sitoo answered 500");
  assertStringIncludes(shown, "and 2 more");
  assert(!shown.includes("order 110,"));
});

for (
  const [ending, words] of [
    ["paused", "run backfill again to go on"],
    ["left", "goes on in the running server"],
    ["stopped", "stopped for good"],
  ] as const
) {
  Deno.test(`a run that was ${ending} says how it goes on`, () => {
    assertStringIncludes(text({ state: "running", read: 5 }, { ending }), words);
  });
}

Deno.test("a run that was broken off while it sent sales with refunds does not say that it is done", () => {
  const shown = text({ read: 5, delivered: 5 }, { ending: "paused", later: 3 });
  assertStringIncludes(shown, "stopped before the last sales with refunds went out");
  assert(!shown.includes("backfill done"));
});
