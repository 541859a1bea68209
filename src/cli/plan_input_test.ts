import { sitooOrder } from "../records/testing.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../std/assert.ts";
import { CommandError } from "./failure.ts";
import { inPages, readInput } from "./plan_input.ts";

const options = { file: "orders.ndjson", fields: ["comment"] };
const [one, two] = [sitooOrder({ orderid: 1 }), sitooOrder({ orderid: 2 })];

Deno.test("readInput() takes one order a line, a list, and Sitoo's own list", () => {
  for (
    const text of [
      `${JSON.stringify(two)}\n\n${JSON.stringify(one)}\r\n`,
      JSON.stringify([one, two], undefined, 2),
      JSON.stringify({ totalcount: 2, items: [one, two] }),
      `${JSON.stringify({ items: [one] })}\n${JSON.stringify([two])}`,
    ]
  ) {
    const orders = readInput(text, options);
    assertEquals(orders.map((read) => read.ok && read.order), [one, two]);
  }
  assertEquals(readInput(JSON.stringify(one), options).length, 1);
});

Deno.test("readInput() keeps fields that are asked for, and orders that cannot be read", () => {
  const [read, odd] = readInput(
    `${JSON.stringify({ ...one, comment: "Ring twice" })}\n{"orderid": 3}`,
    options,
  );
  assertStringIncludes(JSON.stringify(read), "Ring twice");
  assertEquals(odd, { ok: false, orderId: 3, detail: "orderitems is missing" });
});

Deno.test("readInput() says where there is no order", () => {
  assertThrows(() => readInput("{}\nno", options), CommandError, 'Line 2 of "orders.ndjson"');
  assertThrows(() => readInput("[{}]", options), CommandError, "no orderid");
});

Deno.test("inPages() gives a hundred at a time", async () => {
  const orders = Array.from({ length: 250 }, (_, index) => ({
    ok: false as const,
    orderId: index,
    detail: "",
  }));
  const sizes: number[] = [];
  for await (const page of inPages(orders)) sizes.push(page.length);
  assertEquals(sizes, [100, 100, 50]);
});
