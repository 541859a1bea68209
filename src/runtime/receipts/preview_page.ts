import type { Receipt } from "../../records/receipt.ts";
import { defaultReceipt } from "../../stages/sinks/default_receipt/default_receipt.ts";

/**
 * The email as a page. A template is Ometria's alone, so its fields are set as the default receipt, with a
 * line that says so; content of one's own has its fields filled in as Ometria does.
 */
export function previewPage(message: Receipt): string {
  if (message.content !== undefined) return filled(message.content.html, message.data);
  const { html } = defaultReceipt(message.data, {
    locale: localeOf(message.data),
    seller: [message.from.name ?? message.from.email],
  });
  const note = `Ometria sets these fields in its template ${message.template_id ?? ""}, ` +
    "which only Ometria has. Here they stand in the default receipt.";
  return html.replace(
    /<body[^>]*>/,
    (body) =>
      `${body}\n<p dir="ltr" style="margin:0;padding:12px;background:#fff3cd;font:14px Arial,sans-serif">${note}</p>`,
  );
}

function filled(html: string, data: Readonly<Record<string, unknown>>): string {
  return html.replaceAll(
    /\{\{\s*([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*\}\}/g,
    (_match, path: string) => escape(textAt(data, path)),
  );
}

function localeOf(data: Readonly<Record<string, unknown>>): string {
  return textAt(data, "details.locale") || "en-GB";
}

function textAt(data: Readonly<Record<string, unknown>>, path: string): string {
  let value: unknown = data;
  for (const name of path.split(".")) {
    if (!isFields(value) || !Object.hasOwn(value, name)) return "";
    value = value[name];
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
