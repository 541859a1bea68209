import type { LogRecord } from "@logtape/logtape";

/** What a field's value may be: figures and yes or no; a name or a day; words of ours; an error. */
type FieldKind = "figure" | "word" | "text" | "error";

/** Every field that a line of the log may carry. Whatever else is handed over does not get out. */
const FIELDS: Readonly<Record<string, FieldKind>> = {
  ...all("figure", "orderId order orderid id site paymentstateid orderitemtype cutOver status"),
  ...all("figure", "kept ignored quarantined orders skipped refused failures products seconds"),
  ...all("figure", "delivered unchanged linked waiting dead due all restart fix verify"),
  ...all("word", "pipeline run api kind state from to before end result at rule"),
  ...all("text", "reason detail text problem difference remedy action via"),
  ...all("error", "error"),
};

/** A name as pipelines, reasons, states and days have it: no space, no capital at the start, no `@`. */
const WORD = /^[a-z0-9][\w.:+-]{0,63}$/;
/** What stands in the place of a value. */
const HIDDEN = "[hidden]";
/** Fields in a message, in their order; two braces are one. */
const PLACEHOLDER = /\{\{|\{([^{}]+)\}/g;

/**
 * A line with the fields alone that a line may carry. An order, a record or an answer of an API that is
 * handed to a logger by mistake stays inside, whole or in parts.
 */
export function withKnownFields(record: LogRecord): LogRecord {
  const { properties, message, rawMessage } = record;
  const names = typeof rawMessage === "string"
    ? [...rawMessage.matchAll(PLACEHOLDER)].flatMap(([, name]) => name === undefined ? [] : [name])
    : [];
  return {
    ...record,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, told(name, value)]),
    ),
    // Texts and values take turns, a text first.
    message: message.map((part, index) =>
      index % 2 === 0 ? part : told(names[(index - 1) / 2]?.trim() ?? "", part)
    ),
  };
}

/** Whether a line may carry a field of that name. */
export function isLogField(name: string): boolean {
  return Object.hasOwn(FIELDS, name);
}

function told(name: string, value: unknown): unknown {
  return value === undefined || value === null || fits(name, value) ? value : HIDDEN;
}

function fits(name: string, value: unknown): boolean {
  const kind = isLogField(name) ? FIELDS[name] : undefined;
  if (kind === undefined) return false;
  if (kind === "error") return value instanceof Error;
  if (["number", "bigint", "boolean"].includes(typeof value)) return true;
  if (typeof value !== "string") return false;
  return kind === "text" || (kind === "word" && WORD.test(value));
}

function all(kind: FieldKind, names: string): Readonly<Record<string, FieldKind>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, kind]));
}
