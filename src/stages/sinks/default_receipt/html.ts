import type { ReceiptView } from "./view.ts";

const ink = "color:#1a1a1a";
const quiet = "color:#595959;font-size:13px;line-height:18px";
const rule = "border-top:1px solid #d9d9d9";
const breaks = "word-break:break-word;overflow-wrap:anywhere";

/**
 * The HTML part: tables and styles on the elements, since mail programs drop the rest; no pictures, no
 * links, nothing loaded from anywhere. Amounts keep their own direction in a text from right to left.
 */
export function receiptHtml(view: ReceiptView): string {
  const { language: { tag, direction } } = view;
  const end = direction === "rtl" ? "left" : "right";
  const start = direction === "rtl" ? "right" : "left";
  return `<!doctype html>
<html lang="${tag}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>${escape(view.title)}</title>
</head>
<body style="margin:0;padding:0;background:#f2f2f2">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f2f2f2">
<tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" dir="${direction}" style="max-width:560px;background:#ffffff;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:22px;${ink};text-align:${start}">
<tr><td style="padding:24px 24px 8px">
${view.seller.map((text, index) => sellerLine(text, index)).join("\n")}
<h1 style="margin:16px 0 0;font-size:22px;line-height:28px;${ink}">${escape(view.title)}</h1>
</td></tr>
<tr><td style="padding:0 24px">${
    table(view.facts.map(([name, value]) => factRow(name, value, end)))
  }</td></tr>
<tr><td style="padding:16px 24px 0">${
    table(view.lines.map((line) => lineRows(line, end)))
  }</td></tr>
<tr><td style="padding:0 24px 8px">${
    table([
      ...view.totals.map(([name, value]) => amountRow(name, value, { end })),
      amountRow(...view.total, { end, strong: true }),
      ...view.payment.map(([name, value]) => amountRow(name, value, { end })),
    ])
  }</td></tr>
${taxTable(view, end)}
<tr><td style="padding:0 0 16px"></td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function table(rows: readonly string[]): string {
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
${rows.join("\n")}
</table>`;
}

function sellerLine(text: string, index: number): string {
  const style = index === 0 ? `font-weight:bold;font-size:17px;${breaks}` : `${quiet};${breaks}`;
  return `<div dir="auto" style="${style}">${escape(text)}</div>`;
}

function factRow(name: string, value: string, end: string): string {
  return `<tr><td valign="top" style="padding:2px 0;${quiet}">${escape(name)}</td>` +
    `<td align="${end}" style="padding:2px 0;${quiet};${breaks}">${own(value)}</td></tr>`;
}

function lineRows(line: ReceiptView["lines"][number], end: string): string {
  const notes = line.notes.map((note) => `<div style="${quiet};${breaks}">${own(note)}</div>`);
  return `<tr><td valign="top" style="padding:10px 0;${rule};${breaks}">` +
    `<div>${own(line.name)}</div>${notes.join("")}` +
    `<div style="${quiet}">${own(line.quantity)}</div></td>` +
    `<td align="${end}" valign="top" style="padding:${
      besideName("10px", end)
    };${rule};white-space:nowrap">` +
    `${own(line.total)}</td></tr>`;
}

function amountRow(
  name: string,
  value: string,
  { end, strong = false }: { readonly end: string; readonly strong?: boolean },
): string {
  const style = strong
    ? `padding:10px 0;${rule};font-weight:bold;font-size:18px`
    : `padding:6px 0;${rule}`;
  return `<tr><td style="${style}">${escape(name)}</td>` +
    `<td align="${end}" style="${style};${breaks}">${own(value)}</td></tr>`;
}

function taxTable({ taxes: [heading, ...rows] }: ReceiptView, end: string): string {
  if (heading === undefined) return "";
  const cell = (text: string, index: number, tag: "th" | "td"): string =>
    `<${tag} align="${index === 0 ? "start" : end}" style="padding:${
      index === 0 ? "4px 0" : besideName("4px", end)
    };${quiet};` +
    `font-weight:${tag === "th" ? "bold" : "normal"}${index === 0 ? ";text-align:start" : ""}">${
      own(breakable(text))
    }</${tag}>`;
  const row = (cells: readonly string[], tag: "th" | "td"): string =>
    `<tr>${cells.map((text, index) => cell(text, index, tag)).join("")}</tr>`;
  return `<tr><td style="padding:8px 24px">
<table width="100%" cellpadding="0" cellspacing="0" border="0">
${[row(heading, "th"), ...rows.map((cells) => row(cells, "td"))].join("\n")}
</table></td></tr>`;
}

/** A table of four columns has to fit the narrowest phone: an amount may break before its currency. */
function breakable(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

/** Room above and below, and towards what an amount stands beside. */
function besideName(height: string, end: string): string {
  return end === "right" ? `${height} 0 ${height} 8px` : `${height} 8px ${height} 0`;
}

/** A text in its own direction, whatever stands around it. */
function own(text: string): string {
  return `<bdi>${escape(text)}</bdi>`;
}

/** As HTML; double braces too, since Ometria fills fields in. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("{", "&#123;").replaceAll("}", "&#125;");
}
