import { assertEquals } from "../../std/assert.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../records/testing.ts";
import { isRefund, receiptData } from "./receipt_data.ts";
import { createReceiptFormats } from "./receipt_format.ts";

const formatOf = createReceiptFormats("sv-SE");

function dataOf(fields: Partial<SitooOrder>, zone = "Europe/Stockholm"): unknown {
  const order = sitooOrder(fields);
  const data = receiptData(order, { format: formatOf(order.currencycode), locale: "sv-SE", zone });
  // Locales use blanks and a minus that look alike.
  const text = JSON.stringify(data).replaceAll(/[\u00a0\u202f]/g, " ").replaceAll("−", "-");
  return JSON.parse(text);
}

/** A discounted sale with several lines and two rates. */
const discounted: Partial<SitooOrder> = {
  orderid: 50212,
  moneyfinal_net: "512.45",
  moneyfinal_vat: "113.95",
  moneytotal_gross_all: "626.40",
  orderdate: 1757166130,
  checkouttypename: "Sitoo POS - Card",
  additionaldata: {
    "pos-receiptid": "SII000000471100220317",
    "store-externalid": "S-014",
    "store-name": "Example Harbour",
  },
  orderitems: [
    sitooItem({
      productattributes: "Color: Red, Size: M",
      quantity: 2,
      moneyoriginalprice: "199.20",
      moneydiscountedprice: "159.36",
      moneydiscount: "39.84",
      moneyitemtotal_net: "318.72",
      moneyitemtotal_vat: "79.68",
      vouchercode: "AUTUMN20",
      additionaldata: { "orderitem-moneyrowdiscount": "99.60" },
    }),
    sitooItem({
      orderitemid: 1,
      productname: "Cap",
      sku: "CAP-NAVY-OS",
      moneyitemtotal_net: "119.20",
      moneyitemtotal_vat: "29.80",
    }),
    sitooItem({
      orderitemid: 2,
      productname: "Care guide (book)",
      sku: "BOOK-CARE-01",
      moneyitemtotal_net: "74.53",
      moneyitemtotal_vat: "4.47",
      vatvalue: "6",
    }),
  ],
};

Deno.test("receiptData shows a sale as its receipt does", () => {
  assertEquals(dataOf(discounted), {
    contact: { firstname: "Maja", surname: "Ek", name: "Maja Ek" },
    details: {
      orderID: "SII000000471100220317",
      receiptNumber: "SII000000471100220317",
      creationDate: "2025-09-06 15:42",
      date: "2025-09-06",
      time: "15:42",
      status: "complete",
      coupons: "AUTUMN20",
      till: "7D2A41C0-5B1E-4C37-9F60-2E8A13B5D904",
      currency: "SEK",
      locale: "sv-SE",
    },
    payment: { paymentMethod: "Card", amount: "626,40 kr" },
    totals: {
      subTotal: "512,45 kr",
      totalShippingCost: "0,00 kr",
      totalTax: "113,95 kr",
      grandTotal: "626,40 kr",
      discount: "99,60 kr",
      paymentFee: "",
      rounding: "",
    },
    store: { id: "S-014", name: "Example Harbour" },
    lines: [
      {
        name: "Tee",
        sku: "TEE-RED-M",
        options: "Color: Red, Size: M",
        quantity: "2",
        unitPrice: "249,00 kr",
        discount: "99,60 kr",
        total: "398,40 kr",
        taxRate: "25 %",
      },
      {
        name: "Cap",
        sku: "CAP-NAVY-OS",
        options: "",
        quantity: "1",
        unitPrice: "149,00 kr",
        discount: "",
        total: "149,00 kr",
        taxRate: "25 %",
      },
      {
        name: "Care guide (book)",
        sku: "BOOK-CARE-01",
        options: "",
        quantity: "1",
        unitPrice: "79,00 kr",
        discount: "",
        total: "79,00 kr",
        taxRate: "6 %",
      },
    ],
    taxes: [
      { name: "", rate: "25 %", net: "437,92 kr", tax: "109,48 kr", gross: "547,40 kr" },
      { name: "", rate: "6 %", net: "74,53 kr", tax: "4,47 kr", gross: "79,00 kr" },
    ],
  });
});

Deno.test("receiptData works a discount out where the till did not write it down", () => {
  const orderitems = discounted.orderitems?.map((item) => ({ ...item, additionaldata: {} }));
  assertEquals(
    dataOf({ ...discounted, ...(orderitems === undefined ? {} : { orderitems }) }),
    dataOf(discounted),
  );
});

Deno.test("receiptData shows delivery, fee and rounding, and its totals add up", () => {
  const { totals } = receiptData(
    sitooOrder({
      moneydelivery_net: "39.20",
      moneydelivery_vat: "9.80",
      moneycheckout_net: "8.00",
      moneycheckout_vat: "2.00",
      moneyfinal_net: "246.40",
      moneyfinal_vat: "61.60",
      moneytotal_gross_roundoff: "-0.50",
      moneytotal_gross_all: "307.50",
    }),
    { format: plainFormat, locale: "en-GB", zone: "UTC" },
  );
  assertEquals(totals, {
    subTotal: "206.70",
    totalShippingCost: "39.20",
    totalTax: "61.60",
    grandTotal: "307.50",
    discount: "",
    paymentFee: "10.00",
    rounding: "-0.50",
  });
});

