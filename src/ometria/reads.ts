import * as z from "zod";
import { Decimal } from "../records/money.ts";
import type { CatalogueProduct, OptInStatus, StoredOrder } from "./api.ts";

const id = z.union([z.string().min(1), z.number().transform(String)]);
const text = z.union([z.string(), z.number().transform(String)]).nullish();
const amount = z.union([z.number(), z.string().regex(/^[-+]?\d+(\.\d+)?$/)]);
const flag = z.union([
  z.boolean(),
  z.enum(["true", "1"]).transform(() => true),
  z.enum(["false", "0"]).transform(() => false),
  z.literal(1).transform(() => true),
  z.literal(0).transform(() => false),
]).nullish();

const storedOrder = z.looseObject({
  id,
  grand_total: amount,
  status: text,
  is_valid: flag,
  lineitems: z.array(z.looseObject({
    quantity_refunded: amount.nullish(),
    refunded: amount.nullish(),
  })).nullish(),
});

const product = z.looseObject({
  id,
  sku: text,
  is_variant: flag,
  parent_id: text,
  parent: z.unknown().optional(),
});

const pushError = z.looseObject({ error_message: text, error_path: text });

/** Reads an order as Ometria gives it back; nothing when it is none. */
export function readStoredOrder(body: unknown): StoredOrder | undefined {
  const parsed = storedOrder.safeParse(body);
  if (!parsed.success) return undefined;
  const { id, grand_total, status, is_valid, lineitems } = parsed.data;
  const lines = lineitems ?? [];
  return {
    id,
    grand_total: Number(grand_total),
    ...(status === undefined || status === null ? {} : { status }),
    ...(is_valid === undefined || is_valid === null ? {} : { is_valid }),
    lines: lines.length,
    quantityRefunded: sum(lines.map((line) => line.quantity_refunded)),
    refunded: sum(lines.map((line) => line.refunded)),
  };
}

/** Reads a product or variant; nothing when it is none. How a variant names its parent is not documented. */
export function readProduct(body: unknown): CatalogueProduct | undefined {
  const parsed = product.safeParse(body);
  if (!parsed.success) return undefined;
  const { id, sku, is_variant, parent_id, parent } = parsed.data;
  const parentId = parent_id ?? text.safeParse(parent).data;
  return {
    id,
    variant: is_variant ?? false,
    ...(isGiven(sku) ? { sku } : {}),
    ...(isGiven(parentId) ? { parent: parentId } : {}),
  };
}

/** Reads one of the latest validation errors; nothing when it says nothing. */
export function readPushError(body: unknown): string | undefined {
  const parsed = pushError.safeParse(body);
  if (!parsed.success || !isGiven(parsed.data.error_message)) return undefined;
  const { error_message, error_path } = parsed.data;
  return isGiven(error_path) ? `${error_message} (${error_path})` : error_message;
}

/**
 * What `GET /profiles?email=` says of consent. Only an empty list and a plain true or false are taken
 * at their word; the rest is doubt, so that nobody is opted in by mistake.
 */
export function readOptIn(body: unknown, email: string): OptInStatus {
  const profiles = profilesIn(body);
  if (profiles.length === 0) return "none";
  const profile = profiles[0];
  if (profiles.length > 1 || !isRecord(profile)) return "unclear";
  // A filter that was ignored would give somebody else's profile.
  const found = profile["email"];
  if (typeof found === "string" && fold(found) !== fold(email)) return "unclear";
  switch (profile["marketing_optin"]) {
    case true:
      return "opted-in";
    case false:
      return "opted-out";
    default:
      return "unclear";
  }
}

/** A profile may have lists of its own, so what looks like one profile is taken as one. */
function profilesIn(body: unknown): readonly unknown[] {
  const isOne = isRecord(body) &&
    ["marketing_optin", "email", "id", "customer_id"].some((key) => key in body);
  return isOne ? [body] : rowsOf(body) ?? [body];
}

/** The rows of a list, which may come plain or inside an object; nothing when there is no list. */
export function rowsOf(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isRecord(body)) return undefined;
  for (const key of ["data", "items", "results", "orders", "products", "profiles", "errors"]) {
    const rows = body[key];
    if (Array.isArray(rows)) return rows;
  }
  return undefined;
}

function sum(values: readonly (number | string | null | undefined)[]): number {
  return Decimal.sum(values.map((value) => Decimal.parse(value ?? 0))).toNumber();
}

function fold(email: string): string {
  return email.trim().toLowerCase();
}

function isGiven(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value !== "";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
