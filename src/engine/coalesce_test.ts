import { assertEquals } from "../std/assert.ts";
import type { Origin } from "../records/order_ref.ts";
import type { InboxRow } from "../store/rows.ts";
import { coalesce } from "./coalesce.ts";

function row(orderId: number, origin: Origin, more: Partial<InboxRow> = {}): InboxRow {
  return { orderId, origin, dueAt: 5, receivedAt: 5, attempts: 0, key: [orderId, origin], ...more };
}

Deno.test("coalesce() makes one pointer of an order's rows, in the order of first sight", () => {
  const pointers = coalesce([row(2, "live"), row(1, "history"), row(2, "sweep")]);
  assertEquals(pointers.map((pointer) => [pointer.orderId, pointer.rows.length]), [[2, 2], [1, 1]]);
});

Deno.test("coalesce() keeps the most telling origin, the oldest event, the most attempts, any force", () => {
  const [pointer] = coalesce([
    row(7, "history", { receivedAt: 9, attempts: 3 }),
    row(7, "refund", { receivedAt: 4, force: true }),
    row(7, "replay", { receivedAt: 6, site: 2 }),
  ]);
  assertEquals(
    { ...pointer, rows: undefined },
    {
      orderId: 7,
      site: 2,
      origin: "replay",
      receivedAt: 4,
      attempts: 3,
      force: true,
      rows: undefined,
    },
  );
});
