/**
 * Puts fields into a subject: `Your receipt {{ details.receiptNumber }}`. Ometria fills in the fields of a
 * template only. A field that is missing or no single value becomes nothing.
 */
export function fillIn(subject: string, data: Readonly<Record<string, unknown>>): string {
  // A line break in a header would end it.
  return fillFields(subject, data).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

/** Puts fields into any text; `write` makes each value fit for it. */
export function fillFields(
  text: string,
  data: Readonly<Record<string, unknown>>,
  write: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(
    /\{\{\s*([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*\}\}/g,
    (_match, path: string) => write(valueAt(data, path.split("."))),
  );
}

/** The single value at a path, as text; nothing where there is none. */
export function valueAt(data: Readonly<Record<string, unknown>>, path: readonly string[]): string {
  let value: unknown = data;
  for (const name of path) {
    if (!isFields(value) || !Object.hasOwn(value, name)) return "";
    value = value[name];
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
