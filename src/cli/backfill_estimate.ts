import { type BackfillEstimate, estimateBackfill } from "../runtime/rehearsal/estimate.ts";
import { overlayStore } from "../runtime/rehearsal/overlay_store.ts";
import { withoutLookUps } from "../runtime/rehearsal/sample.ts";
import { count, plural, span } from "../server/figures.ts";
import { openStore } from "../store/open.ts";
import { rangeOf, withHistory } from "./backfill_run.ts";
import type { Host } from "./host.ts";
import { composeFromUser } from "./installation.ts";
import type { Options, OptionSpec } from "./options.ts";
import { figureTable } from "./status_text.ts";
import type { Style } from "./style.ts";

/** Asks what a run would cost, instead of running it. */
export const ESTIMATE: OptionSpec = {
  name: "estimate",
  summary: "Say what it would cost in calls and time; nothing is sent or written",
};

/** Says for each pipeline what bringing its history would cost. */
export async function sayEstimates(
  options: Options,
  host: Host,
  stop: AbortSignal,
): Promise<number> {
  const { terminal } = host;
  await using scratch = await openStore(":memory:", host);
  let lookedUp = false;
  await using installation = await composeFromUser(options, host, {
    storeUse: "empty",
    pipelineStore: (real, { name, connections }) =>
      overlayStore({ real, scratch: scratch.pipeline(name, connections.ometria.account) }),
    pipelineOmetria: (ometria) => withoutLookUps(ometria, () => lookedUp = true),
  });
  for (const context of withHistory(installation.contexts)) {
    const { name } = context.pipeline.definition;
    lookedUp = false;
    const estimate = await estimateBackfill(context, {
      ...rangeOf(options),
      onNote: (text) => terminal.note(`${name}: ${text}`),
      looksUp: () => lookedUp,
    }, stop);
    if (options.flag("json")) terminal.data({ event: "estimate", pipeline: name, ...estimate });
    else terminal.print(estimateText(name, estimate, terminal.style));
  }
  return 0;
}

/** An estimate, for people. */
export function estimateText(name: string, estimate: BackfillEstimate, style: Style): string {
  const { orders, first, last, sitoo, ometria, seconds, live, sampled } = estimate;
  if (orders === 0) return `${style.bold(name)}: there is nothing to bring in this range`;
  const ids = first === undefined || last === undefined ? "" : ` (${first} to ${last})`;
  const rows: readonly (readonly [string, number])[] = [
    ["Sitoo: pages of history", sitoo.pages],
    ["Sitoo: sales that a refund changes, read again", sitoo.originals],
    ["Sitoo: further refunds of older sales", sitoo.refunds],
    ["Sitoo: all calls", sitoo.calls],
    ["Ometria: pushes of orders", ometria.orders],
    ["Ometria: pushes of sales that a refund changes", ometria.originals],
    ["Ometria: pushes of contacts", ometria.contacts],
    ["Ometria: profiles looked up for opt-in", ometria.lookUps],
  ];
  const table = figureTable("Calls", rows, style);
  const parts = [
    `Sitoo ${span(seconds.sitoo)}`,
    `pushes ${span(seconds.pushes)}`,
    ...(ometria.lookUps > 0 ? [`look-ups ${span(seconds.lookUps)}`] : []),
  ].join(", ");
  const share = Math.round(live.share * 100);
  return [
    `${style.bold(name)}: ${plural(orders, "order")}${ids}, of which about ${
      count(estimate.sends)
    } would be sent`,
    table,
    `About ${style.bold(span(seconds.all))} at the configured rates (${parts}). Live, with ${
      count(live.ordersPerDay)
    } orders a day, goes first and takes ${share < 1 ? "less than 1" : share} % of it`,
    ...(ometria.lookUps > 0
      ? [
        `The look-ups are a guess from the customers of the sample: ${
          count(ometria.lookUpsAtMost)
        } at most, one for each order with an address, at read_rate; \`applies_to: [live]\` leaves history out`,
      ]
      : []),
    sampled < orders
      ? `Judged by ${plural(sampled, "order")} spread over the range. Nothing was sent or written`
      : "Judged by all of them. Nothing was sent or written",
  ].join("\n\n");
}
