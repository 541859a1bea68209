import fc from "fast-check";
import type { OmetriaOrder } from "../../../records/ometria_order.ts";
import type { RefundedLine, RefundLink } from "../../../records/refund_link.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import { assert, assertEquals } from "../../../std/assert.ts";
import {
  mappedOf,
  mixedOrder,
  recordOf,
  refundOfTee,
  saleOfFour,
  unlinked,
  verdictOf,
} from "./testing.ts";

const negativeOrder = { options: { unlinked_refunds: "negative-order" } };

function link(refund: number, ...lines: Partial<RefundedLine>[]): RefundLink {
  return {
    original: 50212,
    refund,
    lines: lines.map((line) => ({ sku: "", quantity: 1, amount: "10.00", ...line })),
  };
}

/** Quantity and amount that came back, line by line. */
function returned(record: OmetriaOrder): (readonly [number, number] | undefined)[] {
  return record.lineitems.map((line) =>
    line.quantity_refunded === undefined
      ? undefined
      : [line.quantity_refunded, line.refunded ?? Number.NaN] as const
  );
}

Deno.test("map takes a refund's original from creditorderid, then from the till's note", async () => {
  const note = { "pos-originalsales-orderid": "50299" };
  const cases: [SitooOrder, number | undefined][] = [
    [refundOfTee({ creditorderid: 50212, additionaldata: note }), 50212],
    [{ ...unlinked(refundOfTee()), additionaldata: note }, 50299],
    [unlinked(refundOfTee()), undefined],
    [
      { ...unlinked(refundOfTee()), additionaldata: { "pos-originalsales-orderid": "?" } },
      undefined,
    ],
    [refundOfTee({ creditorderid: 50230, additionaldata: {} }), undefined],
  ];
  for (const [order, original] of cases) {
    const verdict = await verdictOf(order);
    const found = verdict.kind === "link" ? verdict.links[0]?.original : undefined;
    assertEquals(found, original);
  }
});

Deno.test("map takes a positive order with a creditorderid as a sale", async () => {
  const verdict = await verdictOf(sitooOrder({ creditorderid: 50100 }));
  assert(verdict.kind === "pass");
  assertEquals(verdict.links, undefined);
});

Deno.test("map links nothing for a refund that was cancelled", async () => {
  const expected = {
    kind: "link" as const,
    links: [{ original: 50212, refund: 50230, lines: [] }],
  };
  assertEquals(await verdictOf(refundOfTee({ orderstateid: 20 })), expected);
  assertEquals(
    await verdictOf(refundOfTee({ orderstateid: 20 }), { facts: { delivered: true } }),
    expected,
  );
});

Deno.test("map looks at quantities, not at amounts, to tell a refund", async () => {
  const free = sitooItem({ quantity: -1, moneyitemtotal_net: "0.00", moneyitemtotal_vat: "0.00" });
  const verdict = await verdictOf(refundOfTee({
    orderitems: [free],
    moneyfinal_net: "0.00",
    moneyfinal_vat: "0.00",
    moneytotal_gross_all: "0.00",
  }));
  assertEquals(verdict, {
    kind: "link",
    links: [{
      original: 50212,
      refund: 50230,
      lines: [{ sku: "TEE-RED-M", quantity: 1, amount: "0.00" }],
    }],
  });
});

Deno.test("map asks an operator about money given back without a line", async () => {
  const order = refundOfTee({
    orderitems: [sitooItem({
      orderitemtype: 20,
      quantity: 1,
      moneyitemtotal_net: "-159.36",
      moneyitemtotal_vat: "-39.84",
    })],
  });
  const verdict = await verdictOf(order);
  assertEquals(verdict.kind === "dead" && verdict.reason, "refund-line-unclear");
});

Deno.test("map sums several refunds of an order, line by line", async () => {
  const links = [
    link(50230, { index: 0, amount: "199.20" }),
    link(50231, { index: 0, amount: "199.20" }, { index: 2, amount: "79.00" }),
  ];
  const record = await recordOf(saleOfFour(), { facts: { links } });
  assertEquals(returned(record), [[2, 398.4], undefined, [1, 79]]);
  assertEquals([record.status, record.is_valid], ["partial_refund", true]);
});

