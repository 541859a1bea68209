import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import { assert, assertEquals, assertRejects } from "../../../std/assert.ts";
import { setUpLogging } from "../../../telemetry/logging.ts";
import { input, TestServices } from "../../testing.ts";
import { map } from "../map.ts";
import { OrderMapper } from "./mapper.ts";
import { mapOptions } from "./options.ts";
import { recordOf, verdictOf } from "./testing.ts";

const signal = new AbortController().signal;

/** What is logged while orders are mapped. */
async function logged(...orders: readonly ReturnType<typeof sitooOrder>[]): Promise<string[]> {
  const lines: string[] = [];
  await using _logging = await setUpLogging({
    json: true,
    color: false,
    write: (line) => lines.push(line),
  });
  await map.create({}, new TestServices()).apply(orders.map((order) => input(order)), signal);
  return lines;
}

Deno.test("map answers at once where nothing has to be looked up", () => {
  const stage = new OrderMapper(mapOptions.parse({}), new TestServices());
  assert(Array.isArray(stage.apply([input(sitooOrder({ email: "" }))], signal)));
  assert(!Array.isArray(stage.apply([input(sitooOrder())], signal)));
});

Deno.test("map says of a closed order that it is not marked as paid", async () => {
  assertEquals(await logged(sitooOrder({ paymentstateid: 20 })), []);
  const [line = "", ...others] = await logged(sitooOrder({ paymentstateid: 10 }));
  assert(line.includes("Closed order is not marked as paid"), line);
  assertEquals(others, []);
  assertEquals(await logged(sitooOrder({ paymentstateid: 10, orderstateid: 0 })), []);
  assertEquals(await logged(sitooOrder({ paymentstateid: 10, ordertypeid: 110 })), []);
});

Deno.test("map says once of every type of line that it is no product", async () => {
  const fee = (orderitemtype: number, orderitemid: number): ReturnType<typeof sitooItem> =>
    sitooItem({
      orderitemid,
      orderitemtype,
      moneyitemtotal_net: "0.00",
      moneyitemtotal_vat: "0.00",
    });
  const odd = sitooOrder({ orderitems: [sitooItem(), fee(20, 1), fee(30, 2), fee(20, 3)] });
  const lines = await logged(odd, odd);
  assertEquals(lines.map((line) => /"?orderitemtype"?:(\d+)/.exec(line)?.[1]), ["20", "30"]);
});

Deno.test("map does not take a fault of its own for one of the order", async () => {
  class Broken extends TestServices {
    override readonly now = (): number => {
      throw new TypeError("The clock stands still");
    };
  }
  await assertRejects(
    () => verdictOf(sitooOrder(), { services: new Broken() }),
    TypeError,
    "The clock stands still",
  );
});

Deno.test("map trims the receipt number and the id of another system", async () => {
  const { additionaldata } = sitooOrder();
  const record = await recordOf(sitooOrder({
    additionaldata: { ...additionaldata, "pos-receiptid": " SII1 " },
    externalid: " EXT-1 ",
  }));
  assertEquals([record.web_id, record.properties?.external_id], ["SII1", "EXT-1"]);
  const bare = await recordOf(sitooOrder({
    additionaldata: { ...additionaldata, "pos-receiptid": " " },
    externalid: " ",
  }));
  assertEquals([bare.web_id, bare.properties], [undefined, { source: "sitoo" }]);
});
