import fc from "fast-check";
import { sitooItem, sitooOrder } from "../records/testing.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import { assert, assertEquals } from "../std/assert.ts";
import { type DecodedOrder, decodeOrder } from "./wire.ts";

type Raw = Record<string, unknown>;

/** The least that an order has to have. */
function raw(fields: Raw = {}): Raw {
  return {
    orderid: 50211,
    eshopid: 2,
    moneyfinal_net: "199.20",
    moneyfinal_vat: "49.80",
    moneytotal_gross_all: "249.00",
    orderdate: 1757153700,
    orderstateid: 10,
    ordertypeid: 10,
    orderitems: [],
    ...fields,
  };
}

function line(fields: Raw = {}): Raw {
  return {
    quantity: 1,
    moneyitemtotal_net: "199.20",
    moneyitemtotal_vat: "49.80",
    ...fields,
  };
}

function order(fields: Raw = {}): SitooOrder {
  const decoded = decodeOrder(raw(fields));
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.order;
}

function detail(decoded: DecodedOrder): string {
  return decoded.ok ? "ok" : decoded.detail;
}

Deno.test("decodeOrder() reads an order in the form of the list", () => {
  const text = `{"orderid":50211,"eshopid":2,"email":"maja.ek@example.com","namefirst":"Maja",
    "namelast":"Ek","company":"","moneyfinal_net":"199.20","moneyfinal_vat":"49.80",
    "moneytotal_gross_roundoff":"0.00","moneytotal_gross_all":"249.00",
    "checkouttypename":"Sitoo POS - Card","deliverytypename":"","orderdate":1757153700,
    "orderstateid":10,"paymentstateid":20,"ordertypeid":10,
    "registerid":"{7D2A41C0-5B1E-4C37-9F60-2E8A13B5D904}","warehouseid":3,"datereserved":null,
    "currencycode":"sek","additionaldata":{"pos-receiptid":"SII000000471100220316",
    "pos-timezone":"Europe/Stockholm","store-externalid":"S-014"},
    "orderitems":[{"orderitemid":0,"orderitemtype":10,"productid":8801,"productname":"Tee",
    "sku":"TEE-RED-M","productattributes":"","externalinput":"","unitlabel":"","quantity":1,
    "decimalunitquantity":null,"moneynetpriceperunit":"199.20","moneypriceorg":"0.00","vatvalue":25,
    "moneyitemtotal_net":"199.20","moneyitemtotal_vat":"49.80","voucherid":0,"vouchercode":"",
    "vouchername":"","moneyoriginalprice":"199.20","moneydiscountedprice":"0.00",
    "moneydiscount":"0.00","salestaxes":[],"additionaldata":{},"decimalquantitytotal":"1.000"}],
    "payments":[{"name":"Card","cardissuer":"Visa"}],"personalid":"19900101-0000"}`;
  assertEquals(decodeOrder(JSON.parse(text)), {
    ok: true,
    order: sitooOrder({
      checkouttypename: "Sitoo POS - Card",
      orderitems: [sitooItem({ decimalquantitytotal: "1.000" })],
    }),
  });
});

Deno.test("decodeOrder() takes the shortened form", () => {
  const read = order({ orderitems: [line()] });
  assertEquals(read.email, "");
  assertEquals(read.currencycode, "");
  assertEquals(read.additionaldata, {});
  assertEquals(read.moneydelivery_net, "0.00");
  assertEquals(read.paymentstateid, 0);
  for (
    const key of ["registerid", "warehouseid", "creditorderid", "externalid", "moneytotal_net"]
  ) {
    assert(!(key in read), key);
  }
  const [item] = read.orderitems;
  assertEquals([item?.orderitemid, item?.orderitemtype, item?.sku, item?.vatvalue], [
    0,
    10,
    "",
    "0",
  ]);
});

