import type { OmetriaContact } from "../../records/ometria_contact.ts";
import type { OmetriaLineItem, OmetriaOrder } from "../../records/ometria_order.ts";

const utc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const totals = ["grand_total", "subtotal", "tax", "shipping"] as const;
const lineTotals = ["unit_price", "subtotal", "tax", "total"] as const;

/**
 * The first thing about an order that Ometria would refuse or could not use, or `undefined`. Expressions
 * under `set` and custom stages can put anything into a record, whatever its type says. Plain code, since it
 * runs for every order. Names fields, never their values.
 * Source: Ometria data API, required fields of orders.
 */
export function problemOf(order: OmetriaOrder): string | undefined {
  if (order["@type"] !== "order") return "@type is not order";
  if (!isText(order.id)) return "id is empty";
  if (!isText(order.timestamp) || !utc.test(order.timestamp)) return "timestamp is no UTC time";
  if (Number.isNaN(Date.parse(order.timestamp))) return "timestamp is no UTC time";
  if (!isText(order.currency) || !/^[A-Z]{3}$/.test(order.currency)) {
    return "currency is no ISO 4217 code";
  }
  if (!isText(order.status)) return "status is empty";
  if (typeof order.is_valid !== "boolean") return "is_valid is not true or false";
  const total = totals.find((field) => !Number.isFinite(order[field]));
  if (total !== undefined) return `${total} is no number`;
  if (order.customer?.email !== undefined && !isAddress(order.customer.email)) {
    return "customer.email is no address";
  }
  if (!Array.isArray(order.lineitems)) return "lineitems is no list";
  for (const [index, line] of order.lineitems.entries()) {
    const problem = problemOfLine(line);
    if (problem !== undefined) return `lineitems[${index}].${problem}`;
  }
  return undefined;
}

/** As {@linkcode problemOf}, for the contact that goes before an order. */
export function problemOfContact(contact: OmetriaContact): string | undefined {
  if (!isText(contact.id)) return "contact.id is empty";
  if (!isText(contact["@collection"])) return "contact.@collection is empty";
  if (!isAddress(contact.email)) return "contact.email is no address";
  return undefined;
}

function problemOfLine(line: OmetriaLineItem): string | undefined {
  if (!isText(line.product_id)) return "product_id is empty";
  if (!Number.isInteger(line.quantity)) return "quantity is no whole number";
  const total = lineTotals.find((field) => !Number.isFinite(line[field]));
  return total === undefined ? undefined : `${total} is no number`;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isAddress(value: unknown): boolean {
  return isText(value) && value.includes("@");
}
