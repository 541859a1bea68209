/** Orders and worlds for tests of what explains, plans and records. */
import type { PipelineTest } from "../../definition/pipeline_tests.ts";
import { testDefinition } from "../pipeline_tests/test_definition.ts";
import type { RawOrder } from "../pipeline_tests/raw_orders.ts";
import { TestWorld } from "../pipeline_tests/test_world.ts";

const shipped = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));

/** Unix seconds at which every order of these tests was placed. */
const placed = 1_757_166_130;

/** A closed sale of one tee, as Sitoo answers it. */
export function raw(
  orderid: number,
  fields: RawOrder = {},
): RawOrder {
  return {
    orderid,
    eshopid: 2,
    email: "Maja.Ek@example.com",
    namefirst: "Maja",
    namelast: "Ek",
    moneyfinal_net: "199.20",
    moneyfinal_vat: "49.80",
    moneytotal_gross_all: "249.00",
    orderdate: placed,
    orderstateid: 10,
    paymentstateid: 20,
    ordertypeid: 10,
    registerid: "{7D2A41C0-5B1E-4C37-9F60-2E8A13B5D904}",
    warehouseid: 3,
    currencycode: "SEK",
    additionaldata: { "store-externalid": "S-014", "pos-receiptid": `SII${orderid}` },
    orderitems: [line()],
    ...fields,
  };
}

/** Its line. */
export function line(fields: RawOrder = {}): RawOrder {
  return {
    orderitemid: 0,
    orderitemtype: 10,
    productid: 8801,
    sku: "TEE-RED-M",
    quantity: 1,
    vatvalue: 25,
    moneyoriginalprice: "199.20",
    moneyitemtotal_net: "199.20",
    moneyitemtotal_vat: "49.80",
    ...fields,
  };
}

/** The refund of the tee that {@linkcode raw} sells. */
export function refund(orderid: number, original: number): RawOrder {
  return raw(orderid, {
    creditorderid: original,
    moneyfinal_net: "-199.20",
    moneyfinal_vat: "-49.80",
    moneytotal_gross_all: "-249.00",
    orderitems: [
      line({ quantity: -1, moneyitemtotal_net: "-199.20", moneyitemtotal_vat: "-49.80" }),
    ],
  });
}

/** The shipped pipeline with other options, in a world in memory. */
export function worldOf(
  options: PipelineTest["options"] = {},
  text: string = shipped,
): Promise<TestWorld> {
  const source = { file: "pipeline.yaml", text };
  const definition = testDefinition(source, { options }, () => undefined);
  return TestWorld.create({
    definition,
    test: {},
    now: placed * 1000 + 60_000,
    resolve: (specifier) => specifier,
  }, new AbortController().signal);
}

/** Lets orders come in, each with its event. */
export async function take(
  world: TestWorld,
  ...orders: readonly RawOrder[]
): Promise<void> {
  await world.step({ orders, expectPath: [] }, orders, new AbortController().signal);
}
