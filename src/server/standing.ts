import { readPipelineStatus, type StatusContext } from "../runtime/status.ts";
import { observeStanding, type Standing } from "../telemetry/metrics.ts";

/** Rows of the inbox that are counted at most: it is done every minute. */
const COUNTED = 10_000;

/** Tells how the pipelines stand whenever metrics are sent, until the returned function is called. */
export function observePipelines(contexts: readonly StatusContext[]): () => void {
  return observeStanding(() => Promise.all(contexts.map(standingOf)));
}

async function standingOf(context: StatusContext): Promise<Standing> {
  const { due, lagSeconds, dead, connections } = await readPipelineStatus(context, COUNTED);
  return {
    pipeline: context.pipeline.definition.name,
    due,
    dueAge: lagSeconds,
    dead,
    connections: Object.entries(connections).map(([api, state]) => [api, state === "ok"]),
  };
}
