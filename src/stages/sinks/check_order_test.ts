import { assertEquals } from "../../std/assert.ts";
import { type OmetriaOrder } from "../../records/ometria_order.ts";
import { lineItem, ometriaOrder } from "../testing.ts";
import { problemOf } from "./check_order.ts";

Deno.test("problemOf finds nothing wrong with what map gives", () => {
  assertEquals(problemOf(ometriaOrder()), undefined);
  const { customer: _customer, store: _store, ...anonymous } = ometriaOrder();
  assertEquals(problemOf(anonymous), undefined);
  assertEquals(problemOf(ometriaOrder({ lineitems: [], grand_total: 0 })), undefined);
  assertEquals(problemOf(ometriaOrder({ lineitems: [lineItem({ quantity: -1 })] })), undefined);
});

const wrong: readonly (readonly [Partial<OmetriaOrder>, string])[] = [
  [{ id: "" }, "id is empty"],
  [{ timestamp: "2025-09-06" }, "timestamp is no UTC time"],
  [{ timestamp: "2025-09-06T12:15:00+02:00" }, "timestamp is no UTC time"],
  [{ timestamp: "2025-13-06T12:15:00Z" }, "timestamp is no UTC time"],
  [{ currency: "sek" }, "currency is no ISO 4217 code"],
  [{ currency: "" }, "currency is no ISO 4217 code"],
  [{ status: "" }, "status is empty"],
  [{ grand_total: Number.NaN }, "grand_total is no number"],
  [{ shipping: Number.POSITIVE_INFINITY }, "shipping is no number"],
  [{ customer: { email: "maja" } }, "customer.email is no address"],
  [
    { lineitems: [lineItem(), lineItem({ product_id: "" })] },
    "lineitems[1].product_id is empty",
  ],
  [{ lineitems: [lineItem({ quantity: 1.5 })] }, "lineitems[0].quantity is no whole number"],
  [{ lineitems: [lineItem({ total: Number.NaN })] }, "lineitems[0].total is no number"],
];
for (const [fields, problem] of wrong) {
  Deno.test(`problemOf says that ${problem}: ${JSON.stringify(fields).slice(0, 60)}`, () => {
    assertEquals(problemOf(ometriaOrder(fields)), problem);
  });
}
