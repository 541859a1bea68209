/**
 * Types of single values for the schemas of stages and connections.
 *
 * Each takes what the file says and gives what the program uses. A default is set with `.prefault()`,
 * in the file's own words: `duration().prefault("10m")`. Parsing what was checked once gives the same
 * again, as stages parse their options a second time when they are built.
 *
 * A message is what was expected (`Expected a duration`); a second line, if there is one, is the hint.
 * Messages hold no value: whoever shows them knows whether it may be shown.
 */
import * as z from "zod";
export { secret, secrets } from "./secret_types.ts";

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `0ms`, `250ms`, `1.5s`, `10m`, `4h`, `7d` → ms. A number without a unit is refused. */
export function duration(): z.ZodType<number, string> {
  const expected = "Expected a duration\nWrite a number and its unit: 250ms, 60s, 10m, 4h or 7d";
  return text(expected)
    .transform((value, context) => {
      const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(value);
      if (match === null) return refuse(context, expected);
      return Math.round(Number(match[1]) * (unitMs[match[2] ?? ""] ?? Number.NaN));
    })
    .meta({
      description: "A duration: a number with ms, s, m, h or d",
      pattern: "^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h|d)$",
      examples: ["250ms", "60s", "10m", "4h", "7d"],
    });
}

/** `3/s`, `0.5/s` up to `1000/s` → calls a second; `off` → `Infinity`. */
export function rate(): z.ZodType<number, string> {
  const expected = "Expected a rate\nWrite calls a second up to 1000/s, such as 3/s, or off";
  return text(expected)
    .transform((value, context) => {
      if (value === "off") return Number.POSITIVE_INFINITY;
      const match = /^(\d{1,4}(?:\.\d{1,3})?)\/s$/.exec(value);
      const perSecond = Number(match?.[1]);
      if (!(perSecond > 0 && perSecond <= 1000)) return refuse(context, expected);
      return perSecond;
    })
    .meta({
      description: "Calls a second, up to 1000/s, or off for no limit",
      pattern: "^(off|\\d{1,4}(\\.\\d{1,3})?/s)$",
      examples: ["3/s", "0.5/s", "off"],
    });
}

/** A time of day: `03:30` → the same text. */
export function clockTime(): z.ZodType<string, string> {
  const expected = 'Expected a time of day\nWrite hours and minutes in quotes, such as "03:30"';
  const pattern = /^([01]\d|2[0-3]):[0-5]\d$/;
  return text(expected).regex(pattern, expected)
    .meta({ description: "A time of day, 00:00 to 23:59", examples: ["03:30"] });
}

/** `2024-01-01`, or a moment with its zone: `2024-01-01T00:00:00Z` → the same text. */
export function dateOrInstant(): z.ZodType<string, string> {
  const expected = "Expected a date\nWrite 2024-01-31, or with time and zone 2024-01-31T08:00:00Z";
  return text(expected).refine(isDateOrInstant, expected).meta({
    description: "A date, or a moment with its zone (RFC 3339)",
    pattern: "^\\d{4}-\\d{2}-\\d{2}([Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2}))?$",
    examples: ["2024-01-01", "2024-01-01T00:00:00+01:00"],
  });
}

/** A name of the IANA time zone database that this machine knows: `Europe/Stockholm` → the same text. */
export function timeZone(): z.ZodType<string, string> {
  const expected = "Expected a time zone\nWrite an IANA name such as Europe/Stockholm or UTC";
  return text(expected).refine(isTimeZone, expected)
    .meta({ description: "An IANA time zone", examples: ["Europe/Stockholm", "UTC"] });
}

/** The name of an Ometria stream: lower case, no spaces → the same text. */
export function streamName(): z.ZodType<string, string> {
  const expected =
    "Expected a stream in lower case without spaces\nWrite letters, digits, - or _, such as receipts";
  return text(expected).regex(/^[a-z0-9_-]{1,64}$/, expected)
    .meta({ description: "A stream: lower case, no spaces", examples: ["receipts"] });
}

/** An address that mail can be sent from or to → the same text. */
export function emailAddress(): z.ZodType<string, string> {
  const expected = "Expected an email address\nWrite it bare, such as receipts@example.com";
  return text(expected).regex(/^[^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)+$/, expected)
    .meta({ description: "An email address", examples: ["receipts@example.com"] });
}

/** `sites: [2, 3]`: Sitoo's eshop ids; an empty list or none means all. */
export function siteList(): z.ZodType<readonly number[], readonly number[]> {
  const expected = "Expected an eshop id\nWrite whole numbers: [2, 3]";
  return z.array(z.int(expected).positive(expected))
    .meta({ description: "Eshop ids; empty means all sites", examples: [[2, 3]] });
}

/** Text whose wrong type is answered like a wrong value: with what was expected. */
function text(expected: string): z.ZodString {
  return z.string({ error: (issue) => issue.input === undefined ? undefined : expected });
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue(message);
  return z.NEVER;
}

function isDateOrInstant(value: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/i
    .exec(value);
  if (match === null || Number.isNaN(Date.parse(value))) return false;
  // Date.parse rolls 2024-02-30 over to March.
  const day = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return day.getUTCMonth() === Number(match[2]) - 1 && day.getUTCDate() === Number(match[3]);
}

function isTimeZone(value: string): boolean {
  // Offsets such as +01:00 are accepted by Intl but know no daylight saving.
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
