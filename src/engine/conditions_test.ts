import { assertEquals } from "../std/assert.ts";
import { Conditions } from "./conditions.ts";

Deno.test("Conditions tells each condition once, and again when it is over", () => {
  const conditions = new Conditions();
  const lag = { key: "lag-60m", text: "Orders wait for 61 minutes" };
  assertEquals(conditions.update([lag]), { raised: [lag], cleared: [] });
  const longer = { ...lag, text: "Orders wait for 62 minutes" };
  assertEquals(conditions.update([longer]), { raised: [], cleared: [] });
  assertEquals(conditions.update([]), { raised: [], cleared: [longer] });
  assertEquals(conditions.update([lag]).raised, [lag]);
});
