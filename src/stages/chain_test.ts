// The transforms of the shipped pipeline and the orders sink together: from Sitoo's order to what is pushed.
import { type SitooOrder, sitooOrderType } from "../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../records/testing.ts";
import { assert, assertEquals, assertObjectMatch, assertRejects } from "../std/assert.ts";
import type { AnyTransform, StageSpec, Transform } from "./contract.ts";
import { pipe } from "./chain.ts";
import { registry } from "./registry.ts";
import { input, TestServices } from "./testing.ts";

const signal = new AbortController().signal;

function spec(use: string): StageSpec {
  const found = registry.find((each) => each.use === use);
  assert(found !== undefined, use);
  return found;
}

/** A stage in a file: what it uses, its options, its name. */
type Use = readonly [use: string, options?: unknown, name?: string];

function chain(uses: readonly Use[], services: TestServices): AnyTransform {
  const stages = uses.map(([use, options = {}, name]): AnyTransform => {
    const stage = spec(use).create(options, services, name);
    assert(stage !== undefined && "apply" in stage);
    return stage;
  });
  return stages.reduce((before, next) => pipe(before, next));
}

/** Everything that is pushed for the sale, push by push. */
async function pushed(uses: readonly Use[]): Promise<readonly (readonly unknown[])[]> {
  const services = new TestServices();
  const sink = spec("ometria-orders").create({}, services);
  assert(sink !== undefined && "sink" in sink && sink.sink === "orders");
  const [verdict] = await chain(uses, services).apply([input(sale)], signal);
  assert(verdict?.kind === "pass", JSON.stringify(verdict));
  const encoded = sink.encode(verdict.record);
  assert(!("reason" in encoded), JSON.stringify(encoded));
  const [result] = await sink.deliver([encoded], signal);
  assertEquals(result?.kind, "accepted");
  return services.ometria.pushes;
}

Deno.test("a chain keeps what earlier stages found beside a record, and what both know of themselves", async () => {
  const type = sitooOrderType;
  const links = [{ original: 1, refund: 2, lines: [] }];
  const unusable = [{ refund: 3, reason: "refund-line-unclear", detail: "No line" }];
  const find: Transform<SitooOrder, SitooOrder> = {
    takes: type,
    gives: type,
    ids: "a",
    places: { find: () => Promise.resolve([]) },
    apply: (inputs) => inputs.map(({ record }) => ({ kind: "pass", record, links })),
  };
  const judge: Transform<SitooOrder, SitooOrder> = {
    takes: type,
    gives: type,
    ids: "b",
    apply: (inputs) => inputs.map(({ record }) => ({ kind: "pass", record, unusable })),
  };
  const plain: Transform<SitooOrder, SitooOrder> = {
    takes: type,
    gives: type,
    apply: (inputs) => inputs.map(({ record }) => ({ kind: "pass", record })),
  };
  const products = { hits: 1, misses: [] };
  const look: Transform<SitooOrder, SitooOrder> = {
    takes: type,
    gives: type,
    apply: (inputs) => inputs.map(({ record }) => ({ kind: "pass", record, products })),
  };
  const none: Transform<SitooOrder, SitooOrder> = { takes: type, gives: type, apply: () => [] };
  const skips: Transform<SitooOrder, SitooOrder> = {
    takes: type,
    gives: type,
    apply: (inputs) => inputs.map(() => ({ kind: "skip", rule: "unwanted" })),
  };
  const order = sitooOrder();
  const verdictOf = async (...stages: readonly [typeof find, typeof find]): Promise<unknown> =>
    (await pipe(...stages).apply([input(order)], signal))[0];
  const both = { kind: "pass", record: order, links, unusable };
  assertEquals(await verdictOf(find, judge), both);
  assertEquals(await verdictOf(judge, find), both);
  assertEquals(await verdictOf(find, plain), { ...both, unusable: [] });
  assertEquals(await verdictOf(judge, plain), { ...both, links: [] });
  assertEquals(await verdictOf(plain, judge), { kind: "pass", record: order, unusable });
  assertEquals(await verdictOf(find, skips), { kind: "skip", rule: "unwanted" });
  assertEquals(await verdictOf(look, plain), { kind: "pass", record: order, products });
  await assertRejects(() => verdictOf(find, none), Error, "fewer records");
  const chained = pipe(find, judge);
  assertEquals([chained.ids, chained.places], ["a\nb", find.places]);
  assertEquals(pipe(judge, find).places, find.places);
  assertEquals(Object.keys(pipe(plain, plain)).toSorted(), ["apply", "gives", "takes"]);
});

