import type { Expected } from "../../definition/pipeline_tests.ts";
import { assertEquals } from "../../std/assert.ts";
import type { Actual, ActualOrder } from "./actual.ts";
import { compare } from "./compare.ts";

const delivered: ActualOrder = {
  outcome: "delivered",
  rule: "",
  detail: "",
  original: undefined,
  records: [{ id: "till-1", grand_total: 249, lineitems: [{ sku: "A" }] }],
  pushes: 1,
};

function actual(order: Partial<ActualOrder> = {}, others: Partial<Actual> = {}): Actual {
  return {
    orders: new Map([[1, { ...delivered, ...order }]]),
    contacts: [],
    receipts: [],
    ...others,
  };
}

function differences(
  expected: Partial<Expected>,
  found: Actual = actual(),
): readonly (readonly unknown[])[] {
  return compare({ contacts: [], receipts: [], ...expected }, found).map((difference) => [
    difference.path.join("."),
    difference.expected,
    difference.actual,
  ]);
}

const record = { id: "till-1", grand_total: 249, lineitems: [{ sku: "A" }] };

Deno.test("compare() finds nothing where all is as expected", () => {
  assertEquals(differences({ record }), []);
  assertEquals(differences({ matches: {}, pushes: 1 }), []);
  assertEquals(differences({ orders: { "1": { record } } }), []);
});

Deno.test("compare() names each field of a record that differs, is missing or is too many", () => {
  const expected = { id: "till-1", grand_total: 250, tax: 1, lineitems: [{ sku: "A" }, {}] };
  assertEquals(differences({ record: expected }), [
    ["record.grand_total", 250, 249],
    ["record.tax", 1, undefined],
    ["record.lineitems.1", {}, undefined],
  ]);
  assertEquals(differences({ record: { id: "till-1", lineitems: [{}] } }), [
    ["record.lineitems.0.sku", undefined, "A"],
    ["record.grand_total", undefined, 249],
  ]);
});

Deno.test("compare() looks only at what matches names; null is a field that is not there", () => {
  assertEquals(differences({ matches: { id: "till-1", tax: null } }), []);
  assertEquals(differences({ matches: { grand_total: null, lineitems: [] } }), [
    ["matches.grand_total", null, 249],
    ["matches.lineitems.0", undefined, { sku: "A" }],
  ]);
});

Deno.test("compare() tells outcomes apart", () => {
  const skipped = actual({ outcome: "skipped", rule: "parked", records: [] });
  assertEquals(differences({ skipped: "parked" }, skipped), []);
  assertEquals(differences({ skipped: "booking" }, skipped), [["skipped", "booking", "parked"]]);
  assertEquals(differences({ record }, skipped), [
    ["skipped", undefined, "parked"],
    ["record", record, undefined],
  ]);
  const linked = actual({ outcome: "linked", original: 7, records: [] });
  assertEquals(differences({ linked: 7 }, linked), []);
  assertEquals(differences({ linked: 8 }, linked), [["linked", 8, 7]]);
  assertEquals(differences({ waiting: "open" }), [
    ["waiting", "open", undefined],
    ["record", undefined, record],
  ]);
});

Deno.test("compare() looks for a detail as a part of the whole, and for a reason alone too", () => {
  const dead = actual({ outcome: "dead", rule: "bad", detail: "total 3 is off", records: [] });
  assertEquals(differences({ dead: "bad" }, dead), []);
  assertEquals(differences({ dead: { reason: "bad", detail: "3" } }, dead), []);
  assertEquals(differences({ dead: { reason: "bad", detail: "4" } }, dead), [
    ["dead.detail", "4", "total 3 is off"],
  ]);
  assertEquals(differences({ dead: "worse" }, dead), [["dead", "worse", "bad"]]);
});

Deno.test("compare() wants every order named, where there are several", () => {
  const two = actual();
  const found = { ...two, orders: new Map([...two.orders, [2, { ...delivered, records: [] }]]) };
  assertEquals(differences({ record }, found).length, 2);
  assertEquals(differences({ orders: { "1": { record } } }, found), [["orders.2", undefined, {}]]);
  assertEquals(differences({ orders: { "3": { linked: 1 } } }), [
    ["orders.1", undefined, { record }],
    ["orders.3.linked", 1, undefined],
  ]);
});

Deno.test("compare() wants two records named as two", () => {
  const both = actual({ records: [record, { id: "till-1:return" }] });
  assertEquals(differences({ records: [record, { id: "till-1:return" }] }, both), []);
  assertEquals(differences({ record }, both).map(([path]) => path), ["record", "records"]);
});

Deno.test("compare() lets no contact and no receipt go unnoticed", () => {
  const contacts = [{ id: "c-1", email: "a@example.com" }];
  const receipts = [{ order: 1, state: "skipped", detail: "a refund", email: undefined }] as const;
  const found = actual({}, { contacts, receipts });
  assertEquals(differences({ record }, found).map(([path]) => path), ["contacts.0", "receipts.0"]);
  assertEquals(
    differences({
      record,
      contacts: [{ email: "a@example.com" }],
      receipts: [{ order: 1, state: "skipped", detail: "refund" }],
    }, found),
    [],
  );
  assertEquals(
    differences({
      record,
      contacts: [{ id: "c-2", email: "a@example.com" }],
      receipts: [{ state: "sent", detail: "no" }],
    }, found),
    [
      ["contacts.0.id", "c-2", "c-1"],
      ["receipts.0.state", "sent", "skipped"],
      ["receipts.0.detail", "no", "a refund"],
    ],
  );
});
