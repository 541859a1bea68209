import stringWidth from "string-width";

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Figures stand on the right. @default "left" */
  readonly align?: "left" | "right";
}

/** Options of {@linkcode renderTable}. */
export interface TableOptions {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Makes the first line stand out. */
  readonly heading?: (text: string) => string;
}

/** Sets rows in columns that are as wide as what stands in them; colours do not count. */
export function renderTable(options: TableOptions): string {
  const { columns, rows } = options;
  const names = columns.map((column) => column.name);
  const widths = columns.map((_, index) =>
    Math.max(...[names, ...rows].map((row) => stringWidth(row[index] ?? "")))
  );
  const line = (cells: readonly string[]): string =>
    columns.map((column, index) => pad(cells[index] ?? "", widths[index] ?? 0, column.align))
      .join("  ").trimEnd();
  const heading = options.heading ?? ((text) => text);
  return [heading(line(names)), ...rows.map(line)].join("\n");
}

function pad(text: string, width: number, align: Column["align"]): string {
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "right" ? space + text : text + space;
}
