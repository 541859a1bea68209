import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import { assert, assertEquals } from "../../../std/assert.ts";
import { mappedOf, mixedOrder, recordOf, unlinked, verdictOf } from "./testing.ts";

/** The sums of an order's record and what is said about them. */
async function sums(order: SitooOrder, options = {}): Promise<Record<string, unknown>> {
  const { grand_total, subtotal, tax, shipping, properties } = await recordOf(order, { options });
  const { source: _source, ...said } = properties ?? {};
  return { grand_total, subtotal, tax, shipping, ...said };
}

Deno.test("map puts the delivery fee under shipping, its VAT under tax", async () => {
  const order = sitooOrder({
    moneydelivery_net: "39.20",
    moneydelivery_vat: "9.80",
    moneyfinal_net: "238.40",
    moneyfinal_vat: "59.60",
    moneytotal_gross_all: "298.00",
  });
  assertEquals(await sums(order), { grand_total: 298, subtotal: 199.2, tax: 59.6, shipping: 39.2 });
});

Deno.test("map puts the payment fee under subtotal and properties, its VAT under tax", async () => {
  const order = sitooOrder({
    moneycheckout_net: "16.00",
    moneycheckout_vat: "4.00",
    moneyfinal_net: "215.20",
    moneyfinal_vat: "53.80",
    moneytotal_gross_all: "269.00",
  });
  assertEquals(await sums(order), {
    grand_total: 269,
    subtotal: 215.2,
    tax: 53.8,
    shipping: 0,
    payment_fee: 16,
  });
});

Deno.test("map keeps sales tax out of the lines", async () => {
  const order = sitooOrder({
    currencycode: "USD",
    moneyfinal_net: "40.00",
    moneyfinal_vat: "0.00",
    moneyfinal_salestax: "3.55",
    moneytotal_gross_all: "43.55",
    orderitems: [sitooItem({
      quantity: 2,
      vatvalue: "0",
      moneyoriginalprice: "20.00",
      moneyitemtotal_net: "40.00",
      moneyitemtotal_vat: "0.00",
      salestaxes: [{
        name: "Example City Tax",
        code: "EX-CITY",
        moneytotal: "40.00",
        moneytax: "3.55",
        decimaltaxvalue: "8.875",
      }],
    })],
  });
  assertEquals(await sums(order), { grand_total: 43.55, subtotal: 40, tax: 3.55, shipping: 0 });
  const [line] = (await recordOf(order)).lineitems;
  assertEquals([line?.unit_price, line?.tax, line?.total], [20, 0, 40]);
});

Deno.test("map notes cash rounding, whichever sign Sitoo gives it", async () => {
  for (const roundoff of ["-0.40", "0.40", "0.00"]) {
    const order = sitooOrder({
      moneyfinal_net: "199.52",
      moneyfinal_vat: "49.88",
      moneytotal_gross_roundoff: roundoff,
      moneytotal_gross_all: "249.00",
      orderitems: [sitooItem({ moneyitemtotal_net: "199.52", moneyitemtotal_vat: "49.88" })],
    });
    assertEquals(await sums(order), {
      grand_total: 249,
      subtotal: 199.12,
      tax: 49.88,
      shipping: 0,
      rounding: -0.4,
    });
  }
});

Deno.test("map takes a difference up to 1.00 as rounding, and not a hundredth more", async () => {
  assertEquals((await sums(sitooOrder({ moneytotal_gross_all: "250.00" }))).rounding, 1);
  assertEquals((await sums(sitooOrder({ moneytotal_gross_all: "248.00" }))).rounding, -1);
  assertEquals(await verdictOf(sitooOrder({ moneytotal_gross_all: "250.01" })), {
    kind: "dead",
    reason: "money-mismatch",
    detail: "Sitoo's total is 250.01, but lines 249.00, other lines 0, fees 0.00 and sales tax " +
      "0.00 leave a difference of 1.01 (cash rounding 0.00)",
  });
  const verdict = await verdictOf(sitooOrder({ moneytotal_gross_all: "247.99" }));
  assertEquals(verdict.kind === "dead" && verdict.reason, "money-mismatch");
});

Deno.test("map takes larger cash rounding where Sitoo names it", async () => {
  const order = sitooOrder({
    currencycode: "HUF",
    moneytotal_gross_all: "247.00",
    moneytotal_gross_roundoff: "-2.00",
  });
  assertEquals((await sums(order)).rounding, -2);
});

Deno.test("map does not link a refund whose figures do not fit", async () => {
  const order = sitooOrder({
    creditorderid: 50200,
    orderitems: [sitooItem({
      quantity: -1,
      moneyitemtotal_net: "-199.20",
      moneyitemtotal_vat: "-49.80",
    })],
    moneytotal_gross_all: "-200.00",
  });
  const verdict = await verdictOf(order);
  assertEquals(verdict.kind === "dead" && verdict.reason, "money-mismatch");
});

