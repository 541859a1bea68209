/** A row as JSON gives it; nothing about its values is known yet. */
export type Row = Readonly<Record<string, unknown>>;

/** Says which field of a row cannot be read, never what is in it: that may be personal. */
export class FieldProblem extends Error {
  override readonly name = "FieldProblem";
  readonly field: string;
  readonly problem: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.field = field;
    this.problem = problem;
  }
}

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text; numbers and truth values as text, `""` for everything that is none. */
export function text(row: Row, field: string): string {
  const value = row[field];
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** A whole number, also as text; `fallback` stands for `null`, `""` and a missing field. */
export function integer(row: Row, field: string, fallback?: number): number {
  const value = row[field];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  const found = isNothing(value) ? fallback : toInteger(value);
  if (found === undefined) throw problemOf(value, field, "is no whole number");
  return found;
}

/** An id; Sitoo writes `null`, `""` and 0 for none. */
export function optionalId(row: Row, field: string): number | undefined {
  const value = row[field];
  if (isNothing(value)) return undefined;
  const id = toInteger(value);
  if (id === undefined || id < 0) throw new FieldProblem(field, "is no id");
  return id === 0 ? undefined : id;
}

/** An amount with at least two decimals; `fallback` stands for `null`, `""` and a missing field. */
export function money(row: Row, field: string, fallback?: string): string {
  const value = row[field];
  if (typeof value === "string" && EVEN_MONEY.test(value) && value !== "-0.00") return value;
  const found = isNothing(value) ? fallback : toDecimal(value, 2);
  if (found === undefined) throw problemOf(value, field, "is no amount");
  return found;
}

/** A decimal number with at least `digits` decimals, or nothing for `null`, `""` and a missing field. */
export function optionalDecimal(row: Row, field: string, digits: number): string | undefined {
  const value = row[field];
  if (isNothing(value)) return undefined;
  const found = toDecimal(value, digits);
  if (found === undefined) throw new FieldProblem(field, "is no decimal number");
  return found;
}

/** A list; `null` and a missing field are an empty one. */
export function list(row: Row, field: string): readonly unknown[] {
  const value = row[field];
  if (Array.isArray(value)) return value;
  if (isNothing(value)) return [];
  throw new FieldProblem(field, "is no list");
}

/** A map of texts; `null`, `[]`, `""` and a missing field are an empty one. */
export function textMap(row: Row, field: string): Readonly<Record<string, string>> {
  const value = row[field];
  const map: Record<string, string> = {};
  if (typeof value !== "object" || value === null) return map;
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry === "string") map[key] = entry;
    else if (entry !== null) {
      map[key] = typeof entry === "object" ? JSON.stringify(entry) : `${entry}`;
    }
  }
  return map;
}

/** The usual form of an amount, which needs no work. */
const EVEN_MONEY = /^-?(?:0|[1-9]\d*)\.\d\d$/;
const DECIMAL = /^([-+]?)0*(\d+?)(?:\.(\d*?)0*)?$/;
const INTEGER = /^[-+]?\d{1,16}(?:\.0*)?$/;

function isNothing(value: unknown): value is null | undefined | "" {
  return value === null || value === undefined || value === "";
}

function problemOf(value: unknown, field: string, problem: string): FieldProblem {
  return new FieldProblem(field, isNothing(value) ? "is missing" : problem);
}

function toInteger(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  if (typeof value === "string" && !INTEGER.test(value.trim())) return undefined;
  const found = Number(value);
  return Number.isSafeInteger(found) ? found + 0 : undefined;
}

/** The number's text: no plus sign, no leading zeros, no zeros at the end beyond `digits`. */
function toDecimal(value: unknown, digits: number): string | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const match = DECIMAL.exec(String(value).trim());
  if (match === null) return undefined;
  const whole = match[2] ?? "0";
  const fraction = (match[3] ?? "").padEnd(digits, "0");
  const number = fraction === "" ? whole : `${whole}.${fraction}`;
  return match[1] === "-" && /[1-9]/.test(number) ? `-${number}` : number;
}
