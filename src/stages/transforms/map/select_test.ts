import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import { assertEquals } from "../../../std/assert.ts";
import type { OrderFacts } from "../../contract.ts";
import {
  mappedOf,
  type MapTestOptions,
  mixedOrder,
  recordOf,
  refundOfTee,
  unlinked,
  verdictOf,
} from "./testing.ts";

const delivered: MapTestOptions = { facts: { delivered: true } };

/** An order without a till. */
function webCopy(fields: Partial<SitooOrder> = {}): SitooOrder {
  const { registerid: _till, ...order } = sitooOrder(fields);
  return order;
}

/** The rule, reason or kind an order ends with. */
async function endOf(order: SitooOrder, options: MapTestOptions = {}): Promise<string> {
  const verdict = await verdictOf(order, options);
  switch (verdict.kind) {
    case "skip":
      return `skip ${verdict.rule}`;
    case "wait":
    case "dead":
      return `${verdict.kind} ${verdict.reason}`;
    default:
      return verdict.kind;
  }
}

Deno.test("map skips what was never a sale, whatever else is true of it", async () => {
  assertEquals(await endOf(sitooOrder({ ordertypeid: 110, orderstateid: 0 })), "skip parked");
  assertEquals(await endOf(webCopy({ ordertypeid: 110 })), "skip parked");
  assertEquals(await endOf(sitooOrder({ ordertypeid: 100 })), "skip booking");
  assertEquals(await endOf(sitooOrder({ ordertypeid: 20 })), "skip not-an-order");
  assertEquals(await endOf(sitooOrder({ orderstateid: -1 })), "skip abandoned");
  assertEquals(await endOf(sitooOrder({ orderstateid: -1 }), delivered), "skip abandoned");
});

Deno.test("map skips web copies unless they are to be sent", async () => {
  assertEquals(await endOf(webCopy()), "skip web-copy");
  assertEquals(await endOf(webCopy({ orderstateid: 0 })), "skip web-copy");
  assertEquals(await endOf(webCopy(), { options: { web_orders: "send" } }), "pass");
});

Deno.test("map sends cancelled orders only after they were delivered", async () => {
  const order = sitooOrder({ orderstateid: 20 });
  assertEquals(await endOf(order), "skip cancelled");
  const record = await recordOf(order, delivered);
  assertEquals([record.status, record.is_valid], ["cancelled", false]);
});

Deno.test("map waits for open orders, or sends them as pending", async () => {
  const order = sitooOrder({ orderstateid: 0 });
  assertEquals(await endOf(order), "wait open");
  assertEquals(await endOf(order, delivered), "wait open");
  const record = await recordOf(order, { options: { open_orders: "send-pending" } });
  assertEquals([record.status, record.is_valid], ["pending", true]);
});

Deno.test("map waits for open refunds whatever is done with open sales", async () => {
  const pending = { options: { open_orders: "send-pending" } };
  assertEquals(await endOf(refundOfTee({ orderstateid: 0 }), pending), "wait open");
  assertEquals(await endOf(unlinked(refundOfTee({ orderstateid: 0 })), pending), "wait open");
});

Deno.test("map does not guess what an unknown state means", async () => {
  assertEquals(await endOf(sitooOrder({ orderstateid: 30 })), "dead unknown-order-state");
});

Deno.test("map skips anonymous orders only when told to", async () => {
  const skipping = { options: { anonymous: "skip" } };
  for (const email of ["", "none", "maja@"]) {
    assertEquals(await endOf(sitooOrder({ email }), skipping), "skip anonymous");
    assertEquals((await recordOf(sitooOrder({ email }))).customer, undefined);
  }
  assertEquals(await endOf(sitooOrder(), skipping), "pass");
});

Deno.test("map links what an anonymous order gives back even where the order is skipped", async () => {
  const skipping = { options: { anonymous: "skip" } };
  assertEquals(await endOf(refundOfTee({ email: "" }), skipping), "link");
  const verdict = await verdictOf(mixedOrder({ email: "" }), skipping);
  assertEquals(verdict.kind === "link" && verdict.links[0]?.lines.length, 1);
  assertEquals(await endOf(unlinked(mixedOrder({ email: "" })), skipping), "skip anonymous");
});

Deno.test("map skips orders of which nothing is left to send", async () => {
  const card = sitooItem({ additionaldata: { "giftcard-cardnumber": "7000" } });
  assertEquals(await endOf(sitooOrder({ orderitems: [card] })), "skip empty-order");
  const nothing = {
    orderitems: [],
    moneyfinal_net: "0.00",
    moneyfinal_vat: "0.00",
    moneytotal_gross_all: "0.00",
  };
  assertEquals(await endOf(sitooOrder(nothing)), "skip empty-order");
});

