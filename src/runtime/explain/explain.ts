import type { PipelineContext } from "../context.ts";
import { adviceFor } from "./advice.ts";
import type { Explanation } from "./explanation.ts";
import { headlineOf } from "./headline.ts";
import { readLive } from "./live.ts";
import { readStored, standingOf } from "./stored.ts";

export type {
  Explanation,
  LiveEnd,
  LiveOrder,
  SitooFacts,
  StageReport,
  StandingName,
  StoredOrder,
} from "./explanation.ts";

/** Which order {@linkcode explainOrder} is asked about, and how. */
export interface ExplainOptions {
  /** Sitoo's; for other names of an order see `findOrder`. */
  readonly orderId: number;
  /** Looks at the store alone. @default false */
  readonly offline?: boolean;
  /** Shows people as they are instead of masking them. @default false */
  readonly showPersonalData?: boolean;
}

/**
 * Tells the story of one order: what the store knows of it, then the order read from Sitoo as it is now,
 * what each stage makes of it, and whether that is what Ometria accepted last. Sends nothing, and changes
 * neither the inbox nor the ledger. An API that fails is part of the answer; rejects when aborted, or when
 * the store cannot be read.
 */
export async function explainOrder(
  context: PipelineContext,
  options: ExplainOptions,
  signal: AbortSignal,
): Promise<Explanation> {
  const { orderId } = options;
  const { row, stored } = await readStored(context, orderId);
  const showPersonalData = options.showPersonalData ?? false;
  const now = options.offline === true
    ? undefined
    : await readLive(context, { orderId, showPersonalData, row }, signal);
  const name = standingOf(stored);
  return {
    pipeline: context.pipeline.definition.name,
    orderId,
    at: context.clock.now(),
    standing: { name, headline: headlineOf(name, stored) },
    stored,
    ...(now === undefined ? {} : { now }),
    advice: adviceFor({ orderId, name, stored, now }),
  };
}

/** Of what all pipelines tell of an order: those that know it; where none does, one's word for that is enough. */
export function knownOf(
  all: readonly Explanation[],
): { readonly isKnown: boolean; readonly shown: readonly Explanation[] } {
  const known = all.filter(({ standing, now }) =>
    standing.name !== "unknown" || (now !== undefined && now.kind !== "missing")
  );
  return known.length === 0
    ? { isKnown: false, shown: all.slice(0, 1) }
    : { isKnown: true, shown: known };
}
