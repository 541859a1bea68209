import { takeEventLinks } from "../telemetry/event_links.ts";
import { inSpan, SpanKind } from "../telemetry/spans.ts";
import type { BatchReport } from "./batch.ts";
import type { Fetched } from "./fetched.ts";

/** Runs a batch in a span that is linked to the requests which told of its orders. */
export function inBatchSpan(
  pipeline: string,
  { pointers, takeovers }: Pick<Fetched, "pointers" | "takeovers">,
  run: () => Promise<BatchReport>,
): Promise<BatchReport> {
  return inSpan("process orders", {
    kind: SpanKind.CONSUMER,
    links: takeEventLinks(pipeline, pointers),
    attributes: {
      "tillpipe.pipeline": pipeline,
      "messaging.operation.type": "process",
      "messaging.batch.message_count": pointers.length,
      "tillpipe.takeovers": takeovers,
    },
  }, async (span) => {
    const report = await run();
    for (const [outcome, count] of report.tally) {
      span.setAttribute(`tillpipe.orders.${outcome}`, count);
    }
    if (report.error !== undefined) span.setAttribute("error.type", report.error.kind);
    return report;
  });
}
