import type * as z from "zod";

/** Why a stored value could not be read. */
export class UnreadableRowError extends Error {
  override readonly name = "UnreadableRowError";
  /** `newer`: written by a later version; everything else is `corrupt`. */
  readonly why: "corrupt" | "newer";

  constructor(message: string, why: "corrupt" | "newer") {
    super(message);
    this.why = why;
  }
}

/** Turns rows into stored bytes (JSON in UTF-8, so that their size is known) and back. */
export interface Codec<T> {
  readonly kind: string;
  encode(row: T): Uint8Array;
  /** @throws {UnreadableRowError} */
  decode(stored: unknown): T;
}

/** A row as JSON, before it is checked. */
export type RawRow = Readonly<Record<string, unknown>>;

/** One schema for every key of a row type, so that none is forgotten when a field is added. */
export type ShapeOf<T> = { readonly [K in keyof T]-?: z.ZodType };

/** How a kind of row is stored. */
export interface CodecSpec<T> {
  /** For messages: `ledger row`. */
  readonly kind: string;
  /** Rises whenever the form changes in a way that older programs would misread. */
  readonly version: number;
  readonly schema: z.ZodType<T> & { readonly shape: object };
  /** From each older version to the next: `1: (row) => …` makes a version 2 row. */
  readonly migrations?: Readonly<Record<number, (row: RawRow) => RawRow>>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Describes a kind of row. Only the fields of its schema are stored, beside the version `v`. */
export function defineCodec<T extends object>(spec: CodecSpec<T>): Codec<T> {
  const fields = Object.keys(spec.schema.shape);
  return { kind: spec.kind, encode, decode };

  function encode(row: T): Uint8Array {
    const stored: Record<string, unknown> = { v: spec.version };
    for (const field of fields) stored[field] = Reflect.get(row, field);
    return encoder.encode(JSON.stringify(stored));
  }

  function decode(stored: unknown): T {
    const raw = parseJson(stored);
    if (raw === undefined) throw corrupt(spec.kind, "it is no JSON record");
    const result = spec.schema.safeParse(upgrade(raw, spec));
    if (result.success) return result.data;
    throw corrupt(spec.kind, `wrong ${result.error.issues.map(pathOf).join(", ")}`);
  }
}

function upgrade<T>(raw: RawRow, spec: CodecSpec<T>): RawRow {
  const { v } = raw;
  if (typeof v !== "number" || !Number.isInteger(v) || v < 1) {
    throw corrupt(spec.kind, "its version is missing");
  }
  if (v > spec.version) {
    throw new UnreadableRowError(
      `Cannot read a ${spec.kind} of version ${v}: this Tillpipe knows ${spec.version}, update it`,
      "newer",
    );
  }
  let row = raw;
  for (let version = v; version < spec.version; version++) {
    const migrate = spec.migrations?.[version];
    if (migrate === undefined) throw corrupt(spec.kind, `nothing reads version ${version}`);
    row = migrate(row);
  }
  return row;
}

function parseJson(stored: unknown): RawRow | undefined {
  if (!(stored instanceof Uint8Array)) return undefined;
  try {
    const value: unknown = JSON.parse(decoder.decode(stored));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is RawRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function corrupt(kind: string, why: string): UnreadableRowError {
  return new UnreadableRowError(`Cannot read a ${kind}: ${why}`, "corrupt");
}

function pathOf(issue: { readonly path: readonly PropertyKey[] }): string {
  return issue.path.map(String).join(".") || "content";
}