Deno.test("map leaves date and totals of a refunded order as they were", async () => {
  const before = await recordOf(saleOfFour());
  const links = [link(50230, { index: 0, quantity: 2, amount: "398.40" })];
  const after = await recordOf(saleOfFour(), { facts: { links } });
  for (const field of ["timestamp", "grand_total", "subtotal", "tax", "discount"] as const) {
    assertEquals(after[field], before[field]);
  }
});

Deno.test("map caps what comes back at what was sold and notes the rest", async () => {
  const links = [
    link(50230, { index: 1, quantity: 1, amount: "149.00" }),
    link(50231, { index: 1, quantity: 1, amount: "149.00" }),
    link(50232, { index: 2, quantity: 1, amount: "80.50" }),
  ];
  const record = await recordOf(saleOfFour(), { facts: { links } });
  assertEquals(returned(record), [undefined, [1, 149], [1, 79]]);
  assertEquals(record.properties?.refund_excess, 150.5);
});

Deno.test("map finds a line without an index by its SKU when only one has enough left", async () => {
  const by = (sku: string, quantity = 1): RefundLink => link(50230, { sku, quantity });
  const record = await recordOf(saleOfFour(), { facts: { links: [by("TEE-RED-M", 2)] } });
  assertEquals(returned(record), [[2, 10], undefined, undefined]);
  for (const links of [[by("TEE-RED-M", 3)], [by("UNKNOWN")], [by("")]]) {
    const verdict = await verdictOf(saleOfFour(), { facts: { links } });
    assert(verdict.kind === "pass");
    assertEquals(verdict.unusable?.map(({ refund, reason }) => [refund, reason]), [
      [50230, "refund-line-unclear"],
    ]);
  }
});

Deno.test("map falls back to the SKU when the till's index names no line", async () => {
  const links = [link(50230, { index: 17, sku: "CAP-NAVY-OS" })];
  assertEquals(returned(await recordOf(saleOfFour(), { facts: { links } })), [
    undefined,
    [1, 10],
    undefined,
  ]);
});

Deno.test("map asks an operator when two lines could be meant, and sends the order without", async () => {
  const items = saleOfFour().orderitems;
  const twice = saleOfFour({
    orderitems: [
      ...items.slice(0, 2),
      ...items.slice(1).map((item) => ({ ...item, orderitemid: 2 })),
    ]
      .slice(0, 3).map((item, index) => ({ ...item, orderitemid: index })),
    moneyfinal_net: "557.12",
    moneyfinal_vat: "139.28",
    moneytotal_gross_all: "696.40",
  });
  const links = [
    link(50230, { index: 0, sku: "TEE-RED-M" }, { sku: "CAP-NAVY-OS" }),
    link(50231, { index: 0, amount: "20.00" }),
  ];
  const verdict = await verdictOf(twice, { facts: { links } });
  assert(verdict.kind === "pass");
  assertEquals(verdict.unusable, [{
    refund: 50230,
    reason: "refund-line-unclear",
    detail: 'Order 50212 has no single line with SKU "CAP-NAVY-OS" and 1 left to give back, ' +
      "and refund 50230 names no line",
  }]);
  // Nothing of the unclear refund is taken, its clear line included.
  assertEquals(returned(await recordOf(twice, { facts: { links } })), [
    [1, 20],
    undefined,
    undefined,
  ]);
});

Deno.test("map takes up an unclear line once other refunds leave one candidate", async () => {
  const cap = saleOfFour().orderitems[1];
  assert(cap !== undefined);
  const caps = saleOfFour({
    orderitems: [{ ...cap, orderitemid: 0 }, { ...cap, orderitemid: 1 }],
    moneyfinal_net: "238.40",
    moneyfinal_vat: "59.60",
    moneytotal_gross_all: "298.00",
  });
  const links = [
    link(50231, { sku: "CAP-NAVY-OS", amount: "149.00" }),
    link(50230, { index: 0, amount: "149.00" }),
  ];
  const record = await recordOf(caps, { facts: { links } });
  assertEquals(returned(record), [[1, 149], [1, 149]]);
  assertEquals([record.status, record.is_valid], ["refunded", false]);
});

