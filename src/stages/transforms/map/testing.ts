/** What the tests of `map` share: running it on an order, a Sitoo with stores, and a few real orders. */
import type { MappedOrder, OmetriaOrder } from "../../../records/ometria_order.ts";
import { mappedOrderType } from "../../../records/ometria_order.ts";
import { ometriaOrderSchema } from "../../../records/ometria_order_schema.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import type { SitooApi, SitooSiteSettings } from "../../../sitoo/api.ts";
import { assert } from "../../../std/assert.ts";
import type { OrderFacts, StageServices, Verdict } from "../../contract.ts";
import { input, TestServices } from "../../testing.ts";
import { map } from "../map.ts";

/** How an order is mapped in a test. */
export interface MapTestOptions {
  /** What stands under `with:`. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly facts?: Partial<OrderFacts>;
  readonly services?: StageServices;
}

/** Maps one order. */
export async function verdictOf(
  order: SitooOrder,
  { options = {}, facts = {}, services = new TestServices() }: MapTestOptions = {},
): Promise<Verdict<unknown>> {
  const base = input(order);
  const stage = map.create(options, services);
  const [verdict] = await stage.apply(
    [{ record: order, facts: { ...base.facts, ...facts } }],
    new AbortController().signal,
  );
  assert(verdict !== undefined);
  return verdict;
}

/** Maps one order that has to go through. Its records fit the schema of what may be sent. */
export async function mappedOf(
  order: SitooOrder,
  options: MapTestOptions = {},
): Promise<MappedOrder> {
  const verdict = await verdictOf(order, options);
  assert(verdict.kind === "pass", `not passed: ${JSON.stringify(verdict)}`);
  assert(mappedOrderType.is(verdict.record));
  const { order: main, unlinkedReturn } = verdict.record;
  ometriaOrderSchema.parse(main);
  if (unlinkedReturn !== undefined) ometriaOrderSchema.parse(unlinkedReturn);
  return verdict.record;
}

/** The record of one order that has to go through. */
export async function recordOf(
  order: SitooOrder,
  options: MapTestOptions = {},
): Promise<OmetriaOrder> {
  return (await mappedOf(order, options)).order;
}

/** Services whose Sitoo has two stores, three warehouses and settings of site 2. */
export class SitooServices extends TestServices {
  /** Names of the calls, in their order. */
  readonly calls: string[] = [];
  /** Thrown by every call while it is set. */
  failure: Error | undefined;
  settings: SitooSiteSettings | undefined = {
    eshopid: 2,
    currencycode: "SEK",
    timezone: "Europe/Stockholm",
  };
  override readonly sitoo: SitooApi = {
    ...new TestServices().sitoo,
    stores: () =>
      this.#answer("stores", () => [
        { storeid: 1, name: "Example Harbour", externalid: "S-014" },
        { storeid: 2, name: "Example Hill" },
      ]),
    warehouses: () =>
      this.#answer("warehouses", () => [
        { warehouseid: 3, storeid: 1, name: "Harbour" },
        { warehouseid: 4, storeid: 2, name: "Hill" },
        { warehouseid: 5, name: "Central" },
      ]),
    siteSettings: (site) => this.#answer(`settings ${site}`, () => this.settings),
  };

  #answer<T>(call: string, value: () => T): Promise<T> {
    this.calls.push(call);
    return this.failure === undefined ? Promise.resolve(value()) : Promise.reject(this.failure);
  }
}

