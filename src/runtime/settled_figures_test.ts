import type { LedgerRow } from "../store/rows.ts";
import { assertEquals } from "../std/assert.ts";
import { collectMetrics, collectSpans } from "../telemetry/testing.ts";
import { inBatchSpan } from "./batch_span.ts";
import { noteSettled } from "./settled_figures.ts";

const row: LedgerRow = { orderId: 1, outcome: "delivered", at: 0, steps: [] };
const pointer = { attempts: 0, force: false, rows: [], receivedAt: 1_000 };

Deno.test("noteSettled() counts outcomes, rules and reasons, and the lag of live orders that were accepted", () => {
  using counted = collectMetrics();
  noteSettled("till", {
    fetched: {
      pointers: [
        { ...pointer, orderId: 1, origin: "live" },
        { ...pointer, orderId: 2, origin: "history" },
        { ...pointer, orderId: 3, origin: "live" },
      ],
    },
    sent: new Map([
      [1, { kind: "accepted", at: 3_500, hash: "" }],
      [2, { kind: "accepted", at: 3_500, hash: "" }],
    ]),
    settled: {
      tally: new Map([["delivered", 2], ["skipped", 1]]),
      ledger: [row, { ...row, orderId: 3, outcome: "skipped", rule: "anonymous" }],
      dead: [],
    },
  });
  assertEquals(counted.points.map(({ name, value }) => [name, value]), [
    ["tillpipe.orders", 2],
    ["tillpipe.orders", 1],
    ["tillpipe.orders.skipped", 1],
    ["tillpipe.order.lag", 2.5],
  ]);
});

Deno.test("inBatchSpan() tells how many orders a batch had and what became of them", async () => {
  using traced = collectSpans();
  const pointers = [{ ...pointer, orderId: 1, origin: "live" as const }];
  const report = { tally: new Map([["delivered", 1] as const]), pushed: true };
  await inBatchSpan("till", { pointers, takeovers: 0 }, () => Promise.resolve(report));
  const [span] = traced.spans;
  assertEquals(span?.attributes["messaging.batch.message_count"], 1);
  assertEquals(span?.attributes["tillpipe.orders.delivered"], 1);
});