Deno.test("map takes a discount line off the product above it", async () => {
  const order = sitooOrder({
    moneyfinal_net: "159.20",
    moneyfinal_vat: "39.80",
    moneytotal_gross_all: "199.00",
    orderitems: [
      sitooItem(),
      sitooItem({
        orderitemid: 1,
        orderitemtype: 20,
        sku: "",
        quantity: -1,
        moneyitemtotal_net: "-40.00",
        moneyitemtotal_vat: "-10.00",
      }),
    ],
  });
  const record = await recordOf(order);
  assertEquals(record.lineitems.length, 1);
  const [line] = record.lineitems;
  assertEquals(
    [line?.unit_price, line?.discount, line?.subtotal, line?.tax, line?.total],
    [249, -50, 159.2, 39.8, 199],
  );
  assertEquals([record.discount, record.grand_total], [-50, 199]);
});

Deno.test("map keeps lines that are no product's as the order's fees and discounts", async () => {
  const fee = {
    orderitemtype: 30,
    sku: "",
    moneyitemtotal_net: "8.00",
    moneyitemtotal_vat: "2.00",
  };
  const cut = { ...fee, moneyitemtotal_net: "-24.00", moneyitemtotal_vat: "-6.00" };
  const order = sitooOrder({
    moneyfinal_net: "183.20",
    moneyfinal_vat: "45.80",
    moneytotal_gross_all: "229.00",
    orderitems: [
      sitooItem({ orderitemid: 0, ...cut }),
      sitooItem({ orderitemid: 1 }),
      sitooItem({ orderitemid: 2, ...fee }),
    ],
  });
  assertEquals(await sums(order), {
    grand_total: 229,
    subtotal: 183.2,
    tax: 45.8,
    shipping: 0,
    other_fees: 8,
    order_discount: -24,
  });
  assertEquals((await recordOf(order)).discount, -30);
  assertEquals((await recordOf(order, { options: { discount_sign: "positive" } })).discount, 30);
});

Deno.test("map takes a discount larger than the product above off the order", async () => {
  const order = sitooOrder({
    moneyfinal_net: "59.20",
    moneyfinal_vat: "14.80",
    moneytotal_gross_all: "74.00",
    orderitems: [
      sitooItem({ orderitemid: 0 }),
      sitooItem({ orderitemid: 1, moneyitemtotal_net: "60.00", moneyitemtotal_vat: "15.00" }),
      sitooItem({
        orderitemid: 2,
        orderitemtype: 20,
        moneyitemtotal_net: "-200.00",
        moneyitemtotal_vat: "-50.00",
      }),
    ],
  });
  const record = await recordOf(order);
  assertEquals(record.lineitems.map((line) => line.total), [249, 75]);
  assertEquals([record.grand_total, record.properties?.order_discount], [74, -200]);
});

Deno.test("map takes gift cards out of every sum, or sends them", async () => {
  const byGroup = sitooItem({
    orderitemid: 1,
    vatvalue: "0",
    moneyitemtotal_net: "500.00",
    moneyitemtotal_vat: "0.00",
    additionaldata: { "product-group-name": "Gift Card" },
  });
  const order = sitooOrder({
    moneyfinal_net: "699.20",
    moneyfinal_vat: "49.80",
    moneytotal_gross_all: "749.00",
    orderitems: [sitooItem(), byGroup],
  });
  assertEquals(await sums(order), { grand_total: 249, subtotal: 199.2, tax: 49.8, shipping: 0 });
  const sent = await recordOf(order, { options: { gift_cards: "send" } });
  assertEquals([sent.grand_total, sent.lineitems.length], [749, 2]);
  assertEquals(sent.subtotal, 699.2);
});

Deno.test("map does not count what came back of a gift card that was not sent", async () => {
  const card = sitooItem({
    orderitemid: 1,
    sku: "CARD",
    vatvalue: "0",
    moneyitemtotal_net: "500.00",
    moneyitemtotal_vat: "0.00",
    additionaldata: { "giftcard-cardnumber": "7000" },
  });
  const order = sitooOrder({
    moneyfinal_net: "699.20",
    moneyfinal_vat: "49.80",
    moneytotal_gross_all: "749.00",
    orderitems: [sitooItem(), card],
  });
  const line = { index: 1, sku: "CARD", quantity: 1, amount: "500.00" };
  const links = [{ original: 50211, refund: 50220, lines: [line] }];
  const record = await recordOf(order, { facts: { links } });
  assertEquals([record.status, record.properties], ["complete", { source: "sitoo" }]);
});

