import type { Sent, Settlement } from "../engine/settlement.ts";
import { countBatch, metricsAreOn } from "../telemetry/metrics.ts";
import type { Fetched } from "./fetched.ts";

/** A batch that has been written down. */
export interface Settled {
  readonly fetched: Pick<Fetched, "pointers">;
  readonly sent: ReadonlyMap<number, Sent>;
  readonly settled: Pick<Settlement, "tally" | "ledger" | "dead">;
}

/** Counts a batch for whoever collects metrics; costs nothing otherwise. */
export function noteSettled(pipeline: string, { fetched, sent, settled }: Settled): void {
  if (!metricsAreOn()) return;
  countBatch(pipeline, {
    outcomes: settled.tally,
    skipped: settled.ledger.filter(({ outcome }) => outcome === "skipped")
      .map(({ rule }) => rule ?? "unnamed"),
    dead: settled.dead.map(({ reason }) => reason),
    lags: fetched.pointers.flatMap(({ orderId, origin, receivedAt }) => {
      const end = sent.get(orderId);
      return origin === "live" && end?.kind === "accepted" ? [(end.at - receivedAt) / 1000] : [];
    }),
  });
}
