import fc from "fast-check";
import { assert, assertEquals } from "../../std/assert.ts";
import { normaliseEmail } from "../../records/email.ts";
import { decodeOrder } from "../../sitoo/wire.ts";
import { sitooOrderFields } from "../../stages/transforms/map/sitoo_fields.ts";
import { line, raw } from "../desk/testing.ts";
import { anonymise } from "./anonymise.ts";
import { extraRules, itemRules, orderRules } from "./field_rules.ts";
import { leanOrder } from "./lean.ts";

/** Fields that tell of people, and those that nobody should ever have asked Sitoo for. */
const personal = [
  ..."email namefirst namelast company phone mobile personalid invoice_address".split(" "),
  ..."invoice_address2 invoice_zip invoice_city invoice_state delivery_address".split(" "),
  ..."delivery_address2 delivery_zip delivery_city delivery_state comment".split(" "),
  ..."commentinternal customerref checkoutref externalid userid_staff registerid".split(" "),
];
const extras = [
  ..."pos-receiptid pos-staff-userid pos-staff-externalid pos-staff2-externalid".split(" "),
  ..."pos-staffsales-userid pos-staffsales-externalid pos-staffsales-name".split(" "),
  ..."pos-refund-receiptid refundreasoncode-comment crm-customerid crm-membernumber".split(" "),
  ..."customcrm-contactid customcrm-membernumber voyado-contactid".split(" "),
  ..."voyado-membernumber influencer-influencercode influencer-influencername".split(" "),
  ..."giftcard-cardnumber serviceorder-id weborder loyalty_card gift-message".split(" "),
  ..."delivery-pickup-externalid anything recipient birthday".split(" "),
];
const inLines = [
  ..."externalinput externalinputtitle vouchercode vouchername vouchercomment".split(" "),
  ..."deliveryinfo engraving".split(" "),
];

/** Texts that stand nowhere else. */
const marker = fc.stringMatching(/^[A-Z][a-z]{5}q[a-z]{3}$/).map((text) => text.replace("q", "Q"));
const person = fc.oneof(
  marker,
  marker.map((text) => `${text}@example.org`),
  marker.map((text) => `  ${text} 12 B `),
  fc.integer({ min: 190_001_010_000, max: 991_231_999_999 }).map(String),
  fc.integer({ min: 700_000_000, max: 799_999_999 }),
);

function values(names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(names.map((name) => [name, person])));
}

Deno.test("anonymise() leaves no trace of anybody, whatever field of the API they stand in", () => {
  fc.assert(
    fc.property(
      values(personal),
      values(extras),
      values(inLines),
      values(extras),
      (order, additionaldata, inLine, lineExtras) => {
        const all = [order, additionaldata, inLine, lineExtras].flatMap((part) =>
          Object.values(part)
        );
        const name = String(order["namelast"]);
        const items = [
          line({
            ...inLine,
            additionaldata: lineExtras,
            productname: `Mug for ${name}`,
            sku: "MUG",
          }),
        ];
        const nested = {
          payments: [{ cardissuer: name }],
          orderlogitems: [name],
          odd: { deep: name },
        };
        const made = anonymise([{
          ...raw(50211),
          ...order,
          ...nested,
          additionaldata,
          orderitems: items,
        }]);
        const text = JSON.stringify(made.orders).toLowerCase();
        for (const original of all) {
          const trimmed = String(original).trim().toLowerCase();
          assert(!text.includes(trimmed), `${trimmed} is still there`);
        }
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("anonymise() gives the same person in every order of a case, and another one to another", () => {
  const orders = [
    raw(1),
    raw(2, { email: " maja.EK@example.com" }),
    raw(3, { email: "n@example.org" }),
  ];
  const [one, two, three] = anonymise(orders).orders;
  assertEquals(one?.["email"], two?.["email"]);
  assert(one?.["email"] !== three?.["email"]);
  assert(normaliseEmail(String(three?.["email"])) !== undefined);
  assert(one?.["namefirst"] !== "Maja" && one?.["email"] !== "maja.ek@example.com");
});

Deno.test("anonymise() keeps what decides an order's way, and says what it changed and left out", () => {
  const order = raw(50211, {
    email: "not an address",
    odd_flag: true,
    odd_text: "whoever",
    additionaldata: {
      "pos-timezone": "Europe/Stockholm",
      "pos-originalsales-orderid": "50200",
      "refundreasoncode-reasoncode": "R2",
      campaign: "Autumn for Maja",
      weborder: "true",
      "crm-customerid": "C-1",
    },
    orderitems: [
      line({ salestaxes: [{ name: "City tax", moneytotal: "40.00", moneytax: "3.55" }] }),
    ],
  });
  const { orders: [made], replaced, dropped } = anonymise([order]);
  assertEquals(made?.["additionaldata"], {
    "pos-timezone": "Europe/Stockholm",
    "pos-originalsales-orderid": "50200",
    "refundreasoncode-reasoncode": "R2",
    weborder: "true",
    "crm-customerid": "CODE-1",
  });
  assertEquals([made?.["odd_flag"], made?.["odd_text"]], [true, undefined]);
  assertEquals(normaliseEmail(String(made?.["email"])), undefined);
  assertEquals(made?.["orderitems"], order["orderitems"]);
  assertEquals(dropped, ["additionaldata.campaign", "odd_text"]);
  assert(replaced.includes("additionaldata.crm-customerid") && replaced.includes("email"));
});

Deno.test("anonymise() leaves keys out in which somebody stands, and does not repeat them", () => {
  const additionaldata = { "seen-by-maja": "1", "n@example.org": "true", visits: "3" };
  const { orders: [made], dropped } = anonymise([raw(1, { additionaldata })]);
  assertEquals(made?.["additionaldata"], { visits: "3" });
  assertEquals(dropped, ["additionaldata.…"]);
  const named = anonymise([raw(7, { namelast: "Order", namefirst: "Store" })]).orders[0];
  assertEquals([named?.["orderid"], "additionaldata" in (named ?? {})], [7, true]);
});

Deno.test("every field that a pipeline may read has a rule, or goes by its name", () => {
  const personalByName = new Set(personal);
  const open = [...sitooOrderFields].filter((field) =>
    !Object.hasOwn(orderRules, field) && !personalByName.has(field) &&
    field !== "orderitems" && field !== "additionaldata"
  );
  assertEquals(open, []);
  assert(Object.hasOwn(itemRules, "sku") && Object.hasOwn(extraRules, "pos-receiptid"));
});

Deno.test("leanOrder() leaves out only what is read the same without it", () => {
  const order = raw(50211, {
    comment: "",
    phone: "",
    moneydelivery_net: "0.00",
    company: "Company 1",
  });
  const lean = leanOrder(order, ["company"]);
  assertEquals(decodeOrder(lean, ["company"]), decodeOrder(order, ["company"]));
  assertEquals(["comment", "phone", "moneydelivery_net"].filter((field) => field in lean), []);
  assertEquals(lean["company"], "Company 1");
});