Deno.test("receiptData shows a refund with negative amounts and its price", () => {
  const data = receiptData(
    sitooOrder({
      moneyfinal_net: "-159.36",
      moneyfinal_vat: "-39.84",
      moneytotal_gross_all: "-199.20",
      orderitems: [sitooItem({
        quantity: -1,
        moneydiscount: "39.84",
        moneyitemtotal_net: "-159.36",
        moneyitemtotal_vat: "-39.84",
      })],
    }),
    { format: plainFormat, locale: "en-GB", zone: "UTC" },
  );
  assertEquals(data.details.status, "refunded");
  assertEquals(data.totals.grandTotal, "-199.20");
  const [line] = data.lines;
  assertEquals([line?.quantity, line?.unitPrice, line?.discount, line?.total], [
    "-1",
    "249.00",
    "-49.80",
    "-199.20",
  ]);
});

Deno.test("receiptData shows weight, and the order id where there is no receipt number", () => {
  const data = receiptData(
    sitooOrder({
      additionaldata: {},
      orderitems: [sitooItem({ unitlabel: "kg", decimalquantitytotal: "0.532" })],
    }),
    { format: plainFormat, locale: "en-GB", zone: "America/New_York" },
  );
  assertEquals(data.lines[0]?.quantity, "0.532 kg");
  assertEquals([data.details.orderID, data.details.receiptNumber], ["50211", ""]);
  assertEquals(data.details.creationDate, "2025-09-06 06:15");
});

Deno.test("isRefund goes by the total, then by the lines", () => {
  assertEquals(isRefund(sitooOrder()), false);
  assertEquals(isRefund(sitooOrder({ moneytotal_gross_all: "-0.01" })), true);
  const back = sitooItem({ quantity: -1 });
  const zero = { moneytotal_gross_all: "0.00" };
  assertEquals(isRefund(sitooOrder({ ...zero, orderitems: [back] })), true);
  assertEquals(isRefund(sitooOrder({ ...zero, orderitems: [back, sitooItem()] })), false);
  assertEquals(isRefund(sitooOrder({ ...zero, orderitems: [] })), false);
});

/** Figures as they are. */
const plainFormat = {
  money: String,
  percent: String,
  quantity: (value: { toString(): string }, unit: string): string => `${value} ${unit}`.trim(),
};

/** What a one-line receipt says of its line and its sums. */
function sumsOf(fields: Partial<SitooOrder>): unknown {
  const data = receiptData(sitooOrder(fields), {
    format: {
      money: (amount) => amount.round(2).toString(),
      percent: (value) => value.toString(),
      quantity: (value) => value.toString(),
    },
    locale: "sv-SE",
    zone: "Europe/Stockholm",
  });
  const [line] = data.lines;
  return [line?.unitPrice, line?.discount, data.totals.totalTax, data.contact.name];
}

Deno.test("receiptData takes the till's own discount, with the sign of the pieces", () => {
  const till = (text: string, quantity = 1): Partial<SitooOrder> => ({
    orderitems: [sitooItem({
      quantity,
      moneydiscount: "20.00",
      moneyitemtotal_net: quantity < 0 ? "-199.20" : "199.20",
      moneyitemtotal_vat: quantity < 0 ? "-49.80" : "49.80",
      additionaldata: { "orderitem-moneyrowdiscount": text },
    })],
  });
  assertEquals(sumsOf(till("25.10")), ["274.10", "25.10", "49.80", "Maja Ek"]);
  assertEquals(sumsOf(till("-25.10")), ["274.10", "25.10", "49.80", "Maja Ek"]);
  assertEquals(sumsOf(till("25.10", -1)), ["274.10", "-25.10", "49.80", "Maja Ek"]);
  assertEquals(sumsOf(till("25.10", 0)), ["274.10", "25.10", "49.80", "Maja Ek"]);
  assertEquals(sumsOf(till("much")), ["274.00", "25.00", "49.80", "Maja Ek"]);
});

Deno.test("receiptData adds sales tax to the tax, and writes a name without blanks around", () => {
  assertEquals(sumsOf({ moneyfinal_salestax: "1.78", namefirst: "" }), [
    "249.00",
    "",
    "51.58",
    "Ek",
  ]);
});

Deno.test("isRefund takes an order of nothing for a refund only when pieces came back", () => {
  const free = { moneyitemtotal_net: "0.00", moneyitemtotal_vat: "0.00" };
  const of = (...quantities: readonly number[]): boolean =>
    isRefund(sitooOrder({
      moneytotal_gross_all: "0.00",
      orderitems: quantities.map((quantity) => sitooItem({ ...free, quantity })),
    }));
  assertEquals([of(-1, -2), of(-1, 0), of(-1, 1), of(0), of()], [true, false, false, false, false]);
});