Deno.test("map sends money that no line explains rather than lose it", async () => {
  const record = await recordOf(sitooOrder({
    orderitems: [],
    moneydelivery_net: "39.20",
    moneydelivery_vat: "9.80",
    moneyfinal_net: "39.20",
    moneyfinal_vat: "9.80",
    moneytotal_gross_all: "49.00",
  }));
  assertEquals([record.grand_total, record.shipping, record.lineitems], [49, 39.2, []]);
});

Deno.test("map keeps a delivered order in step when its last line is gone", async () => {
  const card = sitooItem({ additionaldata: { "giftcard-cardnumber": "7000" } });
  const record = await recordOf(sitooOrder({ orderitems: [card] }), delivered);
  assertEquals([record.grand_total, record.tax, record.lineitems], [0, 0, []]);
});

Deno.test("map refuses dates that cannot be right", async () => {
  const now = Date.UTC(2026, 0, 15, 12) / 1000;
  const ends: [number, string][] = [
    [Date.UTC(2000, 0, 1) / 1000, "pass"],
    [Date.UTC(2000, 0, 1) / 1000 - 1, "dead bad-date"],
    [0, "dead bad-date"],
    [now + 48 * 3600, "pass"],
    [now + 48 * 3600 + 1, "dead bad-date"],
    [1757153700000, "dead bad-date"],
  ];
  for (const [orderdate, end] of ends) {
    assertEquals(await endOf(sitooOrder({ orderdate })), end, String(orderdate));
  }
});

Deno.test("map refuses currencies that are not expected", async () => {
  const options = { currencies: ["NOK", "DKK"] };
  const verdict = await verdictOf(sitooOrder(), { options });
  assertEquals(verdict, {
    kind: "dead",
    reason: "unexpected-currency",
    detail: "currencycode is SEK",
  });
  assertEquals(await endOf(sitooOrder({ currencycode: "NOK" }), { options }), "pass");
});

Deno.test("map refuses a currency that is none", async () => {
  assertEquals(await verdictOf(sitooOrder({ currencycode: "KRONOR" })), {
    kind: "dead",
    reason: "currency-missing",
    detail: "currencycode is no ISO 4217 code",
  });
});

Deno.test("map makes only the order dead that it cannot calculate with", async () => {
  const odd = sitooItem({ moneyitemtotal_net: "many" });
  assertEquals(await verdictOf(sitooOrder({ orderitems: [odd] })), {
    kind: "dead",
    reason: "stage-failed",
    detail: "Cannot read an amount: it is no decimal number",
  });
});

Deno.test("map takes the account's own words for a status", async () => {
  const statuses = {
    sale: "valid",
    refunded: "back",
    partial: "partly-back",
    cancelled: "void",
    pending: "open",
  };
  const options = { statuses, open_orders: "send-pending" };
  const whole = { original: 50211, refund: 1, lines: [back(1)] };
  const states: [Partial<SitooOrder>, Partial<OrderFacts>, string][] = [
    [{}, {}, "valid"],
    [{ orderstateid: 0 }, {}, "open"],
    [{ orderstateid: 20 }, { delivered: true }, "void"],
    [{}, { links: [whole] }, "back"],
    [twoTees, { links: [whole] }, "partly-back"],
  ];
  for (const [fields, facts, status] of states) {
    assertEquals((await recordOf(sitooOrder(fields), { options, facts })).status, status);
  }
});

const twoTees: Partial<SitooOrder> = {
  orderitems: [
    sitooItem({ quantity: 2, moneyitemtotal_net: "398.40", moneyitemtotal_vat: "99.60" }),
  ],
  moneyfinal_net: "398.40",
  moneyfinal_vat: "99.60",
  moneytotal_gross_all: "498.00",
};

function back(quantity: number): { index: number; sku: string; quantity: number; amount: string } {
  return { index: 0, sku: "TEE-RED-M", quantity, amount: "249.00" };
}

Deno.test("map names the zone of each sale: the file's, the till's", async () => {
  assertEquals((await mappedOf(sitooOrder())).timezone, "Europe/Stockholm");
  const options = { timezone: "Europe/Helsinki" };
  assertEquals((await mappedOf(sitooOrder(), { options })).timezone, "Europe/Helsinki");
});
