import { assert, assertEquals, assertThrows } from "../../std/assert.ts";
import { type MappedOrder, mappedOrderType, NO_PRODUCT } from "../../records/ometria_order.ts";
import { input, lineItem, mappedOrder, ometriaOrder, TestServices } from "../testing.ts";
import { namespace } from "./namespace.ts";
import { skuMatch } from "./sku_match.ts";

const signal = new AbortController().signal;

async function through(
  mapped: MappedOrder,
  ...stages: readonly (readonly [typeof namespace, unknown])[]
): Promise<MappedOrder> {
  let record: unknown = mapped;
  for (const [spec, options] of stages) {
    const stage = spec.create(options, new TestServices());
    const [verdict] = await stage.apply([input(record)], signal);
    assert(verdict?.kind === "pass");
    record = verdict.record;
  }
  assert(mappedOrderType.is(record));
  return record;
}

Deno.test("namespace goes before order ids only, by default", async () => {
  const mapped = mappedOrder({ customer: { id: "77", email: "maja.ek@example.com" } });
  const { order } = await through(mapped, [namespace, { value: "till" }]);
  assertEquals(order, { ...mapped.order, id: "till-50211" });
});

Deno.test("namespace covers the unlinked return", async () => {
  const mapped = mappedOrder({}, { unlinkedReturn: ometriaOrder({ id: "50211:return" }) });
  const { unlinkedReturn } = await through(mapped, [namespace, { value: "s1", separator: ":" }]);
  assertEquals(unlinkedReturn?.id, "s1:50211:return");
});

Deno.test("namespace covers product, variant and customer ids where told", async () => {
  const mapped = mappedOrder({
    customer: { id: "77" },
    lineitems: [lineItem(), lineItem({ product_id: NO_PRODUCT, variant_id: NO_PRODUCT })],
  }, {
    contact: {
      "@type": "contact",
      "@collection": "sitoo",
      "@merge": true,
      id: "c-1",
      email: "maja.ek@example.com",
      customer_id: "77",
      marketing_optin: "EXPLICITLY_OPTEDIN",
      timestamp_subscribed: "2025-09-06T10:15:00Z",
    },
  });
  const options = { value: "uk", separator: ":", apply_to: ["product", "variant", "customer"] };
  const { order, contact } = await through(mapped, [namespace, options]);
  assertEquals(order.id, "50211");
  assertEquals(order.customer?.id, "uk:77");
  assertEquals(order.lineitems.map((line) => [line.product_id, line.variant_id, line.sku]), [
    ["uk:8801", "uk:8801", "TEE-RED-M"],
    [NO_PRODUCT, NO_PRODUCT, "TEE-RED-M"],
  ]);
  assertEquals(contact?.customer_id, "uk:77");
  assertEquals(contact?.id, "c-1");
});

Deno.test("namespace leaves a line without a variant without one", async () => {
  const line = { ...lineItem() };
  const { variant_id: _variant, ...plain } = line;
  const options = { value: "uk", apply_to: ["variant"] };
  const { order } = await through(mappedOrder({ lineitems: [plain] }), [namespace, options]);
  assertEquals(order.lineitems, [plain]);
});

Deno.test("namespace and sku-match give the same in either order", async () => {
  const mapped = mappedOrder({ lineitems: [lineItem(), lineItem({ sku: "", product_id: "1" })] });
  const both = [
    [namespace, { value: "uk", apply_to: ["order", "product", "variant"] }],
    [skuMatch, { by: "sku" }],
  ] as const;
  const [one, other] = [await through(mapped, ...both), await through(mapped, both[1], both[0])];
  assertEquals(one.order, other.order);
  assertEquals(one.order.lineitems.map((line) => line.product_id), ["uk-TEE-RED-M", "uk-1"]);
});

Deno.test("namespace refuses a value that could not stand in an id", () => {
  for (const value of ["", "a b", "maja@example.com", "å", undefined]) {
    assertThrows(() => namespace.create({ value }, new TestServices()));
  }
  assertThrows(() => namespace.create({ value: "a", apply_to: ["contact"] }, new TestServices()));
});

Deno.test("namespace of customers makes no contact where there is none", async () => {
  const options = { value: "till", apply_to: ["customer"] };
  const mapped = mappedOrder({ customer: { id: "77", email: "maja.ek@example.com" } });
  assertEquals("contact" in await through(mapped, [namespace, options]), false);
});
