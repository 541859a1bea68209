import { standingConditions } from "../../runtime/standing_conditions.ts";
import { type PipelineStatus, readStanding } from "../../runtime/status.ts";
import type { ApiName } from "../../http/error.ts";
import type { ConnectionRow } from "../../store/rows.ts";
import type { ServedPipeline } from "../environment.ts";
import { DAY, dayOf, type DayPoint } from "./day.ts";

/** How urgent a pipeline's state is, for its colour; the words say the same. */
export type Tone = "good" | "busy" | "bad";

/** What the overview shows of one pipeline. */
export interface PipelineView {
  readonly name: string;
  readonly tone: Tone;
  /** The state in a few words. */
  readonly headline: string;
  readonly status: PipelineStatus;
  readonly connections: ReadonlyMap<ApiName, ConnectionRow>;
  /** What an operator should know of now; the same texts as alerts. */
  readonly alerts: readonly string[];
  /** Whether a process works on it at this moment. */
  readonly isWorkedOn: boolean;
  /** The last 24 hours, oldest first. */
  readonly day: readonly DayPoint[];
}

/** Seconds that orders lie there after which it is odd that nobody works on them. */
const IDLE = 150;
const IDLE_VERDICT = { tone: "bad", headline: "No process works on it" } as const;
/** Rows of the inbox that pages count at most, so that they are quick whatever has piled up. */
export const COUNTED = 5_000;

/** An hour behind is late, in seconds: four hours is where Ometria's automations give up. */
export const LATE = 3600;

/** Reads what the overview shows. */
export async function readViews(
  pipelines: readonly ServedPipeline[],
): Promise<readonly PipelineView[]> {
  return await Promise.all(pipelines.map(async (served) => {
    const { store, clock, pipeline } = served;
    const now = clock.now();
    const [{ status, connections, holder }, activity] = await Promise.all([
      readStanding(served, COUNTED),
      store.activity(now - DAY),
    ]);
    const lag = status.lagSeconds * 1000;
    const unknownReceipts = status.receipts["unknown"] ?? 0;
    const alerts = standingConditions({ lag, connections, unknownReceipts });
    return {
      name: pipeline.definition.name,
      ...(holder === undefined && isLeftAlone(status) ? IDLE_VERDICT : judge(status)),
      status,
      isWorkedOn: holder !== undefined,
      connections,
      alerts: alerts.map(({ text }) => text),
      day: dayOf(activity, { now, lag }),
    };
  }));
}

/** Whether orders lie there that some process should have taken. */
function isLeftAlone({ due, lagSeconds, connections }: PipelineStatus): boolean {
  const { sitoo, ometria } = connections;
  return due > 0 && lagSeconds >= IDLE && sitoo === "ok" && ometria === "ok";
}

/** Says in a few words how a pipeline does, the most urgent thing first. */
export function judge(status: PipelineStatus): { tone: Tone; headline: string } {
  const { sitoo, ometria, ometriaEmail } = status.connections;
  const broken = [["Sitoo", sitoo], ["Ometria", ometria], ["Ometria email", ometriaEmail]] as const;
  for (const [name, state] of broken) {
    if (state === "paused") return { tone: "bad", headline: `${name} refuses the key` };
    if (state === "down") return { tone: "bad", headline: `${name} cannot be reached` };
  }
  if (status.lagSeconds >= LATE) return { tone: "bad", headline: "Running late" };
  if (status.backfill?.state === "failed") return { tone: "bad", headline: "Backfill failed" };
  if (status.dead > 0) return { tone: "bad", headline: "Some orders need a look" };
  if (status.backfill?.state === "running" || status.backfill?.state === "requested") {
    return { tone: "busy", headline: "Bringing in history" };
  }
  if (status.due > 0 || status.inFlight > 0) return { tone: "busy", headline: "Delivering" };
  return { tone: "good", headline: "Up to date" };
}