Deno.test("map keeps fees and rounding of a mixed order with its sale", async () => {
  const order = unlinked(mixedOrder({
    moneycheckout_net: "8.00",
    moneycheckout_vat: "2.00",
    moneyfinal_net: "368.00",
    moneyfinal_vat: "92.00",
    moneytotal_gross_all: "459.60",
  }));
  const { order: sale, unlinkedReturn } = await mappedOf(order, {
    options: { unlinked_refunds: "negative-order" },
  });
  assertEquals([sale.grand_total, sale.subtotal, sale.tax], [708.6, 566.8, 141.8]);
  assertEquals(sale.properties, { source: "sitoo", payment_fee: 8, rounding: -0.4 });
  assertEquals(unlinkedReturn?.properties, { source: "sitoo" });
  assertEquals(unlinkedReturn?.grand_total, -249);
});

Deno.test("map splits sales tax of a mixed order by its lines", async () => {
  const tax = (moneytax: string) => [{
    name: "Example City Tax",
    code: "EX-CITY",
    moneytotal: "0.00",
    moneytax,
    decimaltaxvalue: "10",
  }];
  const line = { vatvalue: "0", moneyitemtotal_vat: "0.00" };
  const order = unlinked(mixedOrder({
    currencycode: "USD",
    moneyfinal_net: "30.00",
    moneyfinal_vat: "0.00",
    moneyfinal_salestax: "3.00",
    moneytotal_gross_all: "33.00",
    orderitems: [
      sitooItem({ ...line, moneyitemtotal_net: "50.00", salestaxes: tax("5.00") }),
      sitooItem({
        ...line,
        orderitemid: 1,
        quantity: -1,
        moneyitemtotal_net: "-20.00",
        salestaxes: tax("-2.00"),
      }),
    ],
  }));
  const { order: sale, unlinkedReturn } = await mappedOf(order, {
    options: { unlinked_refunds: "negative-order" },
  });
  assertEquals([sale.grand_total, sale.tax, sale.subtotal], [55, 5, 50]);
  assert(unlinkedReturn !== undefined);
  assertEquals(
    [unlinkedReturn.grand_total, unlinkedReturn.tax, unlinkedReturn.subtotal],
    [-22, -2, -20],
  );
});

Deno.test("map rounds to the currency's minor unit and still adds up", async () => {
  const order = sitooOrder({
    currencycode: "JPY",
    moneyfinal_net: "2181.82",
    moneyfinal_vat: "218.18",
    moneytotal_gross_all: "2400.00",
    orderitems: [
      sitooItem({
        vatvalue: "10",
        moneyoriginalprice: "1090.91",
        moneyitemtotal_net: "1090.91",
        moneyitemtotal_vat: "109.09",
      }),
      sitooItem({
        orderitemid: 1,
        vatvalue: "10",
        moneyoriginalprice: "1090.91",
        moneyitemtotal_net: "1090.91",
        moneyitemtotal_vat: "109.09",
      }),
    ],
  });
  const record = await recordOf(order);
  assertEquals([record.grand_total, record.subtotal, record.tax], [2400, 2182, 218]);
  assertEquals(record.lineitems.map((line) => [line.unit_price, line.subtotal, line.tax]), [
    [1200, 1091, 109],
    [1200, 1091, 109],
  ]);
});

Deno.test("map leaves out the sales tax of a line that is left out, and none that the order does not have", async () => {
  const salestaxes = [{
    name: "State",
    code: "S",
    moneytotal: "50.00",
    decimaltaxvalue: "10.00",
    moneytax: "5.00",
  }];
  const card = sitooItem({
    orderitemid: 1,
    vatvalue: "0",
    moneyitemtotal_net: "50.00",
    moneyitemtotal_vat: "0.00",
    salestaxes,
    additionaldata: { "giftcard-cardnumber": "6000-1234" },
  });
  const totals = { moneyfinal_net: "249.20", moneytotal_gross_all: "299.00" };
  const untaxed = await recordOf(sitooOrder({ ...totals, orderitems: [sitooItem(), card] }));
  assertEquals([untaxed.grand_total, untaxed.tax, untaxed.properties?.rounding], [
    249,
    49.8,
    undefined,
  ]);
  const taxed = await recordOf(sitooOrder({
    ...totals,
    moneyfinal_salestax: "5.00",
    moneytotal_gross_all: "304.00",
    orderitems: [sitooItem(), card],
  }));
  assertEquals([taxed.grand_total, taxed.tax, taxed.properties?.rounding], [249, 49.8, undefined]);
  const [jeans, tee] = mixedOrder().orderitems;
  assert(jeans !== undefined && tee !== undefined);
  const { unlinkedReturn } = await mappedOf(
    unlinked(mixedOrder({ orderitems: [jeans, { ...tee, salestaxes }] })),
    { options: { unlinked_refunds: "negative-order" } },
  );
  assertEquals([unlinkedReturn?.grand_total, unlinkedReturn?.tax], [-249, -49.8]);
});
