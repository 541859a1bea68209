import type { ReceiptView } from "./view.ts";

/** The text part, for mail programs that show no HTML. */
export function receiptText(view: ReceiptView): string {
  const sections: readonly (readonly string[])[] = [
    view.seller,
    [view.title],
    view.facts.map(pair),
    view.lines.flatMap((line) => [
      line.name,
      ...line.notes.map((note) => `  ${note}`),
      `  ${line.quantity} = ${line.total}`,
    ]),
    [...view.totals.map(pair), pair(view.total), ...view.payment.map(pair)],
    taxLines(view),
  ];
  const text = sections.filter((lines) => lines.length > 0)
    .map((lines) => lines.map(oneLine).join("\n")).join("\n\n");
  return `${withoutFields(text)}\n`;
}

function pair([name, value]: readonly [string, string]): string {
  return `${name}: ${value}`;
}

/** A row a line, each amount with its word: columns do not hold in every mail program. */
function taxLines({ taxes: [heading = [], ...rows] }: ReceiptView): readonly string[] {
  return rows.map((row) =>
    row.map((cell, index) => `${heading[index] ?? ""} ${cell}`.trim()).join(", ")
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trimEnd();
}

/** Ometria fills in what stands in double braces; nothing of an order may be taken for that. */
function withoutFields(text: string): string {
  return text.replaceAll("{{", "{ {").replaceAll("}}", "} }");
}
