import { startOfDay } from "../../time/zone.ts";
import { RefusalError } from "../refusal.ts";

/** ms that the earliest zone of the world is ahead of UTC, and the latest behind it. */
const ahead = 14 * 3_600_000;
const behind = 12 * 3_600_000;
const dayMs = 86_400_000;

/** Business days, and the instants that are sure to hold all of their orders. */
export interface DayRange {
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** Unix seconds, both inclusive. */
  readonly dateFrom: number;
  readonly dateTo: number;
}

/** What days are asked for. */
export interface DaysAsked {
  /** First day. @default `to`, or else yesterday */
  readonly from?: string | undefined;
  /** Last day, included. @default yesterday, or `from` if that is later */
  readonly to?: string | undefined;
}

/**
 * Works out what is to be read for some business days. Throws `RefusalError` for what is no day.
 *
 * @param today local day of now, `YYYY-MM-DD`; needed where no last day is asked for
 * @param zone IANA zone of every order's day; without one each order may have its own
 */
export function dayRange(asked: DaysAsked, today: string, zone?: string): DayRange {
  const to = expectDay(asked.to ?? later(asked.from, dayAfter(today, -1)));
  const from = expectDay(asked.from ?? to);
  if (from > to) {
    throw new RefusalError(
      `The range ends before it begins: ${from} is after ${to}`,
      "Give the earlier day to --from and the later one to --to",
    );
  }
  const start = zone === undefined ? Date.parse(from) - ahead : startOfDay(from, zone);
  const next = dayAfter(to, 1);
  const end = zone === undefined ? Date.parse(next) + behind : startOfDay(next, zone);
  return { from, to, dateFrom: Math.floor(start / 1000), dateTo: Math.ceil(end / 1000) };
}

/** The calendar day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

function later(day: string | undefined, other: string): string {
  return day !== undefined && day > other ? day : other;
}

/** The text, if it is a day. Throws `RefusalError` otherwise. */
export function expectDay(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time) && dayAfter(text, 0) === text) return text;
  throw new RefusalError(`Cannot read "${text}" as a day`, "Write a day such as 2025-03-01");
}
