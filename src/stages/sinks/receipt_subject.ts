/**
 * Puts fields into a subject: `Your receipt {{ details.receiptNumber }}`. Ometria fills in the fields of a
 * template only. A field that is missing or no single value becomes nothing.
 */
export function fillIn(subject: string, data: Readonly<Record<string, unknown>>): string {
  const filled = subject.replaceAll(
    /\{\{\s*([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*\}\}/g,
    (_match, path: string) => valueAt(data, path.split(".")),
  );
  // A line break in a header would end it.
  return filled.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

function valueAt(data: Readonly<Record<string, unknown>>, path: readonly string[]): string {
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
