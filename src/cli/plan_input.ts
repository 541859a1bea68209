import type { ReadOrder } from "../sitoo/api.ts";
import { decodeOrder } from "../sitoo/wire.ts";
import { CommandError } from "./failure.ts";

/**
 * Reads orders as Sitoo answers them out of a file: one JSON object a line, a JSON list, or Sitoo's own
 * list with `items`. Throws `CommandError` with the line for what is none.
 */
export function readInput(
  text: string,
  { file, fields }: { readonly file: string; readonly fields: readonly string[] },
): readonly ReadOrder[] {
  const whole = asJson(text);
  const found = whole === undefined ? linesOf(text, file) : ordersIn(whole);
  const unique = new Map<number, ReadOrder>();
  for (const [index, raw] of found.entries()) {
    const orderId = idOf(raw);
    if (orderId === undefined) {
      throw new CommandError(`Entry ${index + 1} of "${file}" is no order: it has no orderid`, {
        hint: "Each entry has to be an order as Sitoo's API answers it",
      });
    }
    const decoded = decodeOrder(raw, fields);
    unique.set(
      orderId,
      decoded.ok
        ? { ok: true, orderId, order: decoded.order }
        : { ok: false, orderId, detail: decoded.detail },
    );
  }
  return [...unique.values()].toSorted((a, b) => a.orderId - b.orderId);
}

/** In batches, as they would be read from Sitoo. */
export async function* inPages(orders: readonly ReadOrder[]): AsyncIterable<readonly ReadOrder[]> {
  for (let from = 0; from < orders.length; from += 100) {
    yield await Promise.resolve(orders.slice(from, from + 100));
  }
}

function linesOf(text: string, file: string): readonly unknown[] {
  return text.split("\n").flatMap((line, index): readonly unknown[] => {
    if (line.trim() === "") return [];
    const value = asJson(line);
    if (value === undefined) {
      throw new CommandError(`Line ${index + 1} of "${file}" is no JSON`, {
        hint: "Write one order a line, or all of them as one JSON list",
      });
    }
    return ordersIn(value);
  });
}

function ordersIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const hasItems = typeof value === "object" && value !== null && "items" in value;
  return hasItems && Array.isArray(value.items) ? value.items : [value];
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function idOf(raw: unknown): number | undefined {
  if (typeof raw !== "object" || raw === null || !("orderid" in raw)) return undefined;
  const id = Number(raw.orderid);
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}