const amounts: readonly [given: unknown, read: string][] = [
  ["199.20", "199.20"],
  [199.2, "199.20"],
  [-0.5, "-0.50"],
  ["+7", "7.00"],
  ["-007.5", "-7.50"],
  [" 1.00 ", "1.00"],
  ["1.", "1.00"],
  ["0.005", "0.005"],
  ["1.2500", "1.25"],
  ["-0.00", "0.00"],
  [0, "0.00"],
  [-0, "0.00"],
  ["12345678901234567890.10", "12345678901234567890.10"],
];
for (const [given, read] of amounts) {
  Deno.test(`decodeOrder() reads the amount ${JSON.stringify(given)} as ${read}`, () => {
    assertEquals(order({ moneytotal_gross_all: given }).moneytotal_gross_all, read);
  });
}

for (const given of ["", null, undefined]) {
  Deno.test(`decodeOrder() says that an amount is missing for ${JSON.stringify(given)}`, () => {
    assertEquals(
      detail(decodeOrder(raw({ moneytotal_gross_all: given }))),
      "moneytotal_gross_all is missing",
    );
  });
}

for (const given of ["1,50", "12 kr", "NaN", "1e3", 1e21, "--1", ".", {}, [], true]) {
  Deno.test(`decodeOrder() refuses ${JSON.stringify(given)} as an amount`, () => {
    assertEquals(
      detail(decodeOrder(raw({ moneytotal_gross_all: given }))),
      "moneytotal_gross_all is no amount",
    );
  });
}

for (const empty of [null, [], {}, "", undefined]) {
  Deno.test(`decodeOrder() takes additionaldata ${JSON.stringify(empty)} as empty`, () => {
    assertEquals(order({ additionaldata: empty }).additionaldata, {});
  });
}

Deno.test("decodeOrder() makes values of additionaldata texts and leaves null out", () => {
  const additionaldata = { a: 50212, b: true, c: null, d: "x", e: { f: 1 } };
  assertEquals(order({ additionaldata }).additionaldata, {
    a: "50212",
    b: "true",
    d: "x",
    e: '{"f":1}',
  });
});

for (const none of [null, "", 0, "0"]) {
  Deno.test(`decodeOrder() leaves ids out that are ${JSON.stringify(none)}`, () => {
    const read = order({ creditorderid: none, warehouseid: none });
    assert(!("creditorderid" in read) && !("warehouseid" in read));
  });
}

Deno.test("decodeOrder() keeps an externalid that came as a number", () => {
  assertEquals(order({ externalid: 881 }).externalid, "881");
});

Deno.test("decodeOrder() reads sales taxes and keeps their decimals", () => {
  const salestaxes = [{
    name: "City",
    code: 7,
    moneytotal: 40,
    moneytax: "3.55",
    decimaltaxvalue: 8.875,
  }];
  assertEquals(order({ orderitems: [line({ salestaxes })] }).orderitems[0]?.salestaxes, [
    { name: "City", code: "7", moneytotal: "40.00", moneytax: "3.55", decimaltaxvalue: "8.875" },
  ]);
});

const broken: readonly [fields: Raw, detail: string][] = [
  [{ orderid: "x" }, "orderid is no whole number"],
  [{ orderdate: 1.5 }, "orderdate is no whole number"],
  [{ orderdate: null }, "orderdate is missing"],
  [{ creditorderid: "maja" }, "creditorderid is no id"],
  [{ orderitems: "x" }, "orderitems is no list"],
  [{ orderitems: [7] }, "orderitems[0] is no object"],
  [
    { orderitems: [line(), line({ quantity: "1.5" })] },
    "orderitems[1].quantity is no whole number",
  ],
  [
    { orderitems: [line({ moneyitemtotal_vat: "maja" })] },
    "orderitems[0].moneyitemtotal_vat is no amount",
  ],
  [
    { orderitems: [line({ salestaxes: [{ moneytax: "x" }] })] },
    "orderitems[0].salestaxes[0].moneytax is no amount",
  ],
];
for (const [fields, expected] of broken) {
  Deno.test(`decodeOrder() says: ${expected}`, () => {
    assertEquals(decodeOrder(raw(fields)), { ok: false, detail: expected, lacksItems: false });
  });
}

