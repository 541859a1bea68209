import { assertEquals } from "../std/assert.ts";
import { mappedOrderType } from "./ometria_order.ts";
import { anyRecordType } from "./record_type.ts";
import { sitooOrderType } from "./sitoo_order.ts";
import { sitooOrder } from "./testing.ts";

Deno.test("each record type knows its own records from the others'", () => {
  const sitoo = sitooOrder();
  const mapped = { order: {}, sitoo, timezone: "Europe/Stockholm" };
  const values = [sitoo, mapped, {}, null, undefined, "order"];
  assertEquals(values.map(sitooOrderType.is), [true, false, false, false, false, false]);
  assertEquals(values.map(mappedOrderType.is), [false, true, false, false, false, false]);
  assertEquals(values.map(anyRecordType.is), values.map(() => true));
});
