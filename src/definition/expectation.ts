import type * as z from "zod";
import { didYouMean } from "./did_you_mean.ts";

const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a map",
  record: "a map",
  null: "nothing",
  date: "a date",
};

const formats: Readonly<Record<string, string>> = {
  url: "a URL",
  email: "an email address",
  datetime: "a date and time with zone",
  date: "a date",
  uuid: "a UUID",
};

/**
 * Words for what zod expected, in the form that all messages of schemas have: `Expected …`, and on a
 * second line the hint. Nothing of the value is in them.
 */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return withHint(`Expected ${words[issue.expected] ?? issue.expected}`, typeHint(issue));
    case "invalid_value":
      return withHint(
        issue.values.length === 1
          ? `Expected ${String(issue.values[0])}`
          : `Expected one of ${issue.values.map(String).join(", ")}`,
        choiceHint(issue.input, issue.values),
      );
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return `Expected at most ${issue.maximum}${unit(issue.origin)}`;
    case "not_multiple_of":
      return `Expected a multiple of ${issue.divisor}`;
    case "invalid_format":
      return `Expected ${
        formats[issue.format] ?? `text of the form ${issue.pattern ?? issue.format}`
      }`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "Expected another key";
    case "invalid_union":
      return "Expected another value";
  }
  return undefined;
}

function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}

function typeHint(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string | undefined {
  const { expected, input } = issue;
  const isText = typeof input === "string";
  if (expected === "string" && (typeof input === "number" || typeof input === "boolean")) {
    return "Put it in quotes";
  }
  if (expected === "boolean" && isText) return "Write true or false, without quotes";
  if ((expected === "number" || expected === "int") && isText && /^\d+$/.test(input)) {
    return "Remove the quotes";
  }
  if (expected === "object" && isText && /^\w+ /.test(input)) {
    return "Write key: value, with a colon and a space";
  }
  if (expected === "array") return "Write [a, b], or a line with - for each";
  return undefined;
}

function choiceHint(input: unknown, values: readonly unknown[]): string | undefined {
  if (typeof input !== "string") return undefined;
  if (values.some((value) => typeof value === "number" && String(value) === input)) {
    return "Remove the quotes";
  }
  const hint = didYouMean(input, values.filter((value) => typeof value === "string"));
  // The message lists the choices already.
  return hint?.startsWith("Did") ? hint : undefined;
}

function tooSmall(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  if (issue.origin === "string" && issue.minimum === 1) return "Expected text that is not empty";
  const least = issue.inclusive === false ? "more than" : "at least";
  return `Expected ${least} ${issue.minimum}${unit(issue.origin)}`;
}

function unit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" || origin === "set" ? " entries" : "";
}