const map: Use = ["map", { timezone: "Europe/Stockholm" }];
const namespace: Use = ["namespace", { value: "till" }];

/** A sale of a discounted tee and a book. */
const sale = sitooOrder({
  orderid: 50212,
  moneyfinal_net: "393.25",
  moneyfinal_vat: "84.15",
  moneytotal_gross_all: "477.40",
  orderdate: 1757166130,
  additionaldata: { "pos-receiptid": "SII000000471100220317", "store-externalid": "S-014" },
  orderitems: [
    sitooItem({
      quantity: 2,
      moneynetpriceperunit: "159.36",
      moneydiscountedprice: "159.36",
      moneydiscount: "39.84",
      moneyitemtotal_net: "318.72",
      moneyitemtotal_vat: "79.68",
    }),
    sitooItem({
      orderitemid: 1,
      productid: 8902,
      productname: "Care guide (book)",
      sku: "",
      moneynetpriceperunit: "74.53",
      moneyoriginalprice: "74.53",
      moneyitemtotal_net: "74.53",
      moneyitemtotal_vat: "4.47",
      vatvalue: "6",
    }),
  ],
});

Deno.test("the shipped transforms and sink push an order as Ometria takes it", async () => {
  const pushes = await pushed([map, namespace, ["sku-match"], ["opt-in"]]);
  assertEquals(pushes, [[{
    "@type": "order",
    id: "till-50212",
    web_id: "SII000000471100220317",
    timestamp: "2025-09-06T13:42:10Z",
    status: "complete",
    is_valid: true,
    channel: "in store",
    store: "S-014",
    currency: "SEK",
    grand_total: 477.4,
    subtotal: 393.25,
    tax: 84.15,
    shipping: 0,
    discount: -99.6,
    customer: { email: "maja.ek@example.com", firstname: "Maja", lastname: "Ek" },
    lineitems: [
      {
        product_id: "TEE-RED-M",
        variant_id: "TEE-RED-M",
        sku: "TEE-RED-M",
        quantity: 2,
        unit_price: 249,
        discount: -99.6,
        subtotal: 318.72,
        tax: 79.68,
        total: 398.4,
      },
      {
        product_id: "8902",
        variant_id: "8902",
        quantity: 1,
        unit_price: 79,
        subtotal: 74.53,
        tax: 4.47,
        total: 79,
      },
    ],
    properties: { source: "sitoo" },
  }]]);
});

Deno.test("opt-in puts one contact before the order, in a push of its own", async () => {
  const [contacts, orders, ...rest] = await pushed([map, namespace, [
    "opt-in",
    { enabled: true },
  ]]);
  assertEquals(rest, []);
  assertEquals([contacts?.length, orders?.length], [1, 1]);
  assertObjectMatch({ contact: contacts?.[0], order: orders?.[0] }, {
    contact: {
      "@type": "contact",
      email: "maja.ek@example.com",
      timestamp_subscribed: "2025-09-06T13:42:10Z",
    },
    order: { "@type": "order", id: "till-50212" },
  });
});

Deno.test("filters stand on both sides of map", async () => {
  const filters = chain([
    ["filter", { when: "eshopid = 2" }, "site"],
    map,
    ["filter", { when: "order.grand_total > 500" }, "large"],
  ], new TestServices());
  const verdicts = await filters.apply([input(sale), input({ ...sale, eshopid: 3 })], signal);
  assertEquals(verdicts, [{ kind: "skip", rule: "large" }, { kind: "skip", rule: "site" }]);
});