Deno.test("map gives the same record in whichever order refunds came in", async () => {
  const line = fc.record({
    sku: fc.constantFrom("TEE-RED-M", "CAP-NAVY-OS", "BOOK-CARE-01", "OTHER"),
    quantity: fc.integer({ min: 1, max: 3 }),
    amount: fc.integer({ min: 0, max: 30000 }).map((cents) => (cents / 100).toFixed(2)),
    index: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  }).map(({ index, ...rest }): RefundedLine => index === undefined ? rest : { index, ...rest });
  const links = fc.uniqueArray(
    fc.record({
      refund: fc.integer({ min: 50213, max: 50300 }),
      lines: fc.array(line, { maxLength: 4 }),
    }),
    { selector: (entry) => entry.refund, maxLength: 6 },
  ).map((entries) => entries.map((entry): RefundLink => ({ original: 50212, ...entry })));
  const shuffled = links.chain((entries) =>
    fc.tuple(
      fc.constant(entries),
      fc.shuffledSubarray(entries, { minLength: entries.length }),
      fc.shuffledSubarray(entries.flatMap((entry) => entry.lines)),
    )
  );
  await fc.assert(fc.asyncProperty(shuffled, async ([first, second]) => {
    const turned = second.map((entry) => ({ ...entry, lines: entry.lines.toReversed() }));
    const [one, other, third] = await Promise.all(
      [first, second, turned].map((entries) =>
        verdictOf(saleOfFour(), { facts: { links: entries } })
      ),
    );
    assertEquals(JSON.stringify(other), JSON.stringify(one));
    if (one?.kind === "pass" && third?.kind === "pass") {
      assertEquals(third.record, one.record);
    }
  }));
});

Deno.test("map finds lines by SKU largest first, in whichever order the till lists them", async () => {
  const lines = [
    { sku: "TEE-RED-M", quantity: 1, amount: "249.00" },
    { sku: "TEE-RED-M", quantity: 2, amount: "498.00" },
    { sku: "CAP", quantity: 1, amount: "10.00" },
  ];
  const order = sitooOrder({
    moneyfinal_net: "605.60",
    moneyfinal_vat: "151.40",
    moneytotal_gross_all: "757.00",
    orderitems: [
      sitooItem(),
      sitooItem({
        orderitemid: 1,
        quantity: 2,
        moneyitemtotal_net: "398.40",
        moneyitemtotal_vat: "99.60",
      }),
      sitooItem({
        orderitemid: 2,
        sku: "CAP",
        moneyitemtotal_net: "8.00",
        moneyitemtotal_vat: "2.00",
      }),
    ],
  });
  for (const at of [0, 1, 2]) {
    for (const listed of [lines, lines.toReversed()]) {
      const turned = [...listed.slice(at), ...listed.slice(0, at)];
      const links = [{ original: order.orderid, refund: 50230, lines: turned }];
      const record = await recordOf(order, { facts: { links } });
      assertEquals(record.lineitems.map((line) => line.quantity_refunded), [1, 2, 1]);
    }
  }
});

Deno.test("map takes up lines that name their original before those that do not, however listed", async () => {
  const lines = [
    { index: 1, sku: "Z", quantity: 1, amount: "249.00" },
    { sku: "TEE-RED-M", quantity: 1, amount: "249.00" },
  ];
  const order = sitooOrder({
    moneyfinal_net: "398.40",
    moneyfinal_vat: "99.60",
    moneytotal_gross_all: "498.00",
    orderitems: [sitooItem(), sitooItem({ orderitemid: 1 })],
  });
  for (const listed of [lines, lines.toReversed()]) {
    const links = [{ original: order.orderid, refund: 50230, lines: listed }];
    const record = await recordOf(order, { facts: { links } });
    assertEquals(record.lineitems.map((line) => line.quantity_refunded), [1, 1]);
  }
});

