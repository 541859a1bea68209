import * as z from "zod";
import { Secret } from "./secret.ts";

/**
 * A key or password. Takes text or a {@link Secret}, so that options whose secrets were already
 * wrapped can be parsed again; gives a {@link Secret}. Nothing of the value is ever in a message.
 */
export function secret(description = "A secret; use a variable: ${NAME}"): z.ZodType<Secret> {
  const inner = z.string().min(1, "Expected a value that is not empty")
    .transform((value, context) => wrapped(value, (message) => context.addIssue(message)));
  return z.preprocess(revealed, inner).meta({ description, secret: true });
}

/**
 * One secret, or a list while a password is rotated. Empty entries are dropped (a variable that is not
 * set yet); none left is an error. Takes what {@link secret} takes, one or many; gives at least one.
 */
export function secrets(
  description = "A secret, or a list of two while it is rotated; use variables: ${NAME}",
): z.ZodType<readonly Secret[]> {
  const inner = z.union([z.string(), z.array(z.string())])
    .transform((value, context): readonly Secret[] => {
      const given = (typeof value === "string" ? [value] : value).filter((entry) => entry !== "");
      if (given.length === 0) context.addIssue("Expected at least one entry that is not empty");
      return given.map((entry) => wrapped(entry, (message) => context.addIssue(message)));
    });
  return z.preprocess(
    (value) => Array.isArray(value) ? value.map(revealed) : revealed(value),
    inner,
  ).meta({ description, secret: true });
}

function revealed(value: unknown): unknown {
  return value instanceof Secret ? value.reveal() : value;
}

function wrapped(value: string, report: (message: string) => void): Secret {
  // Typical of copying: a space or a line break that the API would refuse with a puzzling 401.
  if (value !== value.trim()) {
    report("Expected no space or line break before or after it\nRemove what was copied too much");
  } else if ([...value].some((char) => char < " " || char === "\x7f")) {
    report("Expected one line without control characters");
  }
  return new Secret(value);
}
