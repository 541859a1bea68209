import { localInstant, startOfDay } from "../time/zone.ts";
import type { PipelineContext } from "./context.ts";
import { RefusalError } from "./refusal.ts";

/** Where a run of history begins or ends, as a user says it. */
export type HistoryMoment =
  | { readonly kind: "order"; readonly orderId: number }
  /** `seconds`: Unix seconds. */
  | { readonly kind: "time"; readonly seconds: number };

const localForm = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const zonedForm = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/**
 * Reads an order id (`50211`), a day (`2025-03-01`), a local time (`2025-03-01T08:00`) or an instant
 * (`2025-03-01T08:00+01:00`). Days and local times are meant in the time zone that `map` uses for the first of
 * the history's sites. Throws `RefusalError` for anything else.
 */
export async function readMoment(
  context: PipelineContext,
  text: string,
  signal: AbortSignal,
): Promise<HistoryMoment> {
  if (/^\d+$/.test(text)) return { kind: "order", orderId: orderIdOf(text) };
  const ms = zonedForm.test(text)
    ? zonedInstant(text)
    : localTime(text, await zoneOf(context, signal));
  if (ms === undefined || Number.isNaN(ms)) {
    throw new RefusalError(
      `Cannot read "${text}" as an order id or a date`,
      "Write an order id such as 50211, a day such as 2025-03-01, or a time such as 2025-03-01T08:00 or 2025-03-01T08:00+01:00",
    );
  }
  return { kind: "time", seconds: Math.floor(ms / 1000) };
}

/** Sitoo refuses a number that it cannot hold, and a run that asks for one would hold all other orders up. */
function orderIdOf(text: string): number {
  const orderId = Number(text);
  if (Number.isSafeInteger(orderId)) return orderId;
  throw new RefusalError(`"${text}" is too large for an order id`, "Write an id such as 50211");
}

/** The time zone of days and local times. */
export async function zoneOf({ pipeline }: PipelineContext, signal: AbortSignal): Promise<string> {
  return await pipeline.transform.zone?.(pipeline.history?.sites[0], signal) ?? "UTC";
}

function zonedInstant(text: string): number | undefined {
  return isDay(text.slice(0, 10)) ? Date.parse(text.replace(" ", "T")) : undefined;
}

function localTime(text: string, zone: string): number | undefined {
  const [, day, hours, minutes, seconds = "00"] = localForm.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  if (hours === undefined || minutes === undefined) return startOfDay(day, zone);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return localInstant(`${day}T${hours}:${minutes}:${seconds}`, zone);
}

/** A day that the calendar has: `2025-02-30` is none. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