Deno.test("map ignores links of other orders and links without lines", async () => {
  const links = [{ ...link(50230, { index: 0 }), original: 50211 }, link(50231)];
  assertEquals((await recordOf(saleOfFour(), { facts: { links } })).status, "complete");
});

Deno.test("map calls an order refunded only when every piece of every line is back", async () => {
  const all = [
    { index: 0, quantity: 2, amount: "0.00" },
    { index: 1, amount: "149.00" },
    { index: 2, amount: "79.00" },
  ];
  const states: [Partial<RefundedLine>[], string, boolean][] = [
    [all, "refunded", false],
    [all.slice(1), "partial_refund", true],
    [[{ index: 0, quantity: 1, amount: "626.40" }, ...all.slice(1)], "partial_refund", true],
  ];
  for (const [lines, status, valid] of states) {
    const record = await recordOf(saleOfFour(), { facts: { links: [link(50230, ...lines)] } });
    assertEquals([record.status, record.is_valid], [status, valid]);
  }
});

Deno.test("map keeps what came back on an order that is cancelled later", async () => {
  const links = [link(50230, { index: 1, amount: "149.00" })];
  const record = await recordOf(saleOfFour({ orderstateid: 20 }), {
    facts: { delivered: true, links },
  });
  assertEquals([record.status, record.is_valid], ["cancelled", false]);
  assertEquals(returned(record), [undefined, [1, 149], undefined]);
});

Deno.test("map takes the discount line below a returned piece off what was given back", async () => {
  const order = refundOfTee({
    moneyfinal_net: "-119.36",
    moneyfinal_vat: "-29.84",
    moneytotal_gross_all: "-149.20",
    orderitems: [
      ...refundOfTee().orderitems,
      sitooItem({
        orderitemid: 1,
        orderitemtype: 20,
        moneyitemtotal_net: "40.00",
        moneyitemtotal_vat: "10.00",
      }),
    ],
  });
  const verdict = await verdictOf(order);
  assertEquals(verdict.kind === "link" && verdict.links[0]?.lines[0]?.amount, "149.20");
});

Deno.test("map skips a refund without an original, or sends it as a negative order", async () => {
  const refund = unlinked(refundOfTee());
  assertEquals(await verdictOf(refund), { kind: "skip", rule: "unlinked-refund" });
  const record = await recordOf(refund, negativeOrder);
  assertEquals(record, {
    "@type": "order",
    id: "50230",
    web_id: "SII000000471100220331",
    timestamp: "2025-09-09T09:05:30Z",
    status: "refunded",
    is_valid: true,
    channel: "in store",
    store: "S-014",
    currency: "SEK",
    grand_total: -199.2,
    subtotal: -159.36,
    tax: -39.84,
    shipping: 0,
    discount: 49.8,
    customer: { email: "maja.ek@example.com", firstname: "Maja", lastname: "Ek" },
    lineitems: [{
      product_id: "8801",
      variant_id: "8801",
      sku: "TEE-RED-M",
      quantity: -1,
      unit_price: 249,
      discount: 49.8,
      subtotal: -159.36,
      tax: -39.84,
      total: -199.2,
    }],
    properties: { source: "sitoo" },
  });
});

Deno.test("map sends a cancelled negative order as cancelled once it was delivered", async () => {
  const refund = { ...unlinked(refundOfTee()), orderstateid: 20 };
  assertEquals(await verdictOf(refund, negativeOrder), { kind: "skip", rule: "cancelled" });
  const record = await recordOf(refund, { ...negativeOrder, facts: { delivered: true } });
  assertEquals([record.status, record.is_valid, record.grand_total], ["cancelled", false, -199.2]);
  // Also when unlinked refunds are skipped by now: what was sent is taken back.
  assertEquals((await recordOf(refund, { facts: { delivered: true } })).status, "cancelled");
});

