import type { OmetriaLineItem } from "../../../records/ometria_order.ts";
import type { SitooOrderItem } from "../../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import { assert, assertEquals } from "../../../std/assert.ts";
import { readVariantOptions } from "./lines.ts";
import { recordOf } from "./testing.ts";

/** The line made of one item, in an order whose totals are the item's. */
async function lineOf(
  fields: Partial<SitooOrderItem>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<OmetriaLineItem> {
  const item = sitooItem(fields);
  const net = Number(item.moneyitemtotal_net);
  const vat = Number(item.moneyitemtotal_vat);
  const record = await recordOf(
    sitooOrder({
      moneyfinal_net: net.toFixed(2),
      moneyfinal_vat: vat.toFixed(2),
      moneytotal_gross_all: (net + vat).toFixed(2),
      orderitems: [item],
    }),
    { options },
  );
  const [line] = record.lineitems;
  assert(line !== undefined);
  return line;
}

const discounted: Partial<SitooOrderItem> = {
  quantity: 2,
  moneydiscountedprice: "159.36",
  moneydiscount: "39.84",
  moneyitemtotal_net: "318.72",
  moneyitemtotal_vat: "79.68",
};

Deno.test("map takes the gross unit price from the line, never from the net price and VAT", async () => {
  const line = await lineOf({
    vatvalue: "12",
    moneyoriginalprice: "79.46",
    moneyitemtotal_net: "79.46",
    moneyitemtotal_vat: "9.54",
  });
  assertEquals([line.unit_price, line.total], [89, 89]);
});

Deno.test("map gives the unit price before discount, with or without VAT", async () => {
  assertEquals((await lineOf(discounted)).unit_price, 249);
  assertEquals((await lineOf(discounted, { unit_price: "net" })).unit_price, 199.2);
});

Deno.test("map gives discounts the sign the account uses", async () => {
  assertEquals((await lineOf(discounted)).discount, -99.6);
  assertEquals((await lineOf(discounted, { discount_sign: "positive" })).discount, 99.6);
  assert(!("discount" in await lineOf({})));
});

Deno.test("map takes the till's own discount of a row where it agrees with Sitoo's", async () => {
  const sold = {
    quantity: 3,
    vatvalue: "12",
    moneyoriginalprice: "79.46",
    moneydiscount: "39.73",
    moneyitemtotal_net: "119.20",
    moneyitemtotal_vat: "14.30",
  };
  const till = (text: string) => ({ additionaldata: { "orderitem-moneyrowdiscount": text } });
  assertEquals((await lineOf(sold)).discount, -133.49);
  assertEquals((await lineOf({ ...sold, ...till("133.50") })).discount, -133.5);
  assertEquals((await lineOf({ ...sold, ...till("119.20") })).discount, -133.49);
  assertEquals((await lineOf({ ...sold, ...till("much") })).discount, -133.49);
  // A cent for the row and one for each piece is what rounding explains.
  const limits: [string, number][] = [["99.63", -99.63], ["99.64", -99.6], ["-99.57", -99.57]];
  for (const [text, sent] of limits) {
    assertEquals((await lineOf({ ...discounted, ...till(text) })).discount, sent, text);
  }
  assertEquals((await lineOf(till("0.01"))).discount, undefined);
});

Deno.test("map names a product by Sitoo's id, then by SKU, then not at all", async () => {
  const { productid: _id, ...without } = sitooItem();
  const ids = async (item: SitooOrderItem): Promise<unknown[]> => {
    const record = await recordOf(sitooOrder({ orderitems: [item] }));
    return record.lineitems.map(({ product_id, variant_id, sku }) => [product_id, variant_id, sku]);
  };
  assertEquals(await ids(sitooItem()), [["8801", "8801", "TEE-RED-M"]]);
  assertEquals(await ids(sitooItem({ sku: " " })), [["8801", "8801", undefined]]);
  assertEquals(await ids(without), [["TEE-RED-M", "TEE-RED-M", "TEE-RED-M"]]);
  assertEquals(await ids({ ...without, sku: "" }), [["no-product", undefined, undefined]]);
});

Deno.test("map sends goods sold by weight as pieces, with their weight beside", async () => {
  const line = await lineOf({
    quantity: 2,
    unitlabel: "kg",
    decimalunitquantity: "0.500",
    decimalquantitytotal: "1.000",
    moneynetpriceperunit: "80.00",
    moneyoriginalprice: "100.00",
    moneydiscountedprice: "80.00",
    moneydiscount: "20.00",
    moneyitemtotal_net: "80.00",
    moneyitemtotal_vat: "20.00",
  });
  assertEquals([line.quantity, line.unit_price, line.discount, line.total], [2, 62.5, -25, 100]);
  assertEquals(line.properties, { unit_quantity: 0.5, unit: "kg" });
  const metres = await lineOf({ unitlabel: " m ", decimalunitquantity: "1.50" });
  assertEquals(metres.properties, { unit_quantity: 1.5, unit: "m" });
  const bare = await lineOf({ unitlabel: " ", decimalunitquantity: "1.50" });
  assertEquals(bare.properties, { unit_quantity: 1.5 });
});

Deno.test("map keeps lines that cost nothing", async () => {
  const line = await lineOf({
    moneydiscountedprice: "0.00",
    moneydiscount: "199.20",
    moneyitemtotal_net: "0.00",
    moneyitemtotal_vat: "0.00",
  });
  assertEquals([line.unit_price, line.discount, line.total], [249, -249, 0]);
});

Deno.test("map gives a line without a quantity its list price", async () => {
  const none = { quantity: 0, moneyitemtotal_net: "0.00", moneyitemtotal_vat: "0.00" };
  assertEquals((await lineOf(none)).unit_price, 249);
  assertEquals((await lineOf(none, { unit_price: "net" })).unit_price, 199.2);
});

Deno.test("readVariantOptions() reads every attribute, values with commas included", () => {
  const option = (type: string, label: string) => ({ type, id: label, label });
  const cases: [string, ReturnType<typeof option>[]][] = [
    ["Color: Red, Size: M", [option("color", "Red"), option("size", "M")]],
    ["Size: 1,5 L", [option("size", "1,5 L")]],
    ["Pattern: dots, stripes, Size: M", [option("pattern", "dots, stripes"), option("size", "M")]],
    ["Time: 10:30", [option("time", "10:30")]],
    ["Color: , Size: M", [option("size", "M")]],
    ["one size", []],
    [": M", []],
    ["Size: M, : wide", [option("size", "M, : wide")]],
    [" Size : M , Fit: slim", [option("size", "M"), option("fit", "slim")]],
    ["", []],
  ];
  for (const [text, options] of cases) assertEquals(readVariantOptions(text), options, text);
});

Deno.test("map sends the one voucher code of an order, and none of several", async () => {
  const codes = async (...list: string[]): Promise<string | undefined> => {
    const items = list.map((vouchercode, orderitemid) =>
      sitooItem({
        orderitemid,
        vouchercode,
        moneyitemtotal_net: "0.00",
        moneyitemtotal_vat: "0.00",
      })
    );
    const zero = { moneyfinal_net: "0.00", moneyfinal_vat: "0.00", moneytotal_gross_all: "0.00" };
    return (await recordOf(sitooOrder({ ...zero, orderitems: items }))).coupon_code;
  };
  assertEquals(await codes("AUTUMN20", "", " AUTUMN20 "), "AUTUMN20");
  assertEquals(await codes("AUTUMN20", "VIP"), undefined);
  assertEquals(await codes("", ""), undefined);
});
