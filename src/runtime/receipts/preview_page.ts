import type { Receipt } from "../../records/receipt.ts";
import { fillFields, valueAt } from "../../stages/sinks/receipt_subject.ts";
import { defaultReceipt } from "../../stages/sinks/default_receipt/default_receipt.ts";

/**
 * The email as a page. A template is Ometria's alone, so its fields are set as the default receipt, with a
 * line that says so; content of one's own has its fields filled in as Ometria does.
 */
export function previewPage(message: Receipt): string {
  if (message.content !== undefined) {
    return fillFields(message.content.html, message.data, escape);
  }
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

function localeOf(data: Readonly<Record<string, unknown>>): string {
  return valueAt(data, ["details", "locale"]) || "en-GB";
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