for (const orderitems of [null, undefined]) {
  Deno.test(`decodeOrder() tells orderitems ${orderitems} from an order without lines`, () => {
    assertEquals(decodeOrder(raw({ orderitems })), {
      ok: false,
      detail: "orderitems is missing",
      lacksItems: true,
    });
    assertEquals(order({ orderitems: [] }).orderitems, []);
  });
}

Deno.test("decodeOrder() reads one order the same in whatever form its values come", () => {
  const seed = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(orders(), seed, (given, choices) => {
    let turn = 0;
    const choose = <T>(...options: readonly [T, ...T[]]): T => {
      const index = (choices[turn++ % choices.length] ?? 0) % options.length;
      return options[index] ?? options[0];
    };
    const shuffled = JSON.parse(JSON.stringify(reshape(given, choose)));
    assertEquals(decodeOrder(shuffled), { ok: true, order: given });
  }));
});

Deno.test("decodeOrder() never throws, whatever comes, and never repeats a value", () => {
  const person = "maja.ek@example.com";
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(sitooOrder())), (value, key) => {
      const fields: Raw = { ...sitooOrder(), email: person, [key]: value };
      const decoded = decodeOrder(fields);
      decodeOrder(value);
      if (!decoded.ok) assert(/^[\w[\].]+ (is|was) [\w ]+$/.test(decoded.detail), decoded.detail);
    }),
  );
});

function orders(): fc.Arbitrary<SitooOrder> {
  const amount = fc.integer({ min: -9_999_999, max: 9_999_999 }).map((minor) => {
    const digits = String(Math.abs(minor)).padStart(3, "0");
    return `${minor < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  });
  const item = fc.record({
    quantity: fc.integer({ min: -50, max: 50 }),
    productid: fc.integer({ min: 1, max: 99_999 }),
    moneyitemtotal_net: amount,
    moneyitemtotal_vat: amount,
    moneydiscount: amount,
    vatvalue: fc.constantFrom("0", "6", "12.5", "25"),
    decimalquantitytotal: fc.constantFrom("1.000", "-0.250"),
  }).map((fields) => sitooItem(fields));
  return fc.record({
    orderid: fc.integer({ min: 1, max: 2 ** 50 }),
    creditorderid: fc.integer({ min: 1 }),
    moneyfinal_net: amount,
    moneytotal_gross_all: amount,
    moneytotal_net: amount,
    additionaldata: fc.constantFrom({}, { "store-externalid": "14" }),
    orderitems: fc.array(item, { maxLength: 4 }).map((items) =>
      items.map((one, orderitemid) => ({ ...one, orderitemid }))
    ),
  }).map((fields) => sitooOrder(fields));
}

type Choose = <T>(...options: readonly [T, ...T[]]) => T;

/** The same order in one of the forms in which Sitoo may write it. */
function reshape(value: unknown, choose: Choose, key = ""): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 && key === "salestaxes") return choose<unknown>([], null, undefined);
    return value.map((one) => reshape(one, choose));
  }
  if (typeof value === "object" && value !== null) return reshapeObject(value, choose, key);
  if (typeof value === "number") {
    return choose<unknown>(value, `${value}`, `${value}.0`, ` ${value} `);
  }
  if (typeof value === "string" && isNumeric(key)) {
    return choose<unknown>(
      value,
      Number(value),
      value.includes(".") ? `${value}0` : `+${value}`,
      ` ${value}`,
    );
  }
  return value;
}

function reshapeObject(value: object, choose: Choose, key: string): unknown {
  const entries = Object.entries(value);
  if (key === "additionaldata" && entries.length === 0) {
    return choose<unknown>({}, [], null, undefined, "");
  }
  if (key === "additionaldata") {
    return Object.fromEntries(
      entries.map(([name, text]) => [name, choose<unknown>(text, Number(text) || text)]),
    );
  }
  const shaped = entries.map((
    [name, inner],
  ): [string, unknown] => [name, reshape(inner, choose, name)]);
  shaped.push(["unknownkey", choose<unknown>(1, "x", null, {})]);
  return Object.fromEntries(choose(shaped, shaped.toReversed()));
}

function isNumeric(key: string): boolean {
  return /^money|^decimal|^vatvalue$/.test(key);
}
