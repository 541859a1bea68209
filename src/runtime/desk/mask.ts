import type { FieldPath } from "../../definition/definition.ts";
import { mapScalars } from "../../definition/plain.ts";
import { personalTexts } from "./personal.ts";

/** Covers what tells of a person in a record, or in one value of it. */
export type Mask = (tree: unknown, path?: FieldPath) => unknown;

/** Parts of an Ometria record that are about a person. */
const people: ReadonlySet<string> = new Set([
  "customer",
  "shipping_address",
  "billing_address",
  "contact",
  "to",
]);
/** What may be seen of a person: it is the same for many, or says nothing without a key. */
const harmless: ReadonlySet<string> = new Set([
  "@type",
  "@collection",
  "@merge",
  "country_code",
  "marketing_optin",
  "timestamp_subscribed",
]);
/** Shorter texts are covered only where they stand alone. */
const shortest = 3;
/** A shorter number is rather an amount than a phone number or an id. */
const fewestDigits = 6;

/** Shows everything. */
export function showAll(tree: unknown): unknown {
  return tree;
}

/**
 * Makes a mask for what was made of an order: it covers the parts of a record that are about a person,
 * and every other text in which one of the order's personal texts stands, as expressions and custom
 * stages may have put it anywhere.
 */
export function createMask(order: unknown): Mask {
  const known = personalTexts(order);
  const long = [...known].filter((text) => text.length >= shortest);
  const numbers = new Set(
    [...known].map((text) => text.replaceAll(/\D/g, "").replace(/^0+/, ""))
      .filter((digits) => digits.length >= fewestDigits),
  );
  return (tree, path = []) => mapScalars(tree, cover, path);

  function cover(value: unknown, path: FieldPath): unknown {
    if (typeof value !== "string" && typeof value !== "number") return value;
    const key = path.at(-1);
    const parts = path.slice(0, -1);
    const isContactId = key === "id" && parts.at(-1) === "contact";
    const within = parts.some((part) => typeof part === "string" && people.has(part));
    if (within && !isContactId && !harmless.has(String(key))) return covered(String(value));
    if (typeof value === "number") {
      return numbers.has(String(value)) ? covered(String(value)) : value;
    }
    const text = value.trim().toLowerCase();
    const tells = known.has(text) || long.some((personal) => text.includes(personal));
    return tells || /\S@\S+\.\S/.test(value) ? covered(value) : value;
  }
}

/** `m***@***`, `M***`: that there is something, and hardly what. */
export function covered(text: string): string {
  if (text === "") return "";
  const [first = ""] = text;
  return text.includes("@") ? `${first}***@***` : `${first}***`;
}
