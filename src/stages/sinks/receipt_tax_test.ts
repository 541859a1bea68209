import { assertEquals } from "../../std/assert.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../records/testing.ts";
import { taxRows } from "./receipt_tax.ts";

/** Name, rate, net and tax of each row as text. */
function table(fields: Partial<SitooOrder>): (string | undefined)[][] {
  return taxRows(sitooOrder(fields)).map((row) => [
    row.name,
    row.rate.toString(),
    row.net.toString(),
    row.tax.toString(),
  ]);
}

Deno.test("taxRows adds lines of one rate together, highest rate first", () => {
  const orderitems = [
    sitooItem({ moneyitemtotal_net: "74.53", moneyitemtotal_vat: "4.47", vatvalue: "6" }),
    sitooItem({ moneyitemtotal_net: "318.72", moneyitemtotal_vat: "79.68", vatvalue: "25" }),
    sitooItem({ moneyitemtotal_net: "119.20", moneyitemtotal_vat: "29.80", vatvalue: "25.00" }),
  ];
  assertEquals(table({ orderitems }), [
    [undefined, "25", "437.92", "109.48"],
    [undefined, "6", "74.53", "4.47"],
  ]);
});

Deno.test("taxRows finds the rate of a fee among the lines, else from its amounts", () => {
  assertEquals(table({ moneydelivery_net: "39.20", moneydelivery_vat: "9.80" }), [
    [undefined, "25", "238.40", "59.60"],
  ]);
  // Rounded as they are, its amounts alone would give 26 %.
  assertEquals(table({ moneycheckout_net: "0.82", moneycheckout_vat: "0.21" }), [
    [undefined, "25", "200.02", "50.01"],
  ]);
  assertEquals(table({ moneydelivery_net: "50.00", moneydelivery_vat: "6.00" }), [
    [undefined, "25", "199.20", "49.80"],
    [undefined, "12", "50.00", "6.00"],
  ]);
});

Deno.test("taxRows lists sales taxes by name instead of rows of no VAT", () => {
  const tax = {
    name: "Example City Tax",
    code: "EX-CITY",
    moneytotal: "20.00",
    moneytax: "1.78",
    decimaltaxvalue: "8.875",
  };
  const line = sitooItem({
    vatvalue: "0",
    moneyitemtotal_net: "20.00",
    moneyitemtotal_vat: "0.00",
    salestaxes: [tax, { ...tax, name: "", code: "EX-STATE" }],
  });
  assertEquals(table({ orderitems: [line, line] }), [
    ["Example City Tax", "8.875", "40.00", "3.56"],
    ["EX-STATE", "8.875", "40.00", "3.56"],
  ]);
});

Deno.test("taxRows keeps a rate of zero where there is no sales tax", () => {
  const line = sitooItem({ vatvalue: "0", moneyitemtotal_net: "9.00", moneyitemtotal_vat: "0.00" });
  assertEquals(table({ orderitems: [line] }), [[undefined, "0", "9.00", "0.00"]]);
});

Deno.test("taxRows lists a fee without tax, and none where there is no fee", () => {
  assertEquals(table({ moneydelivery_net: "40.00" }), [
    [undefined, "25", "199.20", "49.80"],
    [undefined, "0", "40.00", "0.00"],
  ]);
  assertEquals(table({ moneycheckout_vat: "2.00" }), [
    [undefined, "25", "199.20", "49.80"],
    [undefined, "0", "0.00", "2.00"],
  ]);
  assertEquals(table({ orderitems: [] }), []);
  assertEquals(table({ moneydelivery_net: "-50.00", moneydelivery_vat: "-6.00" }), [
    [undefined, "25", "199.20", "49.80"],
    [undefined, "12", "-50.00", "-6.00"],
  ]);
  assertEquals(table({ moneycheckout_net: "0.82", moneycheckout_vat: "0.2104" }), [
    [undefined, "25", "200.02", "50.0104"],
  ]);
  assertEquals(table({ moneydelivery_net: "40.004", moneydelivery_vat: "10.004" }), [
    [undefined, "25", "239.204", "59.804"],
  ]);
});