Deno.test("map splits an order with mixed signs into a sale and a link", async () => {
  const verdict = await verdictOf(mixedOrder());
  assert(verdict.kind === "pass");
  assertEquals(verdict.links, [{
    original: 50211,
    refund: 50250,
    lines: [{ index: 0, sku: "TEE-RED-M", quantity: 1, amount: "249.00" }],
  }]);
  const mapped = await mappedOf(mixedOrder());
  assertEquals(mapped.unlinkedReturn, undefined);
  const { order } = mapped;
  assertEquals(
    [order.id, order.status, order.grand_total, order.subtotal, order.tax],
    ["50250", "complete", 699, 559.2, 139.8],
  );
  assertEquals(order.lineitems.map((line) => line.sku), ["JEANS-BLUE-32"]);
});

Deno.test("map drops an unlinked return in a mixed order, or makes it an order of its own", async () => {
  const dropped = await mappedOf(unlinked(mixedOrder()));
  assertEquals([dropped.order.grand_total, dropped.unlinkedReturn], [699, undefined]);
  const { order, unlinkedReturn } = await mappedOf(unlinked(mixedOrder()), negativeOrder);
  assert(unlinkedReturn !== undefined);
  assertEquals([order.id, order.grand_total], ["50250", 699]);
  assertEquals(
    [unlinkedReturn.id, unlinkedReturn.status, unlinkedReturn.is_valid],
    ["50250:return", "refunded", true],
  );
  assertEquals(
    [unlinkedReturn.grand_total, unlinkedReturn.subtotal, unlinkedReturn.tax],
    [-249, -199.2, -49.8],
  );
  assertEquals(unlinkedReturn.lineitems.map((line) => [line.sku, line.quantity]), [
    ["TEE-RED-M", -1],
  ]);
  assertEquals(unlinkedReturn.web_id, undefined);
});

Deno.test("map takes links back when a mixed order is cancelled", async () => {
  const nothing = [{ original: 50211, refund: 50250, lines: [] }];
  const cancelled = mixedOrder({ orderstateid: 20 });
  assertEquals(await verdictOf(cancelled), { kind: "link", links: nothing });
  const verdict = await verdictOf(cancelled, { facts: { delivered: true } });
  assertEquals(verdict.kind === "pass" && verdict.links, nothing);
  assertEquals(await verdictOf(unlinked(cancelled)), { kind: "skip", rule: "cancelled" });
});

Deno.test("map links nothing for a mixed order that is sent while it is open", async () => {
  const options = { open_orders: "send-pending", unlinked_refunds: "negative-order" };
  const verdict = await verdictOf(mixedOrder({ orderstateid: 0 }), { options });
  assertEquals(verdict.kind === "pass" && verdict.links, [
    { original: 50211, refund: 50250, lines: [] },
  ]);
  const mapped = await mappedOf(unlinked(mixedOrder({ orderstateid: 0 })), { options });
  assertEquals(mapped.unlinkedReturn, undefined);
});

Deno.test("map takes refunds of the sale in a mixed order up as well", async () => {
  const links = [{
    original: 50250,
    refund: 50260,
    lines: [{ index: 0, sku: "JEANS-BLUE-32", quantity: 1, amount: "699.00" }],
  }];
  const record = await recordOf(mixedOrder(), { facts: { links } });
  assertEquals([record.status, record.is_valid, ...returned(record)], [
    "refunded",
    false,
    [1, 699],
  ]);
});

Deno.test("map treats lines without a quantity in a refund as saying nothing", async () => {
  const note = sitooItem({
    orderitemid: 1,
    quantity: 0,
    moneyitemtotal_net: "0.00",
    moneyitemtotal_vat: "0.00",
  });
  const refund = refundOfTee();
  const verdict = await verdictOf({ ...refund, orderitems: [...refund.orderitems, note] });
  assertEquals(verdict.kind, "link");
});