/** Two discounted tees, a cap and a book. */
export function saleOfFour(fields: Partial<SitooOrder> = {}): SitooOrder {
  return sitooOrder({
    orderid: 50212,
    moneytotal_net: "512.45",
    moneytotal_vat: "113.95",
    moneyfinal_net: "512.45",
    moneyfinal_vat: "113.95",
    moneytotal_gross_all: "626.40",
    orderdate: 1757166130,
    additionaldata: {
      "pos-receiptid": "SII000000471100220317",
      "pos-timezone": "Europe/Stockholm",
      "store-externalid": "S-014",
      "store-name": "Example Harbour",
    },
    orderitems: [
      sitooItem({
        productattributes: "Color: Red, Size: M",
        quantity: 2,
        moneynetpriceperunit: "159.36",
        moneydiscountedprice: "159.36",
        moneydiscount: "39.84",
        moneyitemtotal_net: "318.72",
        moneyitemtotal_vat: "79.68",
        vouchercode: "AUTUMN20",
        vouchername: "Autumn",
        additionaldata: { "orderitem-moneyrowdiscount": "99.60" },
      }),
      sitooItem({
        orderitemid: 1,
        productid: 8840,
        productname: "Cap",
        sku: "CAP-NAVY-OS",
        moneynetpriceperunit: "119.20",
        moneyoriginalprice: "119.20",
        moneyitemtotal_net: "119.20",
        moneyitemtotal_vat: "29.80",
      }),
      sitooItem({
        orderitemid: 2,
        productid: 8902,
        productname: "Care guide (book)",
        sku: "BOOK-CARE-01",
        vatvalue: "6",
        moneynetpriceperunit: "74.53",
        moneyoriginalprice: "74.53",
        moneyitemtotal_net: "74.53",
        moneyitemtotal_vat: "4.47",
      }),
    ],
    ...fields,
  });
}

/** One of the two tees comes back. */
export function refundOfTee(fields: Partial<SitooOrder> = {}): SitooOrder {
  return sitooOrder({
    orderid: 50230,
    creditorderid: 50212,
    moneyfinal_net: "-159.36",
    moneyfinal_vat: "-39.84",
    moneytotal_gross_all: "-199.20",
    orderdate: 1757408730,
    additionaldata: {
      "pos-receiptid": "SII000000471100220331",
      "pos-originalsales-orderid": "50212",
      "pos-timezone": "Europe/Stockholm",
      "store-externalid": "S-014",
    },
    orderitems: [sitooItem({
      quantity: -1,
      moneynetpriceperunit: "159.36",
      moneydiscountedprice: "159.36",
      moneydiscount: "39.84",
      moneyitemtotal_net: "-159.36",
      moneyitemtotal_vat: "-39.84",
      additionaldata: { "pos-originalsales-orderitemid": "0", "reasoncode-return": "R2" },
    })],
    ...fields,
  });
}

/** Jeans are bought and a tee comes back, in one order. */
export function mixedOrder(fields: Partial<SitooOrder> = {}): SitooOrder {
  return sitooOrder({
    orderid: 50250,
    creditorderid: 50211,
    moneyfinal_net: "360.00",
    moneyfinal_vat: "90.00",
    moneytotal_gross_all: "450.00",
    orderdate: 1757588445,
    additionaldata: {
      "pos-receiptid": "SII000000471100220352",
      "pos-originalsales-orderid": "50211",
      "pos-timezone": "Europe/Stockholm",
      "store-externalid": "S-014",
    },
    orderitems: [
      sitooItem({
        productid: 8870,
        productname: "Jeans",
        sku: "JEANS-BLUE-32",
        moneynetpriceperunit: "559.20",
        moneyoriginalprice: "559.20",
        moneyitemtotal_net: "559.20",
        moneyitemtotal_vat: "139.80",
      }),
      sitooItem({
        orderitemid: 1,
        quantity: -1,
        moneyitemtotal_net: "-199.20",
        moneyitemtotal_vat: "-49.80",
        additionaldata: { "pos-originalsales-orderitemid": "0" },
      }),
    ],
    ...fields,
  });
}

/** The order without what names its original. */
export function unlinked(order: SitooOrder): SitooOrder {
  const { creditorderid: _credit, ...rest } = order;
  const { "pos-originalsales-orderid": _original, ...additionaldata } = order.additionaldata;
  return { ...rest, additionaldata };
}
