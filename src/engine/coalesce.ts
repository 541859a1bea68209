import type { Origin } from "../records/order_ref.ts";
import type { InboxRow } from "../store/rows.ts";
import type { Pointer } from "./work.ts";

const precedence: readonly Origin[] = ["live", "replay", "sweep", "refund", "history"];

/** Joins the rows of each order into one pointer, in the order in which the orders first appear. */
export function coalesce(rows: readonly InboxRow[]): readonly Pointer[] {
  const byOrder = new Map<number, InboxRow[]>();
  for (const row of rows) {
    const known = byOrder.get(row.orderId);
    if (known === undefined) byOrder.set(row.orderId, [row]);
    else known.push(row);
  }
  return [...byOrder].map(([orderId, own]) => join(orderId, own));
}

function join(orderId: number, rows: readonly InboxRow[]): Pointer {
  const site = rows.find((row) => row.site !== undefined)?.site;
  return {
    orderId,
    origin: precedence.find((origin) => rows.some((row) => row.origin === origin)) ?? "live",
    receivedAt: Math.min(...rows.map((row) => row.receivedAt)),
    attempts: Math.max(...rows.map((row) => row.attempts)),
    force: rows.some((row) => row.force === true),
    rows,
    ...(site === undefined ? {} : { site }),
  };
}
